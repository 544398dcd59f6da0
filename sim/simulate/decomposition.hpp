// SPDX-License-Identifier: Apache-2.0

// Decomposition of the change of a what-if into the contributions of the paths that it sets, from
// the same draws as the base case.
//
// With up to four paths every combination is simulated and a path's contribution is its Shapley
// value: its effect averaged over every order in which the paths could be set (Shapley, "A value
// for n-person games", 1953). With five to sixteen it is the effect of setting it after the paths
// written before it. In both cases the contributions of a draw add up to its change. The effect of
// each path alone is reported too; the difference between the change and the sum of these effects
// is the interaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/fields/path_role.hpp"
#include "sim/statistics/statistics.hpp"

namespace tranche {

class ScenarioSource;
struct Catalogue;
struct RunOptions;
struct RunResult;

enum class DecompositionMethod { shapley, sequential };

struct DecompositionRow {
  enum class Kind { alone, part, group, interaction, total };
  Kind kind = Kind::part;
  std::string path;                    // of `alone` and `part`
  PathGroup group = PathGroup::other;  // of `alone`, `part` and `group`
  std::int32_t firm = 0, metric = 0;   // indices into LoweredScenario
  Statistics statistics;               // over the draws, in the metric's unit
};

struct Decomposition {
  std::int32_t variant = 0;  // the what-if, as in LoweredScenario::variants
  DecompositionMethod method = DecompositionMethod::shapley;
  std::uint64_t draws = 0;  // number of draws, from the first of the run
  std::int32_t step = 0;    // the month of the headline
  std::vector<DecompositionRow> rows;
  std::string note;  // reason for missing rows: a path cannot be set without another
};

inline constexpr std::size_t max_shapley_paths = 4;
inline constexpr std::size_t max_decomposed_paths = 16;
inline constexpr std::uint64_t decomposition_draws = 10'240;

// Returns one decomposition for each what-if that sets at least two paths: every metric for the
// headline's firm, and the headline's metric for every firm, at the headline's month, from the
// first draws of the run (at most decomposition_draws).
std::vector<Decomposition> decompose(const ScenarioSource& source, const Catalogue& catalogue,
                                     const RunOptions& options, const RunResult& result);

}  // namespace tranche
