// SPDX-License-Identifier: Apache-2.0

// Reading scenarios that a test writes as text.
#pragma once

#include <string>

#include "sim/scenario/read/scenario_source.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/support/shipped.hpp"

namespace tranche::tests {

// Writes the text to a file of its own and reads it as a scenario.
ScenarioSource source_of(const std::string& text, const ReadOptions& options = {});
ScenarioSet read_text(const std::string& text, const ReadOptions& options = {});

// The messages of reading it; empty when it reads well.
std::string errors_of(const std::string& text, const ReadOptions& options = {});

// The smallest complete scenario: one firm `acme`, one tranche `first` of 1000 H200, one
// workload `training`. `more` is appended.
std::string small_scenario(const std::string& more = "");

// The first input whose path is this.
const Input& input_at(const Scenario& scenario, const std::string& path);

}  // namespace tranche::tests
