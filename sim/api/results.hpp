// SPDX-License-Identifier: Apache-2.0

// Results of a run, by name.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/execution.hpp"
#include "sim/api/expected.hpp"
#include "sim/api/written.hpp"

namespace tranche::api {

// Distribution of one output over the draws, in `unit`.
struct Figure {
  double mean = 0, standard_deviation = 0;
  double p05 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0;  // quantiles; resolution 0.4 %
  // Standard errors from the number of draws: of the mean, and of p50.
  double mean_error = 0, p50_error = 0;
  std::string unit = {};
  bool is_known = true;  // false, and all numbers NaN: a price or a power that it needs is unknown
};

// A what-if minus the base case, draw by draw.
struct Difference : Figure {
  double share_above = 0, share_below = 0;  // fractions of the draws with more, and with less
};

struct Metric {
  std::string name, unit, title;
};

struct WriteOptions {
  std::string folder;  // made if needed
  ReportTemplate report = {};
  std::string draws_file = {};  // also every single draw, as NetCDF-4; empty: none
  Execution execution = {};     // of the draws file: threads, progress, cancel
};

struct TextOptions {
  std::size_t columns = 100;
  bool is_emphasised = false;           // escape sequences of a terminal
  std::optional<Written> written = {};  // named at the end
};

// Constant; copies share it, and any number of threads may use it.
class Results {
 public:
  // Names, in the order of the tables.
  const std::vector<std::string>& what_ifs() const;  // the first is "base"
  const std::vector<std::string>& firms() const;     // the last is "all"
  const std::vector<std::string>& months() const;
  std::vector<Metric> metrics() const;

  // One output: at("cap-lifted", "alibaba", "2027-12", "mfu"). An unknown name fails with
  // `request`, with the nearest known one.
  Expected<Figure> at(const std::string& what_if, const std::string& firm, const std::string& month,
                      const std::string& metric) const;
  // The same, minus the base case; "base" itself fails with `request`.
  Expected<Difference> difference(const std::string& what_if, const std::string& firm,
                                  const std::string& month, const std::string& metric) const;
  // Fractions of the draws, 0 to 1, by the constraint that binds; for "all" the mean over firms.
  // Constraints that never bind are left out.
  Expected<std::map<std::string, double>> binding(const std::string& what_if,
                                                  const std::string& firm,
                                                  const std::string& month) const;

  // SHA-256 over every counter of the run: equal digests mean equal results.
  const std::string& digest() const;
  std::uint64_t draws() const;  // done: with a rule of `until` those that it needed
  std::uint64_t seed() const;
  std::uint64_t resumed_draws() const;         // of them, those from a checkpoint
  const std::string& device() const;           // "CPU, x86-64-v4, 2 threads"
  const std::string& why_not_the_gpu() const;  // of an automatic device; empty on a GPU
  // The answer in sentences, then the best and the worst what-if.
  std::vector<std::string> headline() const;
  // Assumptions with a single value, on which the headline may depend: "path = value".
  std::vector<std::string> assumptions() const;
  // About chips and workloads, found while the scenario was prepared.
  std::vector<Problem> warnings() const;
  std::vector<std::string> remarks() const;

  // Writes the files of `tranche run`: summary.csv, differences.csv, binding.csv, by_source.csv,
  // decomposition.csv, charts, report.html if there is a template, result.json. Fails with
  // `output`, `unavailable` (a draws file without NetCDF) or `interrupted`, and then writes none.
  Expected<Written> write(const WriteOptions& options) const;
  // The report of `tranche run` for a terminal.
  std::string text(const TextOptions& options = {}) const;

  struct State;  // of the library
  explicit Results(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  const std::shared_ptr<const State>& state() const { return state_; }

 private:
  std::shared_ptr<const State> state_;
};

}  // namespace tranche::api
