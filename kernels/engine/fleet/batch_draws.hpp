// SPDX-License-Identifier: Apache-2.0

// Number of draws that are simulated side by side on the CPU.
#pragma once

namespace tranche::kernels {

inline constexpr int batch_draws = 512;

}  // namespace tranche::kernels
