// Time of one forward step of a served transformer: some sequences each produce one
// token (decode), and some prompt tokens are taken in (prefill), in the same step,
// as in-flight batching does. Either part may be absent.
#pragma once

#include "kernels/inference_memory.hpp"
#include "kernels/phase_time.hpp"

namespace tranche::kernels {

// Everything a step depends on except its batch.
struct InferenceSetup {
  ServedModel model;
  InferencePlan plan;
  ChipParams chip;
  ChipInferenceCoefficients on_chip;
  SoftwareCoefficients software;
};

// Work of one step, counted over all attention copies of the model.
struct StepBatch {
  double decode_sequences = 0;
  double decode_context = 0;  // tokens already in the cache of each, on average
  double prompt_tokens = 0;   // prompt tokens taken in
  double prompt_length = 0;   // length of the prompts they belong to
};

// Rate of the matrix engine that a weight format reaches on this chip: its own when
// the engine has it, else the 16-bit one (weights are widened on the way in).
TRANCHE_HD inline double matrix_rate(const InferenceSetup& s, Precision weights) {
  const double bits16 = peak(s.chip, Precision::bf16) * s.on_chip.matrix_efficiency_16bit;
  double rate = bits16;
  const double own = peak(s.chip, weights);
  if (own > 0.0 && bytes_per_value(weights) == 1.0) rate = own * s.on_chip.matrix_efficiency_8bit;
  if (own > 0.0 && weights == Precision::fp4) rate = own * s.on_chip.matrix_efficiency_4bit;
  return rate * s.software.kernel_efficiency;
}

// A matrix product with `inputs` x `outputs` weights on `rows` tokens. Activations are
// read and written in 16 bit.
TRANCHE_HD inline PhaseTime linear_time(const InferenceSetup& s, double rows, double inputs,
                                        double outputs, Precision weights) {
  if (rows <= 0.0 || inputs <= 0.0 || outputs <= 0.0) return {};
  const double bytes = inputs * outputs * weight_bytes(weights) + 2.0 * rows * (inputs + outputs);
  PhaseTime time = rounded_roofline(
      2.0 * rows * inputs * outputs / matrix_rate(s, weights),
      bytes / (s.chip.memory_bandwidth_bytes_per_s * s.on_chip.memory_efficiency *
               s.software.kernel_efficiency));
  time.latency_s = s.on_chip.kernel_latency_s;
  return time;
}

// Chance that at least one of `tokens` tokens is sent to an expert which each of them
// picks with this probability: 1 - (1 - probability)^tokens, by repeated squaring.
TRANCHE_HD inline double touched_share(double probability, double tokens) {
  double base = probability < 1.0 ? 1.0 - probability : 0.0;
  double missed = 1.0;
  for (std::int64_t n = static_cast<std::int64_t>(tokens + 0.5); n > 0; n >>= 1) {
    if (n & 1) missed *= base;
    base *= base;
  }
  return 1.0 - missed;
}

// Experts of a layer that `tokens` tokens reach, each sent to `active` of them. Routing
// is uneven: of four groups of experts (an eighth, an eighth, a quarter and a half of
// them) each is picked `skew` times as often as the one before; 1 is even routing.
TRANCHE_HD inline double experts_touched(double experts, double active, double tokens,
                                         double skew) {
  constexpr double sizes[4] = {0.125, 0.125, 0.25, 0.5};
  const double popularity[4] = {1.0, skew, skew * skew, skew * skew * skew};
  double mean = 0.0;
  for (int group = 0; group < 4; ++group) mean += sizes[group] * popularity[group];
  double touched = 0.0;
  for (int group = 0; group < 4; ++group) {
    touched +=
        sizes[group] * touched_share(active / experts * popularity[group] / mean, tokens);
  }
  return experts * touched;
}

// The routed experts of one layer; `tokens` over all attention copies.
TRANCHE_HD inline PhaseTime experts_time(const InferenceSetup& s, double tokens) {
  const ModelParams& m = s.model.shape;
  const double chips = static_cast<double>(s.plan.tensor) * s.plan.attention_data;
  const double touched =
      experts_touched(m.experts, m.experts_active, tokens, s.software.routing_skew);
  const double weights = expert_weights(m);
  const double rows = tokens * m.experts_active;
  const double bytes = touched * weights * weight_bytes(s.model.expert_weights) +
                       2.0 * tokens * m.experts_active *
                           (2.0 * m.hidden + matrices_per_mlp(m) * m.expert_ffn_hidden);
  const bool widened = s.model.expert_weights == Precision::fp4 && !(peak(s.chip, Precision::fp4) > 0.0);
  const double widening_s =
      widened ? touched * weights / (chips * s.on_chip.widened_weights_per_s) : 0.0;
  PhaseTime time = rounded_roofline(
      widening_s + 2.0 * rows * weights / (chips * matrix_rate(s, s.model.expert_weights) *
                                           s.software.expert_efficiency),
      bytes / (chips * s.chip.memory_bandwidth_bytes_per_s * s.on_chip.memory_efficiency *
               s.software.kernel_efficiency * s.software.expert_streaming));
  constexpr double kernels = 5.0;  // routing, sorting, two grouped products, combination
  time.latency_s = kernels * s.on_chip.kernel_latency_s;
  return time;
}

// An all-reduce of `bytes` over `chips`: the one-shot exchange of serving engines for
// small messages, the library's ring or switch reduction for large ones.
TRANCHE_HD inline PhaseTime all_reduce_time(const InferenceSetup& s, double bytes, double chips) {
  if (chips <= 1.0 || bytes <= 0.0) return {};
  const bool inside = chips <= s.chip.scale_up_chips;
  const double link = inside ? s.chip.scale_up_bytes_per_s : s.chip.scale_out_bytes_per_s;
  if (!(link > 0.0)) return {};
  const double rate = link * s.on_chip.link_efficiency;
  const ChipInferenceCoefficients& c = s.on_chip;
  PhaseTime one_shot;
  one_shot.latency_s = c.custom_reduce_s + c.custom_reduce_per_peer_s * (chips - 1.0);
  one_shot.network_s = (chips - 1.0) * bytes / rate;
  PhaseTime ring;
  ring.latency_s = c.ring_reduce_s + c.ring_reduce_per_chip_s * (chips - 2.0);
  ring.network_s = 2.0 * (chips - 1.0) / chips * bytes / rate;
  return inside && one_shot.total_s() < ring.total_s() ? one_shot : ring;
}

// Rate of decode attention. Kernels of 2023 and 2024 computed it on the vector units,
// except for the query groups that had a kernel for the matrix engine.
TRANCHE_HD inline double decode_attention_rate(const InferenceSetup& s) {
  const ModelParams& m = s.model.shape;
  const double matrix = peak(s.chip, Precision::bf16) * s.on_chip.attention_efficiency_16bit;
  if (m.attention == Attention::latent || m.kv_heads <= 0) return matrix;
  const double group = static_cast<double>(m.heads) / m.kv_heads;
  if (group > s.software.vector_group_limit || group == s.software.matrix_group) return matrix;
  // Vector units of matrix-engine chips do about a sixteenth of the 16-bit matrix rate.
  const double vector = s.chip.vector_fp32_flop_per_s > 0.0
                            ? s.chip.vector_fp32_flop_per_s
                            : peak(s.chip, Precision::bf16) / 16.0;
  return vector * s.software.vector_attention_efficiency;
}

// Decode attention of one layer on one chip: the cache streams through. The latent form
// does enough arithmetic per byte that it may bind.
TRANCHE_HD inline PhaseTime decode_attention_time(const InferenceSetup& s, double sequences,
                                                  double context) {
  if (sequences <= 0.0) return {};
  const ModelParams& m = s.model.shape;
  const double read = effective_context(m, context);
  const double bytes = sequences * read * kv_bytes_per_token_layer(s.model, s.plan);
  const double heads = static_cast<double>(m.heads) / s.plan.tensor;
  const double width = m.attention == Attention::latent
                           ? 2.0 * m.latent_kv_rank + m.rope_head_dim
                           : 2.0 * m.head_dim;
  PhaseTime time = rounded_roofline(
      2.0 * sequences * read * heads * width / decode_attention_rate(s),
      bytes / (s.chip.memory_bandwidth_bytes_per_s * s.on_chip.kv_efficiency *
               s.software.kv_efficiency));
  time.latency_s = s.on_chip.kv_latency_s;
  return time;
}

// Causal attention of one layer on one chip over `tokens` prompt tokens of prompts of
// `length`: half of the square, fewer with a sliding window.
TRANCHE_HD inline PhaseTime prefill_attention_time(const InferenceSetup& s, double tokens,
                                                   double length) {
  if (tokens <= 0.0) return {};
  const ModelParams& m = s.model.shape;
  double keys = 0.5 * length;
  if (m.sliding_window > 0 && m.sliding_layers > 0) {
    const double window = 0.5 * length < m.sliding_window ? 0.5 * length : m.sliding_window;
    const double share = static_cast<double>(m.sliding_layers) / m.layers;
    keys = share * window + (1.0 - share) * keys;
  }
  const double heads = static_cast<double>(m.heads) / s.plan.tensor;
  const double width =
      m.attention == Attention::latent ? m.head_dim + m.value_head_dim : 2.0 * m.head_dim;
  const double efficiency = bytes_per_value(s.model.cache) < 2.0
                                ? s.on_chip.attention_efficiency_8bit
                                : s.on_chip.attention_efficiency_16bit;
  PhaseTime time;
  time.compute_s = 2.0 * tokens * keys * heads * width /
                   (peak(s.chip, Precision::bf16) * efficiency * s.software.attention_efficiency);
  time.latency_s = s.on_chip.kernel_latency_s;
  return time;
}

// Norms, residuals, rotations and activations of one layer: reads and writes of 16-bit
// tensors, `full` of the hidden width on every chip, the rest divided by tensor parallelism.
TRANCHE_HD inline PhaseTime elementwise_time(const InferenceSetup& s, double rows) {
  const ModelParams& m = s.model.shape;
  constexpr double passes_hidden = 8.0;
  constexpr double passes_mlp = 3.0;
  const double mlp = m.experts > 0 ? 0.0 : m.ffn_hidden / static_cast<double>(s.plan.tensor);
  PhaseTime time;
  time.bandwidth_s = 2.0 * rows * (passes_hidden * m.hidden + passes_mlp * mlp) /
                     (s.chip.memory_bandwidth_bytes_per_s * s.on_chip.memory_efficiency);
  time.latency_s = s.software.layer_s;
  return time;
}

// Attention weights and projections of one layer on `rows` tokens of one attention copy.
TRANCHE_HD inline PhaseTime projections_time(const InferenceSetup& s, double rows) {
  const ModelParams& m = s.model.shape;
  const double tensor = s.plan.tensor;
  const Precision w = s.model.weights;
  if (m.attention == Attention::latent) {
    // The up-projections work on each head; together they have these weights.
    const double outputs = attention_weights(m) / m.hidden / tensor;
    PhaseTime time = linear_time(s, rows, m.hidden, outputs, w);
    time.latency_s = 5.0 * s.on_chip.kernel_latency_s;
    return time;
  }
  const double kv = m.kv_heads / tensor > 1.0 ? m.kv_heads / tensor : 1.0;
  return linear_time(s, rows, m.hidden, (m.heads / tensor + 2.0 * kv) * m.head_dim, w) +
         linear_time(s, rows, m.heads / tensor * m.head_dim, m.hidden, w);
}

// The dense MLP, or the shared experts, of one layer.
TRANCHE_HD inline PhaseTime mlp_time(const InferenceSetup& s, double rows, double width) {
  const ModelParams& m = s.model.shape;
  const double local = width / s.plan.tensor;
  const double up = m.gated_mlp ? 2.0 * local : local;
  return linear_time(s, rows, m.hidden, up, s.model.weights) +
         linear_time(s, rows, local, m.hidden, s.model.weights);
}

// One forward step. Its parts add up; the host's own loop runs beside the chip, and
// where it is slower the difference is host time (a rounded maximum).
TRANCHE_HD inline PhaseTime step_time(const InferenceSetup& s, const StepBatch& batch) {
  const ModelParams& m = s.model.shape;
  const double copies = s.plan.attention_data;
  const double decode = batch.decode_sequences / copies;
  const double prompt = batch.prompt_tokens / copies;
  const double rows = decode + prompt;
  const double all_rows = batch.decode_sequences + batch.prompt_tokens;
  const double moe = moe_layers(m);
  const double dense = m.layers - moe;
  const double reduce_bytes = 2.0 * rows * m.hidden;

  PhaseTime layer = projections_time(s, rows) +
                    decode_attention_time(s, decode, batch.decode_context) +
                    prefill_attention_time(s, prompt, batch.prompt_length) +
                    elementwise_time(s, rows);
  layer = layer + all_reduce_time(s, reduce_bytes, s.plan.tensor);
  PhaseTime time = static_cast<double>(m.layers) * layer;
  // Falcon computes attention and MLP side by side and reduces once.
  const bool parallel_block = !m.gated_mlp && m.attention == Attention::grouped_query;
  if (dense > 0.0) {
    PhaseTime mlp = mlp_time(s, rows, m.ffn_hidden);
    if (!parallel_block) mlp = mlp + all_reduce_time(s, reduce_bytes, s.plan.tensor);
    time = time + dense * mlp;
  }
  if (moe > 0.0) {
    PhaseTime mlp = experts_time(s, all_rows) +
                    mlp_time(s, rows, static_cast<double>(m.shared_experts) * m.expert_ffn_hidden);
    // Tokens reach the experts of other chips and come back: a gather and a reduction,
    // together the traffic of one all-reduce over all of them.
    const double group = static_cast<double>(s.plan.tensor) * s.plan.attention_data;
    mlp = mlp + all_reduce_time(s, 2.0 * all_rows * m.hidden, group);
    time = time + moe * mlp;
  }
  // Logits: of every decoded sequence and of the last token of each prompt.
  const double prompts = batch.prompt_length > 0.0 ? prompt / batch.prompt_length : 0.0;
  time = time + linear_time(s, decode + prompts, m.hidden, m.vocab / static_cast<double>(s.plan.tensor),
                            Precision::bf16);
  const double sequences = decode + prompts;
  time.host_s += s.software.step_s + s.software.sequence_s * sequences +
                 (prompt > 0.0 ? s.software.prefill_step_s : 0.0);
  const double chip_s = time.total_s();
  const double host_s = s.software.host_step_s + s.software.host_sequence_s * sequences;
  const double chip2 = chip_s * chip_s;
  const double host2 = host_s * host_s;
  time.host_s += square_root(square_root(chip2 * chip2 + host2 * host2)) - chip_s;
  return time;
}

}  // namespace tranche::kernels
