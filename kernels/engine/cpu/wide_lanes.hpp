// SPDX-License-Identifier: Apache-2.0

// Vectors of the width the compiler targets, for the few loops that it does not vectorise well.
// Results have the same bits at every width.
#pragma once

#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tranche::kernels::wide {

#if defined(__AVX512F__)
inline constexpr int lanes64 = 8;
#elif defined(__AVX2__)
inline constexpr int lanes64 = 4;
#else
inline constexpr int lanes64 = 2;
#endif
inline constexpr int lanes32 = 2 * lanes64;

using Words64 = std::uint64_t __attribute__((vector_size(8 * lanes64)));
using Words32 = std::uint32_t __attribute__((vector_size(4 * lanes32)));
using HalfWords32 = std::uint32_t __attribute__((vector_size(4 * lanes64)));
using Integers = std::int32_t __attribute__((vector_size(4 * lanes32)));
using Floats = float __attribute__((vector_size(4 * lanes32)));

// Products of the lower halves of the lanes: one instruction.
inline __attribute__((always_inline)) Words64 multiply_low_halves(Words64 a, Words64 b) {
#if defined(__AVX512F__)
  return (Words64)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
  return (Words64)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return (Words64)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
  return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu);
#endif
}

}  // namespace tranche::kernels::wide
