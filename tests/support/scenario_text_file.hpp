// SPDX-License-Identifier: Apache-2.0

// Reads scenarios given as text in tests.
#pragma once

#include <string>

#include "sim/scenario/read/scenario_source.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/support/shipped.hpp"

namespace tranche::tests {

// Reads the text as a scenario file named in-memory.toml.
ScenarioSource source_of(const std::string& text, const ReadOptions& options = {});
ScenarioSet read_text(const std::string& text, const ReadOptions& options = {});

// Returns the error messages of reading it; empty if it is valid.
std::string errors_of(const std::string& text, const ReadOptions& options = {});

// The smallest complete scenario: one firm `acme`, one tranche `first` of 1000 H200, one
// workload `training`. `more` is appended.
std::string small_scenario(const std::string& more = "");

// Returns the first input with this path.
const Input& input_at(const Scenario& scenario, const std::string& path);

}  // namespace tranche::tests
