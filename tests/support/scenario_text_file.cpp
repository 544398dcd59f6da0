// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario_text_file.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

namespace tranche::tests {

ScenarioSource source_of(const std::string& text, const ReadOptions& options) {
  static std::atomic<int> count = 0;
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() /
      ("tranche-" + std::to_string(getpid()) + "-" + std::to_string(count++) + ".toml");
  std::ofstream(path, std::ios::binary) << text;
  struct Remove {
    const std::filesystem::path& path;
    ~Remove() { std::filesystem::remove(path); }
  } remove{path};
  return ScenarioSource(path.string(), options, catalogue());
}

ScenarioSet read_text(const std::string& text, const ReadOptions& options) {
  return source_of(text, options).set();
}

std::string errors_of(const std::string& text, const ReadOptions& options) {
  try {
    read_text(text, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

std::string small_scenario(const std::string& more) {
  return R"(
[scenario]
name = "small"
start = "2026-01"
months = 12

[firms.acme]

[tranches.first]
chip = "H200"
quantity = 1000
price = "30k USD"

[workloads.training]
kind = "training"
mfu = 0.4
)" + more;
}

const Input& input_at(const Scenario& scenario, const std::string& path) {
  const Input* found = nullptr;
  for_each_input(scenario, [&](const Input& input) {
    if (found == nullptr && input.path == path) found = &input;
  });
  if (found == nullptr) throw std::out_of_range("no input " + path);
  return *found;
}

}  // namespace tranche::tests
