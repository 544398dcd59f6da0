// SPDX-License-Identifier: Apache-2.0

// Looks up outputs of a scenario by name.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/simulate/draw_table.hpp"

namespace tranche {

// Each returns the index of a name; throws InputError with the nearest name. `option` is the source
// of the name, "--metric".
std::int32_t metric_index(const LoweredScenario& lowered, const std::string& name,
                          const std::string& option);
std::int32_t firm_index(const LoweredScenario& lowered, const std::string& name,
                        const std::string& option);
std::int32_t variant_index(const std::vector<std::string>& variants, const std::string& name,
                           const std::string& option);
// A month inside a quarter selects that quarter.
std::int32_t step_index(const LoweredScenario& lowered, const Scenario& scenario,
                        const std::string& month, const std::string& option);

// Throws the error of the functions above, for names inside a longer text.
[[noreturn]] void refuse_name(const SourceSpan& where, const std::string& source_line,
                              const std::string& problem, std::vector<std::string> help);

struct ChoiceOfOutputs {
  std::vector<std::int32_t> metrics, steps, firms;
};
// Empty lists of names: the scenario's headline; `everything`: all.
ChoiceOfOutputs choose_outputs(const LoweredScenario& lowered, const Scenario& scenario,
                               const std::vector<std::string>& metrics,
                               const std::vector<std::string>& months,
                               const std::vector<std::string>& firms, bool everything);

// Outputs of one variant by firm, then month, then metric.
std::vector<OutputChoice> outputs_of(const ChoiceOfOutputs& choice, std::int32_t variant);

}  // namespace tranche
