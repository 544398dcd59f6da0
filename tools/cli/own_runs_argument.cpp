// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/own_runs_argument.hpp"

#include "tools/cli/outcome.hpp"

namespace tranche::tools {

void add_own_runs_option(CLI::App& command, std::vector<std::string>& files) {
  command
      .add_option("--own-runs", files,
                  "CSV file of own measured runs, which correct predictions that resemble them "
                  "(see `tranche calibrate --from`); may be repeated")
      ->allow_extra_args(false);
}

api::Data data_with(const std::vector<std::string>& own_runs) {
  const api::Data data = value_of(api::Data::open());
  return own_runs.empty() ? data : value_of(data.with_own_runs(own_runs));
}

}  // namespace tranche::tools
