// SPDX-License-Identifier: Apache-2.0

// Time of one forward step of a served transformer: some sequences each produce one token (decode),
// and some prompt tokens are processed (prefill), in the same step, as in in-flight batching.
// Either part may be empty.
#pragma once

#include "kernels/models/chip/operators.hpp"
#include "kernels/models/serving/attention.hpp"
#include "kernels/models/serving/exchange.hpp"

namespace tranche::kernels {

// Work of one step, over all attention replicas of the model.
struct StepBatch {
  double decode_sequences = 0;
  double decode_context = 0;  // mean tokens in the cache of each sequence
  double prompt_tokens = 0;   // prompt tokens processed
  double prompt_length = 0;   // length of the prompts they belong to
};

// Time of attention weights and projections of one layer on `rows` tokens of one attention replica.
TRANCHE_HD inline PhaseTime projections_time(const InferenceSetup& s, double rows) {
  const ModelParams& m = s.model.shape;
  const double tensor = s.plan.tensor;
  const Precision w = s.model.attention_weights;
  if (m.attention == Attention::latent || has_own_projections(m)) {
    // The up-projections act on each head; together they have these weights.
    const double outputs = attention_parameters(m) / m.hidden / tensor;
    PhaseTime time = linear_time(s, rows, m.hidden, outputs, w);
    // Norms, quantisation, rotation, per-head products, writing of the cache: projections of
    // DeepSeek-V3 take 100 to 210 us on H100 to GB200 at 32 to 256 rows, 50 us of them whatever the
    // chip and the rows (AIConfigurator silicon database, commit 095f58a5).
    constexpr double kernels = 15.0;
    time.launch_s = kernels * s.on_chip.kernel_latency_s;
    return time;
  }
  const double kv = m.kv_heads / tensor > 1.0 ? m.kv_heads / tensor : 1.0;
  return linear_time(s, rows, m.hidden, (m.heads / tensor + 2.0 * kv) * m.head_dim, w) +
         linear_time(s, rows, m.heads / tensor * m.head_dim, m.hidden, w);
}

// Time of the dense MLP, or of the shared experts, of one layer.
TRANCHE_HD inline PhaseTime mlp_time(const InferenceSetup& s, double rows, double width) {
  const ModelParams& m = s.model.shape;
  const double local = width / s.plan.tensor;
  const double up = m.gated_mlp ? 2.0 * local : local;
  return linear_time(s, rows, m.hidden, up, s.model.mlp_weights) +
         linear_time(s, rows, local, m.hidden, s.model.mlp_weights);
}

// Time of one forward step. The components add up. The host loop runs beside the chip; if it is
// slower, the difference is host time (smooth maximum).
TRANCHE_HD inline PhaseTime step_time(const InferenceSetup& s, const StepBatch& batch) {
  const ModelParams& m = s.model.shape;
  const double attention_replicas = s.plan.attention_data_parallel;
  const double decode = batch.decode_sequences / attention_replicas;
  const double prompt = batch.prompt_tokens / attention_replicas;
  const double queries = 1.0 + s.speculation.draft_tokens;
  const double rows = decode * queries + prompt;
  const double all_rows = batch.decode_sequences * queries + batch.prompt_tokens;
  const double mixtures = moe_layers(m);
  const double dense = dense_mlp_layers(m);
  const double reduce_bytes = 2.0 * rows * m.hidden;

  const PhaseTime attention = projections_time(s, rows) +
                              decode_attention_time(s, decode, batch.decode_context) +
                              prefill_attention_time(s, prompt, batch.prompt_length);
  PhaseTime time = caching_layers(m) * attention;
  // Layers with a fixed state: one product with all their weights, then the state.
  const auto add_state_layers = [&](double layers, double weights, double state_bytes) {
    if (!(layers > 0.0)) return;
    const double outputs = weights / m.hidden / s.plan.tensor;
    time = time + layers * (linear_time(s, rows, m.hidden, outputs, s.model.attention_weights) +
                            state_time(s, decode, state_bytes));
  };
  add_state_layers(m.linear_layers, linear_attention_parameters(m), linear_layer_state_bytes(m));
  add_state_layers(m.ssm_layers, ssm_parameters(m), ssm_layer_state_bytes(m));
  time = time + (m.layers - m.mlp_layers) *
                    (elementwise_time(s, rows) + all_reduce_time(s, reduce_bytes, s.plan.tensor));
  // Falcon computes attention and MLP in parallel and reduces once.
  const bool parallel_block = !m.gated_mlp && m.attention == Attention::grouped_query;
  if (dense > 0.0) {
    PhaseTime mlp = mlp_time(s, rows, m.ffn_hidden);
    if (!parallel_block) mlp = mlp + all_reduce_time(s, reduce_bytes, s.plan.tensor);
    time = time + dense * mlp;
  }
  if (mixtures > 0.0) {
    PhaseTime mlp = experts_time(s, all_rows) +
                    mlp_time(s, rows, shared_expert_parameters(m) / (mlp_matrices(m) * m.hidden));
    const double group = static_cast<double>(s.plan.tensor) * attention_replicas;
    mlp = mlp + (exchanges_tokens(s.plan)
                     ? exchange_time(s, all_rows / group, batch.prompt_tokens > 0.0)
                     : all_reduce_time(s, 2.0 * all_rows * m.hidden, group));
    time = time + mixtures * mlp;
  }
  // A draft head is one more layer for each drafted token.
  if (decode > 0.0) time = (1.0 + s.speculation.draft_tokens / m.layers) * time;
  // Logits of every decoded token and of the last token of each prompt.
  const double prompts = batch.prompt_length > 0.0 ? prompt / batch.prompt_length : 0.0;
  time = time + linear_time(s, decode * queries + prompts, m.hidden,
                            m.vocab / static_cast<double>(s.plan.tensor), Precision::bf16);
  // Clocks fall if arithmetic and memory together exceed the power limit.
  if (s.chip.tdp_w > 0.0) {
    const double busy_s = time.total_s();
    const double power_s = time.energy_j / (s.chip.tdp_w * (1.0 - s.on_chip.idle_power));
    time.power_s = p_norm(busy_s, power_s) - busy_s;
  }
  const double sequences = decode + prompts;
  time.host_s += s.software.step_s + s.software.sequence_s * sequences +
                 (prompt > 0.0 ? s.software.prefill_step_s : 0.0);
  const double chip_s = time.total_s();
  const double host_s = s.software.host_step_s + s.software.host_sequence_s * sequences;
  time.host_s += p_norm(chip_s, host_s) - chip_s;
  return time;
}

}  // namespace tranche::kernels
