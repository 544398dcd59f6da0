// SPDX-License-Identifier: Apache-2.0

// What every JSON file of results begins with, and what most of them hold.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace tranche {

// Of every JSON file that this version writes and reads.
inline constexpr int json_schema_version = 1;

// schema_version and version.
nlohmann::ordered_json json_head();

// [{path, sha256}, …]
nlohmann::ordered_json input_files_json(const std::vector<InputFile>& files);

// What an analysis of one scenario was made of.
struct AnalysedScenario {
  std::string name, title, file;
  std::vector<InputFile> input_files;
  std::uint64_t seed = 0;
};
// json_head, then scenario, input_files and seed.
nlohmann::ordered_json analysis_head(const AnalysedScenario& scenario);

}  // namespace tranche
