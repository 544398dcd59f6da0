// SPDX-License-Identifier: Apache-2.0

// Which uncertain inputs matter: sensitivity of results, and worlds in which an outcome happens.
#pragma once

#include <atomic>
#include <cstddef>
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

enum class SensitivityMethod {
  draws,   // rank correlations and a tornado, from the draws of a plain run
  sobol,   // Sobol' indices, from a design
  morris,  // elementary effects, from a design
  voi      // value of knowing an input before a choice between what-ifs
};

struct SensitivityRequest {
  Execution execution = {};  // device: of sobol and morris; draws and voi run on the CPU
  std::vector<SensitivityMethod> methods = {SensitivityMethod::draws, SensitivityMethod::voi};
  // Outputs by name; empty: those of the scenario's headline. `everything`: all.
  std::vector<std::string> metrics = {}, months = {}, firms = {};
  std::string what_if = "base";
  std::vector<std::string> between = {};  // options of the choice; empty: base and every what-if
  bool everything = false;
  std::uint64_t draws = 0;  // 100 to 100 million; 0: 32,768 draws, 4,096 or 512 points of a design
  // Where the results will be written: checked before the first draw. Empty: not checked.
  std::string folder = {};
};

// Constant.
class SensitivityResults {
 public:
  // Rows of a method, the largest first within an output; without columns if it was not asked for.
  // Columns are those of its CSV file.
  Table table(SensitivityMethod method) const;
  const std::string& why_not_the_gpu() const;
  // Report for a terminal, with `top` inputs a table; the rows of the only method as CSV; or JSON.
  std::string text(std::size_t columns = 100, std::size_t top = 12) const;
  std::string csv(SensitivityMethod method) const;
  std::string json() const;
  // Writes a CSV file for each method, sensitivity.json, charts, and a page with a template. Fails
  // with `output`, or `interrupted` if `cancel`, which may be null, is set.
  Expected<Written> write(const std::string& folder, const ReportTemplate& report = {},
                          const std::atomic<bool>* cancel = nullptr) const;

  struct State;  // of the library
  explicit SensitivityResults(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

// Fails with `input` for unknown names, where nothing is uncertain or no chosen output varies, with
// `request` for draws out of range and for a GPU without a design, and as run() does.
Expected<SensitivityResults> sensitivity(const Scenario& scenario,
                                         const SensitivityRequest& request = {});

struct DiscoverRequest {
  Execution execution = {};  // on the CPU
  // "each firm: mfu < 30 % at 2027-06"; none: that of [discover].
  std::optional<std::string> outcome = {};
  std::uint64_t draws = 0;  // 500 to 10 million; 0: 32,768
  // Take the widest box in which at least this share of the draws has the outcome, 0 to 1; none:
  // the best balance of density and coverage.
  std::optional<double> density = {};
  std::string folder = {};  // checked before the first draw; empty: not checked
};

// Constant.
class DiscoverResults {
 public:
  double share() const;        // of the draws with the outcome, 0 to 1
  const Table& box() const;    // prim_box.csv: limits of the chosen box, one row an input
  const Table& boxes() const;  // prim.csv: every box of the search, from all draws on
  std::string text(std::size_t columns = 100) const;
  std::string csv() const;  // of the chosen box
  std::string json() const;
  // Writes prim.csv, prim_box.csv, prim_limits.csv, discover.json, charts, and a page with a
  // template. Fails with `output`, or `interrupted` if `cancel`, which may be null, is set.
  Expected<Written> write(const std::string& folder, const ReportTemplate& report = {},
                          const std::atomic<bool>* cancel = nullptr) const;

  struct State;  // of the library
  explicit DiscoverResults(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

// Fails with `input` for an outcome that cannot be read, or that no draw or every draw has, with
// `request` for numbers out of range, and as run() does.
Expected<DiscoverResults> discover(const Scenario& scenario, const DiscoverRequest& request = {});

}  // namespace tranche::api
