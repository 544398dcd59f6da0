// SPDX-License-Identifier: Apache-2.0

// Runs a scenario at every point of its [sweep]. All points share their random numbers, which are
// keyed by the names of the inputs: differences between points carry no sampling noise. Each point
// is compared with the scenario as written, draw by draw.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/base/atomic_file.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/run.hpp"
#include "sim/statistics/statistics.hpp"
#include "sim/studies/sweep/store.hpp"

namespace tranche {

struct SweepOptions {
  Execution execution = {};
  // Of the tables, and of finished points until then; empty: none is written.
  std::filesystem::path folder = {};
  Resume resume = Resume::no;
  // Publishes the written tables; a caller may add files derived from them.
  std::function<void(FileSet&)> publish = [](FileSet& files) { files.publish(); };
};

// The sweep stopped before the last point; the text states what is kept and how to continue.
struct SweepInterrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Row of a point in the terminal table, with mean, 5 %, 50 % and 95 % quantiles and shares of the
// difference to the scenario as written, draw by draw.
struct ShownPoint {
  Statistics value, difference;
};

struct SweepResult {
  std::string scenario, title;
  SweepSpec spec;
  std::uint64_t points = 0, points_kept = 0;  // in total; done before this run
  std::uint64_t draws = 0, seed = 0;
  std::vector<std::string> axes;                 // columns
  std::vector<std::vector<std::string>> labels;  // of each point
  std::vector<std::string> rows;                 // CSV lines of each point
  // For the table: the first metric, firm `all` or the last requested, at the first month.
  std::string shown_metric, shown_unit, shown_firm, shown_month;
  std::vector<ShownPoint> shown;
  std::vector<InputFile> inputs;
  std::string device_description, device_note, started_utc;
  double seconds = 0;
};

// Larger sweeps are refused with an estimate of time and size.
inline constexpr double max_sweep_points = 100'000;

// Throws InputError if there is no [sweep], if it is too large (with the estimated time), if a
// metric does not apply, or if a point is not a valid scenario; OutputError like SweepStore;
// SweepInterrupted, with the finished points kept, or Interrupted without a folder. Writes
// sweep.csv and sweep.json. With several
// ranks, rank 0 keeps, writes and returns the points.
SweepResult run_sweep(const ScenarioSource& source, const ReadOptions& reading,
                      const Catalogue& catalogue, const SweepOptions& options);

// Throws InputError for everything that run_sweep would refuse before its first draw; returns if
// there is no [sweep].
void check_sweep(const ScenarioSource& source, const Catalogue& catalogue);

// point,<axes>,firm,month,metric,unit,mean,sd,p05,p25,p50,p75,p95,mc_error_p50,
// difference_mean,difference_p05,difference_p50,difference_p95,share_above,share_below
std::string sweep_csv(const SweepResult& result);
// Adds sweep.csv and sweep.json to the set.
void write_sweep(const SweepResult& result, FileSet& files);
// One JSON object; its keys are described in docs/formats/results.md.
std::string sweep_json(const SweepResult& result);
// Report for the terminal.
std::string sweep_report(const SweepResult& result, const std::string& folder, std::size_t columns);

}  // namespace tranche
