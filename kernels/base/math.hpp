// SPDX-License-Identifier: Apache-2.0

// exp, log and the normal distribution from exactly rounded operations only: + - * /
// sqrt, comparisons and integer operations. Library versions differ in their last
// bits between C libraries and GPUs; these give the same bits everywhere.
//
// No branches, tables or library calls, so that a loop over any of them vectorises.
// Polynomials are Chebyshev fits computed at 50 digits. The errors stated are the
// largest found by tests/unit/kernels/base/math_test.cpp against 80-bit long double or Boost.Math,
// in units in the last place (ulp) of the result. Float versions: kernels/base/math_float.hpp.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

// The bits of `from` as another type of equal size. Replaces std::bit_cast, which nvcc does not
// allow in device code.
template <class To, class From>
TRANCHE_HD_INLINE To bits_as(From from) {
  static_assert(sizeof(To) == sizeof(From));
  return __builtin_bit_cast(To, from);
}

namespace detail {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double ln2_high = 0x1.62e42feep-1;           // ln 2 to 32 bits
constexpr double ln2_low = 1.9082149292705878161e-10;  // the remainder
constexpr double inverse_ln2 = 1.4426950408889634074;  // 1 / ln 2
constexpr double round_to_integer = 0x1.8p52;          // x + this - this rounds x

// 2^n for integral n in [-1022, 1023].
TRANCHE_HD_INLINE double power_of_two(double n) {
  return bits_as<double>((bits_as<std::uint64_t>(n + round_to_integer) + 1023u) << 52);
}

// exp(x + correction) for |correction| < 1e-2 |x|, without rounding the sum first.
TRANCHE_HD_INLINE double exp_of_sum(double x, double correction) {
  // Beyond these the result is 0 or infinity; a NaN passes both comparisons.
  const double clamped = x < -746.0 ? -746.0 : x;
  const double argument = clamped > 710.0 ? 710.0 : clamped;
  const double n = (argument * inverse_ln2 + round_to_integer) - round_to_integer;
  const double high = argument - n * ln2_high;  // exact: n * ln2_high fits 43 bits
  const double low = n * ln2_low - correction;
  const double r = high - low;           // |r| <= ln(2) / 2
  const double lost = (high - r) - low;  // rounding error of the subtraction
  double q = 2.0914686968086877e-9;      // (exp(r) - 1 - r) / r^2
  q = q * r + 2.5105217004720745e-8;
  q = q * r + 2.7557273643110295e-7;
  q = q * r + 2.7557255400206424e-6;
  q = q * r + 2.4801587325547741e-5;
  q = q * r + 1.9841269874820625e-4;
  q = q * r + 1.3888888888883748e-3;
  q = q * r + 8.3333333333261351e-3;
  q = q * r + 4.1666666666666670e-2;
  q = q * r + 1.6666666666666671e-1;
  q = q * r + 0.5;
  const double result = 1.0 + (r + (r * r * q + lost));
  // Two factors: 2^n itself is not a normal number at either end of the range.
  const double half = (n * 0.5 + round_to_integer) - round_to_integer;
  return result * power_of_two(half) * power_of_two(n - half);
}

}  // namespace detail

// e to the power x. Error below 0.9 ulp (1 ulp where the result is subnormal).
// exp(x > 709.79) = infinity, exp(x < -745.14) = 0, exp(NaN) = NaN.
TRANCHE_HD_INLINE double exp(double x) { return detail::exp_of_sum(x, 0.0); }

// Natural logarithm. Error below 0.9 ulp. log(0) = -infinity, log(x < 0) = NaN,
// log(infinity) = infinity, log(NaN) = NaN.
TRANCHE_HD_INLINE double log(double x) {
  constexpr std::uint64_t one = 0x3FF0000000000000u;
  constexpr std::uint64_t sqrt_half = 0x3FE6A09E667F3BCDu;
  constexpr std::uint64_t mantissa = 0x000FFFFFFFFFFFFFu;
  const bool subnormal = x < 0x1p-1022;
  const double scaled = subnormal ? x * 0x1p54 : x;
  // x = 2^k m with m in [sqrt(1/2), sqrt(2)).
  const std::uint64_t shifted = bits_as<std::uint64_t>(scaled) + (one - sqrt_half);
  const double m = bits_as<double>((shifted & mantissa) + sqrt_half);
  const double biased = bits_as<double>((shifted >> 52) | 0x4330000000000000u) - 0x1p52;
  const double k = biased - (subnormal ? 1077.0 : 1023.0);
  // log(1 + f) = 2 atanh(s), s = f / (2 + f), as f - s (f - R), so that f, which is
  // exact, carries the leading part.
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double p = 1.4616585424888622e-1;
  p = p * z + 1.5331710618210772e-1;
  p = p * z + 1.8182889455674946e-1;
  p = p * z + 2.2222211130259877e-1;
  p = p * z + 2.8571428626003269e-1;
  p = p * z + 3.9999999999899443e-1;
  p = p * z + 6.6666666666666697e-1;
  const double half_square = 0.5 * f * f;
  const double rest = s * (half_square + z * p) + k * detail::ln2_low;
  const double value = k * detail::ln2_high - ((half_square - rest) - f);
  const double finite = x < detail::infinity ? value : x;  // infinity and NaN pass through
  const double positive = x > 0.0 ? finite : -detail::infinity;
  return x < 0.0 || x != x ? detail::not_a_number : positive;
}

