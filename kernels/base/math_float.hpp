// SPDX-License-Identifier: Apache-2.0

// exp, log and log2 in single precision, from exactly rounded operations only; see
// kernels/base/math.hpp. A vector register holds twice as many floats as doubles.
#pragma once

#include <cstdint>
#include <limits>

#include "kernels/base/host_device.hpp"
#include "kernels/base/math.hpp"

namespace tranche::kernels {

// e to the power x. Error below 1.1 ulp. exp(x > 88.73) = infinity, exp(x < -103.98) = 0,
// exp(NaN) = NaN.
TRANCHE_HD_INLINE float exp(float x) {
  constexpr float ln2_high = 0x1.62ep-1f;  // 12 bits, so that n * ln2_high is exact
  constexpr float ln2_low = 3.19461849453e-5f;
  constexpr float round_to_integer = 0x1.8p23f;
  const auto power_of_two = [](float n) TRANCHE_INLINE_BODY {
    return bits_as<float>((bits_as<std::uint32_t>(n + round_to_integer) + 127u) << 23);
  };
  const float clamped = x < -104.0f ? -104.0f : x;
  const float argument = clamped > 89.0f ? 89.0f : clamped;
  const float n = (argument * 1.442695041f + round_to_integer) - round_to_integer;
  const float r = (argument - n * ln2_high) - n * ln2_low;
  float q = 1.392618359e-3f;
  q = q * r + 8.363179053e-3f;
  q = q * r + 4.166655462e-2f;
  q = q * r + 1.666657699e-1f;
  q = q * r + 0.5f;
  const float result = 1.0f + (r + r * r * q);
  const float half = (n * 0.5f + round_to_integer) - round_to_integer;
  return result * power_of_two(half) * power_of_two(n - half);
}

namespace detail {

constexpr float float_infinity = std::numeric_limits<float>::infinity();
constexpr float float_not_a_number = std::numeric_limits<float>::quiet_NaN();

// x = 2^exponent (1 + f), f in [sqrt(1/2) - 1, sqrt(2) - 1), and log(1 + f) - f.
struct FloatLogParts {
  float exponent, f, rest;
};
TRANCHE_HD_INLINE FloatLogParts log_parts(float x) {
  constexpr std::uint32_t one = 0x3F800000u;
  constexpr std::uint32_t sqrt_half = 0x3F3504F3u;
  const bool subnormal = x < 0x1p-126f;
  const std::uint32_t bits = bits_as<std::uint32_t>(subnormal ? x * 0x1p25f : x);
  const std::uint32_t shifted = bits + (one - sqrt_half);
  const float f = bits_as<float>((shifted & 0x007FFFFFu) + sqrt_half) - 1.0f;
  const float biased = static_cast<float>(static_cast<std::int32_t>(shifted >> 23));
  float p = 6.971620541e-2f;
  p = p * f - 1.147974863e-1f;
  p = p * f + 1.168542357e-1f;
  p = p * f - 1.242568569e-1f;
  p = p * f + 1.424905714e-1f;
  p = p * f - 1.666780237e-1f;
  p = p * f + 2.000071576e-1f;
  p = p * f - 2.499999696e-1f;
  p = p * f + 3.333333118e-1f;
  const float square = f * f;
  return {biased - (subnormal ? 152.0f : 127.0f), f, f * square * p - 0.5f * square};
}

// Returns `value`, or the limit of the logarithm at 0, below it, at infinity and for NaN.
TRANCHE_HD_INLINE float log_or_edge(float x, float value) {
  const float finite = x < float_infinity ? value : x;
  const float positive = x > 0.0f ? finite : -float_infinity;
  return x < 0.0f || x != x ? float_not_a_number : positive;
}

}  // namespace detail

// Natural logarithm. Error below 1 ulp. Edges as for double.
TRANCHE_HD_INLINE float log(float x) {
  const detail::FloatLogParts parts = detail::log_parts(x);
  const float low = parts.exponent * 3.19461849453e-5f + parts.rest;
  return detail::log_or_edge(x, parts.exponent * 0x1.62ep-1f + (parts.f + low));
}

// Logarithm to base 2. Error below 2 ulp; exact for powers of two. Edges as for double.
TRANCHE_HD_INLINE float log2(float x) {
  const detail::FloatLogParts parts = detail::log_parts(x);
  const float fraction = (parts.f + parts.rest) * 1.442695041f;
  return detail::log_or_edge(x, parts.exponent + fraction);
}

}  // namespace tranche::kernels
