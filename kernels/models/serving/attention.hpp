// SPDX-License-Identifier: Apache-2.0

// Attention of a served transformer: causal over a prompt (prefill), and one query per sequence
// over its cache (decode), which streams keys and values.
#pragma once

#include "kernels/models/serving/operators.hpp"

namespace tranche::kernels {

// Rate of decode attention, flop/s. Kernels of 2023 and 2024 computed it on the vector units,
// except for query groups with a kernel for the matrix engine.
TRANCHE_HD inline double decode_attention_rate(const InferenceSetup& s) {
  const ModelParams& m = s.model.shape;
  const double matrix = peak(s.chip, Precision::bf16) * s.on_chip.attention_efficiency_16bit;
  if (m.attention == Attention::latent)
    return peak(s.chip, Precision::bf16) * s.on_chip.latent_decode_efficiency;
  if (m.kv_heads <= 0) return matrix;
  const double group = static_cast<double>(m.heads) / m.kv_heads;
  if (group > s.software.vector_group_limit || group == s.software.matrix_group) return matrix;
  // The vector rate of matrix-engine chips is about a sixteenth of the 16-bit matrix rate.
  const double vector = s.chip.vector_fp32_flop_per_s > 0.0 ? s.chip.vector_fp32_flop_per_s
                                                            : peak(s.chip, Precision::bf16) / 16.0;
  return vector * s.software.vector_attention_efficiency;
}

// Time of decode attention of one layer on one chip, on average over the kinds of layers: what
// cache_use reads is read once. Latent attention has enough arithmetic per byte to be
// compute-bound.
TRANCHE_HD inline PhaseTime decode_attention_time(const InferenceSetup& s, double sequences,
                                                  double context) {
  if (sequences <= 0.0) return {};
  const ModelParams& m = s.model.shape;
  const double layers = caching_layers(m);
  const CacheUse use = cache_use(m, context, bytes_per_value(s.model.cache), s.plan.tensor);
  const double bytes = sequences * use.read_bytes / layers;
  const double queries = 1.0 + s.speculation.draft_tokens;  // all read the cache once
  const double flop = sequences * queries * use.flop / (layers * s.plan.tensor);
  PhaseTime time = smooth_roofline(flop / decode_attention_rate(s),
                                   bytes / (s.chip.memory_bandwidth_bytes_per_s *
                                            s.on_chip.kv_efficiency * s.software.kv_efficiency));
  time.launch_s = s.on_chip.kv_latency_s;
  time.energy_j = energy_j(s, flop, Precision::bf16, bytes);
  return time;
}

// Time of causal attention of one layer on one chip over `tokens` prompt tokens of prompts of
// `length`: half of the square, fewer pairs with a window or a sparse choice.
TRANCHE_HD inline PhaseTime prefill_attention_time(const InferenceSetup& s, double tokens,
                                                   double length) {
  if (tokens <= 0.0) return {};
  const ModelParams& m = s.model.shape;
  const double efficiency = bytes_per_value(s.model.cache) < 2.0
                                ? s.on_chip.attention_efficiency_8bit
                                : s.on_chip.attention_efficiency_16bit;
  PhaseTime time;
  const double flop = tokens * attention_flop_per_token(m, length, AttentionCount::causal) /
                      (caching_layers(m) * s.plan.tensor);
  time.compute_s =
      flop / (peak(s.chip, Precision::bf16) * efficiency * s.software.attention_efficiency);
  time.launch_s = s.on_chip.kernel_latency_s;
  time.energy_j = energy_j(s, flop, Precision::bf16, 0.0);
  return time;
}

// Time of one step of a layer with a fixed state (linear attention, state space) on one chip: the
// state is read and written for each sequence.
TRANCHE_HD inline PhaseTime state_time(const InferenceSetup& s, double sequences,
                                       double state_bytes) {
  if (sequences <= 0.0) return {};
  PhaseTime time;
  time.memory_s = 2.0 * sequences * state_bytes / s.plan.tensor /
                  (s.chip.memory_bandwidth_bytes_per_s * s.on_chip.kv_efficiency);
  time.launch_s = s.on_chip.kv_latency_s;
  return time;
}

}  // namespace tranche::kernels
