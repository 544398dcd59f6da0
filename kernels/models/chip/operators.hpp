// SPDX-License-Identifier: Apache-2.0

// Seconds of one operator on one chip. All operators are smooth rooflines with a launch floor:
//
//   t = sqrt(t_compute^2 + t_memory^2) + launch
//
// This form fits measured matrix products better than max(): the ridge is smooth, and small kernels
// are bounded by their launch (scenarios/measured/kernel_efficiency.csv, fitted by
// tools/fit/fit_kernels.py). Reference for the roofline: Williams, Waterman, Patterson, "Roofline",
// CACM 52(4), 2009.
#pragma once

#include <cmath>

#include "kernels/base/host_device.hpp"
#include "kernels/models/chip/chip_params.hpp"
#include "kernels/models/chip/coefficients.hpp"

namespace tranche::kernels {

// An m x k by k x n product; `count` equal ones in one launch (grouped or batched).
struct GemmShape {
  double m = 0;
  double n = 0;
  double k = 0;
  double count = 1;
};

TRANCHE_HD constexpr double gemm_flop(const GemmShape& s) {
  return 2.0 * s.m * s.n * s.k * s.count;
}

// Minimum traffic in bytes: both inputs read once at `input_bytes` per value, the output written
// once.
TRANCHE_HD constexpr double gemm_bytes(const GemmShape& s, double input_bytes,
                                       double output_bytes) {
  return s.count * (input_bytes * (s.m * s.k + s.k * s.n) + output_bytes * s.m * s.n);
}

// Smooth maximum (2-norm) of two times, in the unit of its arguments.
TRANCHE_HD inline double rounded_maximum(double a, double b) { return std::sqrt(a * a + b * b); }

// Smooth maximum with a sharper corner (4-norm), for times that overlap well: (a^4 + b^4)^(1/4).
TRANCHE_HD inline double p_norm(double a, double b) {
  return std::sqrt(std::sqrt(a * a * a * a + b * b * b * b));
}

// Sustained rate in this format, flop/s. If `precision` is not supported, the rate of the widest
// format of the chip (bf16 on a chip without it runs at the fp16 rate); 0 if there is none.
TRANCHE_HD constexpr double sustained_peak(const ChipParams& chip, Precision precision) {
  const double own = peak(chip, precision);
  if (own > 0) return own;
  if (precision == Precision::mxfp8 || precision == Precision::int8) {
    return peak(chip, Precision::fp8);
  }
  if (precision == Precision::bf16) return peak(chip, Precision::fp16);
  if (precision == Precision::fp16) return peak(chip, Precision::bf16);
  return 0;
}

// Power that a full-power part of the generation needs at the 16-bit rate of this chip, W; 0 if
// the rate is not known.
TRANCHE_HD inline double nominal_power_w(const ChipParams& chip, const Coefficients& coefficients) {
  return coefficients.nominal_j_per_flop[index_of(chip.generation)] *
         sustained_peak(chip, Precision::bf16);
}

// Factor on the rate of a part sold with a lower power limit than its rate needs. Power grows about
// with the square of the clock near the top of its range, so rate ~ sqrt(limit / nominal). 1 for
// full-power parts and if the limit is unknown.
TRANCHE_HD inline double power_factor(const ChipParams& chip, const Coefficients& coefficients) {
  const double nominal_w = nominal_power_w(chip, coefficients);
  return chip.tdp_w > 0 && chip.tdp_w < nominal_w ? std::sqrt(chip.tdp_w / nominal_w) : 1.0;
}

// Seconds of a matrix product; output in 16 bits. Fit error: see the TOML.
TRANCHE_HD inline double gemm_time_s(const ChipParams& chip, const Coefficients& coefficients,
                                     Precision precision, const GemmShape& shape) {
  const GemmCoefficients& c =
      coefficients.gemm[index_of(chip.generation)][static_cast<int>(rate_class(precision))];
  const double rate = c.compute_efficiency * power_factor(chip, coefficients) *
                      sustained_peak(chip, precision) * shape.k / (shape.k + c.depth_half);
  const double compute_s = gemm_flop(shape) / rate;
  const double output_bytes = precision == Precision::fp32 ? 4.0 : 2.0;
  const double memory_s = gemm_bytes(shape, bytes_per_value(precision), output_bytes) /
                          (c.memory_efficiency * chip.memory_bandwidth_bytes_per_s);
  return rounded_maximum(compute_s, memory_s) + c.launch_s;
}

struct AttentionShape {
  double sequences = 0;
  double query_tokens = 0;  // per sequence
  double key_tokens = 0;    // per sequence, without the window
  double heads = 0;         // query heads on this chip
  double kv_heads = 0;      // key and value heads on this chip
  double key_head_dim = 0;
  double value_head_dim = 0;
  double window = 0;  // 0: full attention
};

// Pairs of query and key that a causal mask keeps, per sequence and head. The queries are the last
// `query_tokens` of the keys.
TRANCHE_HD constexpr double causal_pairs(double query_tokens, double key_tokens, double window) {
  const double reach = window > 0 && window < key_tokens ? window : key_tokens;
  const double before = key_tokens - query_tokens;  // keys older than the first query
  if (before >= reach) return query_tokens * reach;
  // a triangle until the window is full, then a band
  const double growing = reach - before < query_tokens ? reach - before : query_tokens;
  return growing * (before + 0.5 * growing) + (query_tokens - growing) * reach;
}

// Flop of attention scores and values, forward, causal pairs only.
TRANCHE_HD constexpr double attention_flop(const AttentionShape& s) {
  return 2.0 * s.sequences * s.heads * causal_pairs(s.query_tokens, s.key_tokens, s.window) *
         (s.key_head_dim + s.value_head_dim);
}

TRANCHE_HD constexpr const AttentionCoefficients& attention_coefficients(
    const ChipParams& chip, const Coefficients& coefficients, Precision precision) {
  return coefficients.attention[index_of(chip.generation)][static_cast<int>(rate_class(precision))];
}

// Seconds of the forward pass of a fused attention kernel.
// Reference: Dao et al., "FlashAttention", NeurIPS 2022.
TRANCHE_HD inline double attention_forward_s(const ChipParams& chip,
                                             const Coefficients& coefficients, Precision precision,
                                             const AttentionShape& shape) {
  const AttentionCoefficients& c = attention_coefficients(chip, coefficients, precision);
  const double length_efficiency =
      power_factor(chip, coefficients) * shape.key_tokens / (shape.key_tokens + c.length_half);
  const double compute_s = attention_flop(shape) / (c.forward_efficiency * length_efficiency *
                                                    sustained_peak(chip, precision));
  const double values = shape.sequences * (shape.query_tokens * shape.heads * 2.0 +
                                           shape.key_tokens * shape.kv_heads * 2.0);
  const double memory_s = bytes_per_value(precision) * values * shape.key_head_dim /
                          (c.decode_memory_efficiency * chip.memory_bandwidth_bytes_per_s);
  return rounded_maximum(compute_s, memory_s) + c.launch_s;
}

// Seconds of the backward pass of a fused attention kernel: five products instead of two, since the
// scores are recomputed (Dao et al. 2022, algorithm 4).
TRANCHE_HD inline double attention_backward_s(const ChipParams& chip,
                                              const Coefficients& coefficients, Precision precision,
                                              const AttentionShape& shape) {
  const AttentionCoefficients& c = attention_coefficients(chip, coefficients, precision);
  const double length_efficiency =
      power_factor(chip, coefficients) * shape.key_tokens / (shape.key_tokens + c.length_half);
  return 2.5 * attention_flop(shape) /
             (c.backward_efficiency * length_efficiency * sustained_peak(chip, precision)) +
         c.launch_s;
}

// Seconds of decode attention: one new token per sequence against a cache of keys and values.
// `cache_bytes` is the cache of all sequences on this chip for one layer.
TRANCHE_HD inline double attention_decode_s(const ChipParams& chip,
                                            const Coefficients& coefficients, double cache_bytes,
                                            double flop, Precision precision) {
  const AttentionCoefficients& c = attention_coefficients(chip, coefficients, precision);
  const double memory_s =
      cache_bytes / (c.decode_memory_efficiency * chip.memory_bandwidth_bytes_per_s);
  const double compute_s = flop / (c.forward_efficiency * sustained_peak(chip, precision));
  return rounded_maximum(memory_s, compute_s) + c.decode_launch_s;
}

// Seconds of elementwise and normalisation work that moves `bytes` in `launches` kernels.
TRANCHE_HD inline double stream_s(const ChipParams& chip, const Coefficients& coefficients,
                                  double bytes, double launches) {
  const StreamCoefficients& c = coefficients.stream[index_of(chip.generation)];
  return bytes / (c.efficiency * chip.memory_bandwidth_bytes_per_s) + launches * c.launch_s;
}

// Seconds to gather embedding rows for `tokens` tokens: read and write.
TRANCHE_HD inline double embedding_s(const ChipParams& chip, const Coefficients& coefficients,
                                     double tokens, double hidden) {
  return stream_s(chip, coefficients, tokens * hidden * 4.0, 1.0);
}

}  // namespace tranche::kernels