namespace detail {

// P(Z <= -y) for y >= 0: exp(-y^2 / 2) times a polynomial in (y - 5) / (y + 5) over
// y + 5, the form of Schonfelder, "Chebyshev expansions for the error and related
// functions", Mathematics of Computation 32, 1978.
TRANCHE_HD_INLINE double normal_tail(double y) {
  const double w = 1.0 / (y + 5.0);
  const double t = (y - 5.0) * w;
  double p = 2.23233327917520974e-9;
  p = p * t + 7.6531206394379503e-9;
  p = p * t - 1.06149203229278639e-8;
  p = p * t - 6.67282078512747682e-8;
  p = p * t + 4.3719212847605634e-8;
  p = p * t + 4.34486950188136031e-7;
  p = p * t - 3.3744169640828281e-7;
  p = p * t - 2.77034071882486356e-6;
  p = p * t + 3.98114612600774555e-6;
  p = p * t + 1.66817059502514967e-5;
  p = p * t - 4.97628392990937112e-5;
  p = p * t - 5.93758651367921673e-5;
  p = p * t + 5.44899059594860816e-4;
  p = p * t - 7.97869375329807701e-4;
  p = p * t - 2.99337676869258154e-3;
  p = p * t + 2.07950667976364586e-2;
  p = p * t - 6.91186387065077989e-2;
  p = p * t + 1.65020366170496297e-1;
  p = p * t - 3.13533156671296225e-1;
  p = p * t + 4.95305615969974240e-1;
  p = p * t - 6.65382502890056795e-1;
  p = p * t + 7.69193049750062966e-1;
  // y^2 / 2 in two parts: the first exact, so that no rounding is magnified by exp.
  const double y_high = bits_as<double>(bits_as<std::uint64_t>(y) & 0xFFFFFFFFF8000000u);
  const double square_low = (y - y_high) * (y + y_high);
  return exp_of_sum(-0.5 * y_high * y_high, -0.5 * square_low) * (p * w);
}

// One of two or three numbers: blends, not branches.
TRANCHE_HD_INLINE double pick(bool first, double a, double b) { return first ? a : b; }
TRANCHE_HD_INLINE double pick(bool first, bool second, double a, double b, double c) {
  return first ? a : second ? b : c;
}

// Normal quantile of a probability p in (0, 1/2]; deviation = p - 1/2, which the caller may have at
// higher precision than p.
//
// Reference: Wichura, "Algorithm AS 241", Applied Statistics 37, 1988, PPND16.
TRANCHE_HD_INLINE double lower_quantile(double p, double deviation) {
  const bool central = deviation > -0.425;
  const double root = std::sqrt(-log(p));
  const bool near = root <= 5.0;
  const double r = central ? 0.180625 - deviation * deviation : root - pick(near, 1.6, 5.0);
  double n = pick(central, near, 2.5090809287301226727e3, 7.74545014278341407640e-4,
                  2.01033439929228813265e-7);
  n = n * r + pick(central, near, 3.3430575583588128105e4, 2.27238449892691845833e-2,
                   2.71155556874348757815e-5);
  n = n * r + pick(central, near, 6.7265770927008700853e4, 2.41780725177450611770e-1,
                   1.24266094738807843860e-3);
  n = n * r + pick(central, near, 4.5921953931549871457e4, 1.27045825245236838258,
                   2.65321895265761230930e-2);
  n = n * r + pick(central, near, 1.3731693765509461125e4, 3.64784832476320460504,
                   2.96560571828504891230e-1);
  n = n * r +
      pick(central, near, 1.9715909503065514427e3, 5.76949722146069140550, 1.78482653991729133580);
  n = n * r +
      pick(central, near, 1.3314166789178437745e2, 4.63033784615654529590, 5.46378491116411436990);
  n = n * r +
      pick(central, near, 3.3871328727963666080, 1.42343711074968357734, 6.65790464350110377720);
  double d = pick(central, near, 5.2264952788528545610e3, 1.05075007164441684324e-9,
                  2.04426310338993978564e-15);
  d = d * r + pick(central, near, 2.8729085735721942674e4, 5.47593808499534494600e-4,
                   1.42151175831644588870e-7);
  d = d * r + pick(central, near, 3.9307895800092710610e4, 1.51986665636164571966e-2,
                   1.84631831751005468180e-5);
  d = d * r + pick(central, near, 2.1213794301586595867e4, 1.48103976427480074590e-1,
                   7.86869131145613259100e-4);
  d = d * r + pick(central, near, 5.3941960214247511077e3, 6.89767334985100004550e-1,
                   1.48753612908506148525e-2);
  d = d * r + pick(central, near, 6.8718700749205790830e2, 1.67638483018380384940,
                   1.36929880922735805310e-1);
  d = d * r + pick(central, near, 4.2313330701600911252e1, 2.05319162663775882187,
                   5.99832206555887937690e-1);
  d = d * r + 1.0;
  return pick(central, deviation, -1.0) * n / d;
}

}  // namespace detail

// P(Z <= z) of the standard normal distribution, exact tails: error below 9 ulp for
// z > -37.5, where the result is no longer subnormal. normal_cdf(NaN) = NaN.
TRANCHE_HD_INLINE double normal_cdf(double z) {
  const double magnitude = z < 0.0 ? -z : z;
  const double tail = detail::normal_tail(magnitude > 40.0 ? 40.0 : magnitude);
  return z < 0.0 ? tail : 1.0 - tail;
}

// The z with P(Z <= z) = u, u in (0, 1): error below 8 ulp of z (absolute 2e-16 about
// z = 0). 0 gives -infinity, 1 infinity, anything outside NaN.
TRANCHE_HD_INLINE double normal_quantile(double u) {
  const bool upper = u > 0.5;
  const double p = upper ? 1.0 - u : u;
  const double lower = detail::lower_quantile(p, upper ? 0.5 - u : u - 0.5);
  const double inside = p > 0.0 ? lower : -detail::infinity;
  const double valid = p < 0.0 || u != u ? detail::not_a_number : inside;
  return upper ? -valid : valid;
}

}  // namespace tranche::kernels
