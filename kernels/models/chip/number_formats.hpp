// SPDX-License-Identifier: Apache-2.0

// Format in which a chip multiplies values stored in another format. Weights, KV cache and
// arithmetic have separate formats: a chip without 4-bit arithmetic reads 4-bit weights, widens
// them and multiplies in 16 bits (weight-only quantisation: Frantar et al., "MARLIN", PPoPP 2025;
// Lin et al., "AWQ", MLSys 2024), which saves bytes and no arithmetic.
#pragma once

#include "kernels/models/chip/chip_params.hpp"

namespace tranche::kernels {

// Returns the format in which values stored as `stored` are multiplied: the same if the matrix
// engine supports it, else the 16-bit format.
TRANCHE_HD constexpr Precision arithmetic_format(const ChipParams& chip, Precision stored) {
  if (peak(chip, stored) > 0.0) return stored;
  const Precision half = peak(chip, Precision::bf16) > 0.0 ? Precision::bf16 : Precision::fp16;
  switch (stored) {
    case Precision::fp64:
    case Precision::fp32:
      return stored;
    case Precision::mxfp8:
      return peak(chip, Precision::fp8) > 0.0 ? Precision::fp8 : half;
    default:
      return half;
  }
}

// True if the engine multiplies in another format than the stored one.
TRANCHE_HD constexpr bool is_widened(const ChipParams& chip, Precision stored) {
  return bytes_per_value(arithmetic_format(chip, stored)) > bytes_per_value(stored);
}

}  // namespace tranche::kernels
