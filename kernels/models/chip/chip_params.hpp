// SPDX-License-Identifier: Apache-2.0

// Datasheet values of a chip in base units, as the kernels use them. Built only by
// sim/simulate/lowering from the catalogue; an unknown value is zero, and models that need it
// report that instead of guessing.
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

// Number formats of matrix products and of stored weights. mxfp8 runs at the fp8 rate; fp4 is
// NVFP4, and mxfp4 runs at the fp4 rate.
enum class Precision : std::int32_t {
  fp64,
  fp32,
  tf32,
  fp16,
  bf16,
  fp8,
  mxfp8,
  int8,
  fp4,
  mxfp4,
  int4
};
inline constexpr int precision_count = 11;

// Efficiency curves are fitted per generation of the matrix and memory system.
enum class ChipGeneration : std::int32_t { other, ampere, hopper, blackwell, cdna3 };

struct ChipParams {
  ChipGeneration generation = ChipGeneration::other;
  double peak_flop_per_s[precision_count] = {};  // dense, by Precision; 0 if not supported
  double vector_fp32_flop_per_s = 0;             // outside the matrix engine
  double vector_fp64_flop_per_s = 0;
  double memory_bandwidth_bytes_per_s = 0;
  double memory_capacity_bytes = 0;
  double scale_up_bytes_per_s = 0;   // one direction, per chip, all links
  std::int32_t scale_up_chips = 1;   // chips in one scale-up domain
  double scale_out_bytes_per_s = 0;  // one direction, per chip, network adapters
  double tdp_w = 0;
};

TRANCHE_HD constexpr double peak(const ChipParams& chip, Precision precision) {
  // Through a pointer: GCC 12 reports an array subscript by an unknown enumerator as out of bounds.
  const double* const rates_flop_per_s = chip.peak_flop_per_s;
  return rates_flop_per_s[static_cast<int>(precision)];
}

// Bytes per value; 4-bit formats are half a byte, block scales not counted.
TRANCHE_HD constexpr double bytes_per_value(Precision precision) {
  switch (precision) {
    case Precision::fp64:
      return 8.0;
    case Precision::fp32:
    case Precision::tf32:
      return 4.0;
    case Precision::fp16:
    case Precision::bf16:
      return 2.0;
    case Precision::fp8:
    case Precision::mxfp8:
    case Precision::int8:
      return 1.0;
    case Precision::fp4:
    case Precision::mxfp4:
    case Precision::int4:
      return 0.5;
  }
  return 0.0;
}

}  // namespace tranche::kernels
