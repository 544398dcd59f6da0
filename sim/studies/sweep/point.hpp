// SPDX-License-Identifier: Apache-2.0

// Simulates the points of a sweep, several at a time with the scenario as written, and writes their
// rows.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/lowering/cache.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/sweep/design.hpp"

namespace tranche {

// Columns and rows of the table of a sweep.
struct SweepOutputs {
  std::vector<std::string> metrics;
  std::vector<std::int32_t> steps;
  std::vector<std::string> firms;  // empty: every firm and all
};
// Outputs that `spec` names; by default the headline of the base case, at its month and the last.
SweepOutputs sweep_outputs(const SweepSpec& spec, const ScenarioSet& set,
                           const Catalogue& catalogue);

using PointBlock = std::vector<const SweepPoint*>;

class PointRunner {
 public:
  // All references must outlive it. Throws BackendUnavailable.
  PointRunner(const ScenarioSource& source, const Catalogue& catalogue, const SweepSpec& spec,
              const Execution& execution, SweepOutputs outputs);

  // Throws InputError, naming the point, if the point is not a valid scenario.
  Variant variant(const SweepPoint& point) const;

  // Throws InputError if the point is not a valid scenario, cannot be simulated, or lacks a metric.
  void check(const SweepPoint& point);

  // Best number of points to simulate together. The rows do not depend on it.
  std::size_t max_together(std::size_t points, int ranks) const;

  // Returns the rows of sweep.csv of each point, simulated on the same draws. `before` of `total`
  // draws were done at other points, for the progress. Throws Interrupted.
  std::vector<std::string> run(const PointBlock& points, std::uint64_t draws, std::uint64_t before,
                               std::uint64_t total);

  // The same for one point with the draws distributed over ranks; returns rows on rank 0, and none
  // elsewhere.
  std::string run_shared(const SweepPoint& point, std::uint64_t draws, std::uint64_t before,
                         std::uint64_t total, const SharedWork& work);

  const kernels::Backend& backend() const { return *backend_; }
  // Reason for a fallback to the CPU with an automatic device, or empty.
  const std::string& device_note() const { return device_note_; }

 private:
  struct Prepared {
    LoweredScenario lowered;
    kernels::Tally tally;
  };
  ScenarioSet compared(const PointBlock& points) const;
  Prepared prepare(const PointBlock& points);
  // Throws Interrupted.
  void simulate(Prepared& prepared, kernels::DrawRange range,
                const std::function<void(std::uint64_t done)>& progress) const;
  // Rows of the point at this position of its block.
  std::string rows_of(const SweepPoint& point, std::size_t place, const Prepared& prepared) const;
  const MetricInfo& metric_named(const LoweredScenario& lowered, const std::string& name) const;

  const ScenarioSource& source_;
  const Catalogue& catalogue_;
  const SweepSpec& spec_;
  const Execution& execution_;
  SweepOutputs outputs_;
  std::string device_note_;
  std::unique_ptr<kernels::Backend> backend_;
  LoweringCache cache_;
};

}  // namespace tranche
