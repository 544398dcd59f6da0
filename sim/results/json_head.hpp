// SPDX-License-Identifier: Apache-2.0

// Common members of the JSON result files.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace tranche {

// Schema version of every JSON file that this version writes and reads.
inline constexpr int json_schema_version = 1;

// schema_version and version.
nlohmann::ordered_json json_head();

// [{path, sha256}, …]
nlohmann::ordered_json input_files_json(const std::vector<InputFile>& files);

// Provenance of an analysis of one scenario.
struct AnalysedScenario {
  std::string name, title, file;
  std::vector<InputFile> input_files;
  std::uint64_t seed = 0;
};
// json_head, then scenario, input_files and seed.
nlohmann::ordered_json analysis_head(const AnalysedScenario& scenario);

}  // namespace tranche
