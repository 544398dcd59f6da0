// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario_text_file.hpp"

#include <stdexcept>

namespace tranche::tests {

ScenarioSource source_of(const std::string& text, const ReadOptions& options) {
  ReadOptions of_text = options;
  of_text.text = text;
  return ScenarioSource("in-memory.toml", of_text, catalogue());
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
