// SPDX-License-Identifier: Apache-2.0

// Operators of a served transformer on one chip: matrix products, grouped products of experts,
// elementwise passes, and the all-reduce of tensor parallelism. Each returns its time by component.
// Forms and measurements: docs/methods/serving.md.
#pragma once

#include <cmath>

#include "kernels/models/chip/number_formats.hpp"
#include "kernels/models/chip/time_parts.hpp"
#include "kernels/models/serving/memory.hpp"

namespace tranche::kernels {

// Multi-token prediction: a draft head proposes `draft_tokens` per step and sequence, and
// `accepted_tokens` tokens leave a step on average, the certain one included.
struct Speculation {
  double draft_tokens = 0;
  double accepted_tokens = 1;
};

// All inputs of a step except its batch.
struct InferenceSetup {
  ServedModel model;
  InferencePlan plan;
  ChipParams chip;
  ChipInferenceCoefficients on_chip;
  SoftwareCoefficients software;
  Speculation speculation;
};

// Matrix rate for weights of a format on this chip, flop/s, in the format of their arithmetic.
TRANCHE_HD inline double matrix_rate(const InferenceSetup& s, Precision weights) {
  const Precision format = arithmetic_format(s.chip, weights);
  const double width = bytes_per_value(format);
  const double efficiency = width == 0.5   ? s.on_chip.matrix_efficiency_4bit
                            : width == 1.0 ? s.on_chip.matrix_efficiency_8bit
                                           : s.on_chip.matrix_efficiency_16bit;
  return peak(s.chip, format) * efficiency * s.software.kernel_efficiency;
}

// Seconds to unpack `weights` 4-bit weights if no engine multiplies the format.
TRANCHE_HD inline double widening_s(const InferenceSetup& s, double weights, Precision stored) {
  const bool unpacked = bytes_per_value(stored) < 1.0 && is_widened(s.chip, stored);
  return unpacked ? weights / s.on_chip.widened_weights_per_s : 0.0;
}

// Energy in joules of arithmetic in a format and of memory traffic, beyond idling.
TRANCHE_HD inline double energy_j(const InferenceSetup& s, double flop, Precision format,
                                  double bytes) {
  const bool narrow = bytes_per_value(arithmetic_format(s.chip, format)) < 2.0;
  return flop * (narrow ? s.on_chip.joule_per_flop_8bit : s.on_chip.joule_per_flop_16bit) +
         bytes * s.on_chip.joule_per_byte;
}

// Time of a matrix product with `inputs` x `outputs` weights on `rows` tokens. Activations are read
// and written in 16 bit.
TRANCHE_HD inline PhaseTime linear_time(const InferenceSetup& s, double rows, double inputs,
                                        double outputs, Precision weights) {
  if (rows <= 0.0 || inputs <= 0.0 || outputs <= 0.0) return {};
  const double bytes = inputs * outputs * weight_bytes(weights) + 2.0 * rows * (inputs + outputs);
  const double flop = 2.0 * rows * inputs * outputs;
  PhaseTime time =
      smooth_roofline(widening_s(s, inputs * outputs, weights) + flop / matrix_rate(s, weights),
                      bytes / (s.chip.memory_bandwidth_bytes_per_s * s.on_chip.memory_efficiency *
                               s.software.kernel_efficiency));
  time.launch_s = s.on_chip.kernel_latency_s;
  time.energy_j = energy_j(s, flop, weights, bytes);
  return time;
}

// Probability that at least one of `tokens` tokens is routed to an expert that each token selects
// with this probability: 1 - (1 - probability)^tokens, by repeated squaring.
TRANCHE_HD inline double touched_share(double probability, double tokens) {
  double base = probability < 1.0 ? 1.0 - probability : 0.0;
  double missed = 1.0;
  for (std::int64_t n = static_cast<std::int64_t>(tokens + 0.5); n > 0; n >>= 1) {
    if (n & 1) missed *= base;
    base *= base;
  }
  return 1.0 - missed;
}

// Mean number of experts of a layer that `tokens` tokens reach, each routed to `active` of them.
// Routing is uneven: of four groups of experts (an eighth, an eighth, a quarter and a half of them)
// each is selected `skew` times as often as the previous one; 1 is even routing.
TRANCHE_HD inline double experts_touched(double experts, double active, double tokens,
                                         double skew) {
  constexpr double sizes[4] = {0.125, 0.125, 0.25, 0.5};
  const double popularity[4] = {1.0, skew, skew * skew, skew * skew * skew};
  double mean = 0.0;
  for (int group = 0; group < 4; ++group) mean += sizes[group] * popularity[group];
  double touched = 0.0;
  for (int group = 0; group < 4; ++group) {
    touched += sizes[group] * touched_share(active / experts * popularity[group] / mean, tokens);
  }
  return experts * touched;
}

// Experts that tokens reach on the busiest chip, over the mean of the chips: some chips hold more
// of the touched experts than others, until all are touched. The variance is that of draws without
// replacement, the mean of the largest of n normal values that of extreme-value theory (David and
// Nagaraja, Order Statistics, 2003, section 10.5). Chips with redundant copies read them as well.
TRANCHE_HD inline double busiest_share(const ModelParams& m, const InferencePlan& plan,
                                       double touched) {
  const double groups = plan.expert;
  const double mean = touched / groups;
  const double slots = std::ceil(static_cast<double>(m.experts) / groups);
  const double deviation = std::sqrt(mean * (1.0 - touched / m.experts) * (1.0 - 1.0 / groups));
  const double reach = std::sqrt(2.0 * std::log(groups));
  constexpr double ln_4_pi = 2.531024;
  const double largest =
      groups > 4.0 ? reach - (std::log(std::log(groups)) + ln_4_pi) / (2.0 * reach) : 0.8;
  const double most = mean + largest * deviation;
  const double filled = slots * groups / m.experts;  // with copies
  const double read = most > mean * filled ? most : mean * filled;
  return (read < slots ? read : slots) / mean;
}

// Time of the routed experts of one layer; `tokens` over all attention replicas.
TRANCHE_HD inline PhaseTime experts_time(const InferenceSetup& s, double tokens) {
  const ModelParams& m = s.model.shape;
  const double chips = static_cast<double>(s.plan.tensor) * s.plan.attention_data_parallel;
  const bool spread = s.plan.expert > 1;
  const double imbalance = spread ? s.software.expert_imbalance : 1.0;
  const double reached =
      experts_touched(m.experts, m.experts_active, tokens, s.software.routing_skew);
  const double touched = reached * (spread ? busiest_share(m, s.plan, reached) : 1.0);
  const double weights = one_expert_parameters(m);
  const double rows = tokens * m.experts_active;
  const double bytes =
      touched * weights * weight_bytes(s.model.expert_weights) +
      2.0 * tokens * m.experts_active * (2.0 * m.hidden + mlp_matrices(m) * m.expert_ffn_hidden);
  PhaseTime time = smooth_roofline(
      widening_s(s, touched * weights / chips, s.model.expert_weights) +
          2.0 * imbalance * rows * weights /
              (chips * matrix_rate(s, s.model.expert_weights) * s.software.expert_efficiency),
      bytes / (chips * s.chip.memory_bandwidth_bytes_per_s * s.on_chip.memory_efficiency *
               s.software.kernel_efficiency * s.software.expert_streaming));
  time.energy_j = energy_j(s, 2.0 * rows * weights, s.model.expert_weights, bytes) / chips;
  constexpr double kernels = 5.0;  // routing, sorting, two grouped products, combination
  time.launch_s = kernels * s.on_chip.kernel_latency_s + s.software.expert_layer_s;
  return time;
}

// Time of an all-reduce of `bytes` over `chips`: the one-shot exchange of serving engines for small
// messages, the library's ring or switch reduction for large ones. Few peers do not fill the links,
// and the first megabytes run at half the rate: NCCL 2.29 between 2, 4 and 8 H100 takes 81, 99 and
// 122 us for 17 MB and 466, 615 and 578 us for 134 MB (AIConfigurator,
// scenarios/measured/kernel_efficiency.csv).
TRANCHE_HD inline PhaseTime all_reduce_time(const InferenceSetup& s, double bytes, double chips) {
  if (chips <= 1.0 || bytes <= 0.0) return {};
  const bool inside = chips <= s.chip.scale_up_chips;
  const double link = inside ? s.chip.scale_up_bytes_per_s : s.chip.scale_out_bytes_per_s;
  if (!(link > 0.0)) return {};
  const ChipInferenceCoefficients& c = s.on_chip;
  const double rate = link * c.link_efficiency * (1.0 - 0.6 / chips);
  PhaseTime one_shot;
  one_shot.launch_s = c.custom_reduce_s + c.custom_reduce_per_peer_s * (chips - 1.0);
  one_shot.network_s = (chips - 1.0) * bytes / rate;
  PhaseTime ring;
  constexpr double ramp_bytes = 15e6;
  const double moved = 2.0 * (chips - 1.0) / chips * bytes;
  ring.launch_s = c.ring_reduce_s + c.ring_reduce_per_chip_s * (chips - 2.0);
  ring.network_s = (moved + ramp_bytes * moved / (ramp_bytes + moved)) / rate;
  return inside && one_shot.total_s() < ring.total_s() ? one_shot : ring;
}

// Time of norms, residuals, rotations and activations of one layer: reads and writes of 16-bit
// tensors, `full` of the hidden width on every chip, the rest divided by tensor parallelism.
TRANCHE_HD inline PhaseTime elementwise_time(const InferenceSetup& s, double rows) {
  const ModelParams& m = s.model.shape;
  constexpr double passes_hidden = 8.0;
  constexpr double passes_mlp = 3.0;
  const double mlp = m.experts > 0 ? 0.0 : m.ffn_hidden / static_cast<double>(s.plan.tensor);
  PhaseTime time;
  time.memory_s = 2.0 * rows * (passes_hidden * m.hidden + passes_mlp * mlp) /
                  (s.chip.memory_bandwidth_bytes_per_s * s.on_chip.memory_efficiency);
  time.launch_s = s.software.layer_s;
  time.energy_j =
      energy_j(s, 0.0, Precision::bf16, 2.0 * rows * (passes_hidden * m.hidden + passes_mlp * mlp));
  return time;
}

}  // namespace tranche::kernels
