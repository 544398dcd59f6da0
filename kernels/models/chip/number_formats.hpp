// SPDX-License-Identifier: Apache-2.0

// In which format a chip multiplies what is stored in another. Weights, KV cache and arithmetic
// are three things: 4-bit weights on a chip without 4-bit arithmetic are read as 4 bit, widened on
// the way in and multiplied in 16 bit (weight-only quantisation: Frantar et al., "MARLIN",
// PPoPP 2025; Lin et al., "AWQ", MLSys 2024), so they save bytes and no arithmetic.
#pragma once

#include "kernels/models/chip/chip_params.hpp"

namespace tranche::kernels {

// The format that numbers stored in `stored` are multiplied in: their own where the matrix engine
// has it, else the 16-bit one.
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

// Whether the engine takes another format than the stored one.
TRANCHE_HD constexpr bool is_widened(const ChipParams& chip, Precision stored) {
  return bytes_per_value(arithmetic_format(chip, stored)) > bytes_per_value(stored);
}

}  // namespace tranche::kernels
