// SPDX-License-Identifier: Apache-2.0

// Option `--own-runs FILE` of the commands that predict.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "sim/api/data.hpp"

namespace tranche::tools {

void add_own_runs_option(CLI::App& command, std::vector<std::string>& files);

// The data folder, with these own runs.
api::Data data_with(const std::vector<std::string>& own_runs);

}  // namespace tranche::tools
