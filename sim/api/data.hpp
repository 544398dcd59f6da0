// SPDX-License-Identifier: Apache-2.0

// The data folder: catalogue of chips, models, workloads and rules, and the coefficients of the
// performance models.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/api/expected.hpp"

namespace tranche::api {

// Read once, constant afterwards; copies share it, and any number of threads may use it.
class Data {
 public:
  // The folder that TRANCHE_DATA names, else the one installed beside the running program, else
  // that of the source tree from which the library was built. Fails with `input`.
  static Expected<Data> open();
  // The folder that holds `catalogue/`. Fails with `input`, with every problem of its files.
  static Expected<Data> open(const std::string& folder);

  // The same data with own measured runs: CSV files with the columns of
  // docs/formats/measured-cases.md. They correct every prediction that resembles them and narrow
  // its interval, in plans, comparisons and scenarios that are read with it. Fails with `input`,
  // with every row that cannot be used.
  Expected<Data> with_own_runs(const std::vector<std::string>& files) const;

  const std::string& folder() const;
  // Names that scenarios and requests may use, in the order of the catalogue.
  std::vector<std::string> chips() const;
  std::vector<std::string> models() const;
  std::vector<std::string> workloads() const;

  struct State;  // of the library
  explicit Data(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  const std::shared_ptr<const State>& state() const { return state_; }

 private:
  std::shared_ptr<const State> state_;
};

}  // namespace tranche::api
