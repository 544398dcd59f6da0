// SPDX-License-Identifier: Apache-2.0

// Studies: many runs of one scenario. Each takes its question from the scenario, or from options.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/execution.hpp"
#include "sim/api/expected.hpp"
#include "sim/api/scenario.hpp"
#include "sim/api/table.hpp"
#include "sim/api/written.hpp"

namespace tranche::api {

struct SweepOptions {
  Execution execution = {};
  // Folder where finished points are kept until the end, and then the results are written with
  // charts (and a page, with a template); empty: all in memory, see SweepResults::write.
  std::string folder = {};
  bool resume = false;  // go on from the points in the folder
  ReportTemplate report = {};
};

// Results of the points of [sweep]; constant.
class SweepResults {
 public:
  std::size_t points() const;
  const std::vector<std::string>& axes() const;
  // A row for each point, firm, month and metric: `point`, the axes, `firm`, `month`, `metric`,
  // `unit`, statistics, and those of the difference to the scenario as written.
  const Table& table() const;
  const std::string& why_not_the_gpu() const;
  // Writes sweep.csv, sweep.json, charts and a page. Fails with `output`.
  Expected<Written> write(const std::string& folder, const ReportTemplate& report = {}) const;
  // What was written into SweepOptions::folder; nothing without one.
  const std::optional<Written>& written() const;
  // The table for a terminal; `folder` is named in it.
  std::string text(const std::string& folder, std::size_t columns = 100) const;

  struct State;  // of the library
  explicit SweepResults(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

// Simulates the scenario at every point of its [sweep], all on the same draws. Fails with `input`
// if there is no [sweep] or a point of it cannot be simulated, and as run() does.
Expected<SweepResults> sweep(const Scenario& scenario, const SweepOptions& options = {});

struct AllocateOptions {
  Execution execution = {};  // on the CPU
  // Where the results will be written: checked before the first draw. Empty: not checked.
  std::string folder = {};
};

// The best split of [allocate], and the others; constant.
class AllocateResults {
 public:
  // Names of the parts, and their shares in the best split that meets the constraints, 0 to 1.
  const std::vector<std::string>& parts() const;
  const std::vector<double>& shares() const;
  // allocation.csv: every split, the best first.
  const Table& splits() const;
  // allocation_gain.csv: the best split compared with equal, proportional and written shares.
  const Table& gains() const;
  // Writes allocation.csv, allocation_gain.csv, allocation.json, charts and a page. Fails with
  // `output`, or with `interrupted` if `cancel`, which may be null, is set.
  Expected<Written> write(const std::string& folder, const ReportTemplate& report = {},
                          const std::atomic<bool>* cancel = nullptr) const;
  std::string text(const std::string& folder, std::size_t columns = 100) const;

  struct State;  // of the library
  explicit AllocateResults(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

// Finds the best split that [allocate] asks for. Fails with `input` if there is no [allocate] or no
// split meets its constraints, with `request` for Device::gpu, and as run() does.
Expected<AllocateResults> allocate(const Scenario& scenario, const AllocateOptions& options = {});

}  // namespace tranche::api
