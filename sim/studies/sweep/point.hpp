// SPDX-License-Identifier: Apache-2.0

// Simulates the points of a sweep, some at a time beside the scenario as written, and writes
// their rows.
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

// What goes into the table of a sweep.
struct SweepOutputs {
  std::vector<std::string> metrics;
  std::vector<std::int32_t> steps;
  std::vector<std::string> firms;  // empty: every firm and all
};
// What `spec` names; else the headline of the base case, at its month and the last.
SweepOutputs sweep_outputs(const SweepSpec& spec, const ScenarioSet& set,
                           const Catalogue& catalogue);

using PointBlock = std::vector<const SweepPoint*>;

class PointRunner {
 public:
  // Everything that is referred to must outlive it. Throws BackendUnavailable.
  PointRunner(const ScenarioSource& source, const Catalogue& catalogue, const SweepSpec& spec,
              const RunOptions& options, SweepOutputs outputs);

  // Throws InputError, with the point in its text, when the point is no scenario.
  Variant variant(const SweepPoint& point) const;

  // Throws InputError when the point is no scenario, cannot be simulated, or lacks a metric.
  void check(const SweepPoint& point);

  // How many of so many points are best simulated at a time. The rows do not depend on it.
  std::size_t most_together(std::size_t points, int ranks) const;

  // The rows of sweep.csv of each point, after simulating them on the same draws. `before` of
  // `total` draws were done at other points, for the progress. Throws Interrupted.
  std::vector<std::string> run(const PointBlock& points, std::uint64_t draws, std::uint64_t before,
                               std::uint64_t total);

  // The same of one point with the draws shared between ranks; rows on the first of them, else
  // none.
  std::string run_shared(const SweepPoint& point, std::uint64_t draws, std::uint64_t before,
                         std::uint64_t total, const SharedWork& work);

  const kernels::Backend& backend() const { return *backend_; }
  // Why the CPU was taken where the device is chosen automatically; or empty.
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
  // Of the point at this place of its block.
  std::string rows_of(const SweepPoint& point, std::size_t place, const Prepared& prepared) const;
  const MetricInfo& metric_named(const LoweredScenario& lowered, const std::string& name) const;

  const ScenarioSource& source_;
  const Catalogue& catalogue_;
  const SweepSpec& spec_;
  const RunOptions& options_;
  SweepOutputs outputs_;
  std::string device_note_;
  std::unique_ptr<kernels::Backend> backend_;
  LoweringCache cache_;
};

}  // namespace tranche
