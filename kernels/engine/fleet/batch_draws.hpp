// SPDX-License-Identifier: Apache-2.0

// How many draws are simulated side by side.
#pragma once

namespace tranche::kernels {

inline constexpr int batch_draws = 512;

}  // namespace tranche::kernels
