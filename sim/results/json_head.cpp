// SPDX-License-Identifier: Apache-2.0
#include "sim/results/json_head.hpp"

#include "sim/base/version.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json json_head() { return {{"schema_version", json_schema_version}, {"version", version()}}; }

Json input_files_json(const std::vector<InputFile>& files) {
  Json out = Json::array();
  for (const InputFile& file : files) out.push_back({{"path", file.path}, {"sha256", file.sha256}});
  return out;
}

Json analysis_head(const AnalysedScenario& scenario) {
  Json json = json_head();
  json["scenario"] = {{"name", scenario.name}, {"title", scenario.title}, {"file", scenario.file}};
  json["input_files"] = input_files_json(scenario.input_files);
  json["seed"] = scenario.seed;
  return json;
}

}  // namespace tranche
