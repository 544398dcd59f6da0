// SPDX-License-Identifier: Apache-2.0

// The methods of sensitivity.hpp, one function each. Each appends its rows to the result.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/engine/backend/design_runner.hpp"
#include "sim/simulate/draw_table.hpp"
#include "sim/studies/sensitivity/sensitivity.hpp"

namespace tranche {

// Throws InputError: no input moves the chosen outputs.
[[noreturn]] void refuse_constant_outputs(const SensitivityResult& result);

struct AnalysisControl {
  std::uint64_t seed = 1;
  Execution execution = {};
  const kernels::DesignRunner* runner = nullptr;  // for designs; null: the CPU
};

// `lowered` has one variant; result.outputs names `outputs`, in order. All throw InputError if none
// of the outputs varies.
void rank_the_inputs(const LoweredScenario& lowered, const std::vector<OutputChoice>& outputs,
                     std::uint64_t draws, const AnalysisControl& control,
                     SensitivityResult& result);
void decompose_variance(const LoweredScenario& lowered, const std::vector<OutputChoice>& outputs,
                        std::uint64_t points, const AnalysisControl& control,
                        SensitivityResult& result);
void screen_inputs(const LoweredScenario& lowered, const std::vector<OutputChoice>& outputs,
                   std::uint64_t points, const AnalysisControl& control, SensitivityResult& result);
// `lowered` has the options of the decision as its variants.
void value_the_inputs(const LoweredScenario& lowered, const std::vector<OutputChoice>& outputs,
                      std::uint64_t draws, const AnalysisControl& control,
                      SensitivityResult& result);

}  // namespace tranche
