// SPDX-License-Identifier: Apache-2.0

// A published training run, for scale.
#pragma once

namespace tranche {

// Llama 3.1 405B (Grattafiori et al. 2024, "The Llama 3 herd of models", section 3.1).
inline constexpr double llama_405b_training_flop = 3.8e25;

}  // namespace tranche
