// SPDX-License-Identifier: Apache-2.0

// Sections [sweep] and [allocate]: inputs of `tranche sweep` and `tranche allocate`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/input/diagnostic.hpp"
#include "sim/scenario/read/path_overrides.hpp"

namespace tranche {

// One value of an axis.
struct SweepLevel {
  std::string label;                    // as in the results: "75000", "H20", "cap-lifted"
  std::vector<Assignment> assignments;  // none for the base case
};

// Values between two ends, for designs without a list.
struct SweepRange {
  double from = 0, to = 0;
  bool is_log = false;
};

struct SweepAxis {
  std::string name;                // its column in the results
  std::string path;                // empty for what-ifs
  std::string unit;                // of the numbers of a range; may be empty
  std::vector<SweepLevel> levels;  // of a list, of what-ifs, of a range with `steps`
  std::uint64_t steps = 0;         // of a range with too many steps to list
  std::optional<SweepRange> range;
  SourceSpan where;
};

enum class SweepDesign { grid, latin_hypercube, sobol };

struct SweepSpec {
  SweepDesign design = SweepDesign::grid;
  std::uint64_t points = 0;  // of a design that is not a grid
  std::vector<SweepAxis> axes;
  // Empty: the headline's metric, its month and the last, every firm and their sum.
  std::vector<std::string> metrics, months, firms;
  SourceSpan where;
};

// Level of a range at this fraction (0 to 1).
SweepLevel range_level(const SweepAxis& axis, double share);

// Statistic of the draws.
struct Measure {
  enum class Kind { mean, quantile, tail_mean };
  Kind kind = Kind::quantile;
  double probability = 0.5;  // of the quantile, or of the worst draws that are averaged
  std::string text = "p50";  // "mean", "p05", "cvar10"
};
std::optional<Measure> parse_measure(const std::string& text);

// One term of an objective.
struct ObjectiveTerm {
  std::string name;  // of its objective
  // Metric and month: empty for the headline's; firm: a name, `all` or `worst`.
  std::string metric, month, firm;
  Measure measure;
  double weight = 1;
  SourceSpan where;
};

struct AllocationLimit {
  std::string name;
  std::string share_of;  // limits the share of this firm or workload; otherwise the metric below
  std::string metric, month, firm;
  Measure measure;
  std::optional<double> in_draws;          // share of draws in which the limits must hold
  std::optional<double> minimum, maximum;  // a fraction, or in the metric's unit
  SourceSpan where;
};

// A split that is optimised together with the first.
struct FurtherSplit {
  std::string split;
  std::vector<std::string> among;
};

struct AllocateSpec {
  std::string split;               // "tranches.first.split" or "firms.alibaba.workloads"
  std::vector<std::string> among;  // names with shares, in the order of the split
  std::vector<FurtherSplit> together;
  std::int32_t parts = 100;  // shares are multiples of 1 / parts
  std::uint64_t draws = 20'000;
  std::vector<ObjectiveTerm> terms;
  std::vector<AllocationLimit> limits;
  SourceSpan where;
};

}  // namespace tranche
