// SPDX-License-Identifier: Apache-2.0

// Seconds of the operators of one transformer layer in training: matrix products, attention core,
// and bytes of elementwise work. layer_time.hpp adds them.
#pragma once

#include "kernels/models/chip/operators.hpp"
#include "kernels/models/training/plan.hpp"
#include "kernels/models/training/system.hpp"
#include "kernels/models/transformer/model_counts.hpp"

namespace tranche::kernels {

namespace detail {

struct PassTimes {
  double forward = 0;
  double input_gradient = 0;
  double weight_gradient = 0;
};

TRANCHE_HD constexpr void add(PassTimes& sum, const PassTimes& more, double times = 1.0) {
  sum.forward += times * more.forward;
  sum.input_gradient += times * more.input_gradient;
  sum.weight_gradient += times * more.weight_gradient;
}

// Seconds of the three products of one weight matrix (inputs x outputs) with `tokens` rows.
TRANCHE_HD inline PassTimes weight_products(const ChipParams& chip, const Coefficients& c,
                                            Precision precision, double tokens, double inputs,
                                            double outputs, double count = 1.0) {
  return {gemm_time_s(chip, c, precision, {tokens, outputs, inputs, count}),
          gemm_time_s(chip, c, precision, {tokens, inputs, outputs, count}),
          gemm_time_s(chip, c, precision, {inputs, outputs, tokens, count})};
}

// Inputs common to the parts of one layer.
struct LayerContext {
  const ModelParams& model;
  const TrainingJob& job;
  const TrainingPlan& plan;
  const ChipParams& chip;
  const Coefficients& c;
  double tokens = 0;            // of one micro-batch on this chip's tensor group
  double domain = 1;            // chips in one scale-up domain
  double activation_split = 1;  // ranks that share normalisations and residuals
};

// Latent attention: projections from the compressed vectors to queries, keys and values.
TRANCHE_HD inline PassTimes latent_up_products(const LayerContext& x) {
  const ModelParams& m = x.model;
  if (m.attention != Attention::latent) return {};
  const double t = x.plan.tensor;
  const double rank = m.latent_query_rank > 0 ? m.latent_query_rank : m.hidden;
  const double q = static_cast<double>(m.heads) * key_head_dim(m);
  PassTimes sum = weight_products(x.chip, x.c, x.job.precision, x.tokens, rank, q / t);
  add(sum, weight_products(x.chip, x.c, x.job.precision, x.tokens, m.latent_kv_rank,
                           m.heads * (m.head_dim + value_head_dim(m)) / t));
  return sum;
}

TRANCHE_HD inline PassTimes attention_products(const LayerContext& x) {
  const ModelParams& m = x.model;
  const double t = x.plan.tensor;
  const double h = m.hidden;
  const double q = static_cast<double>(m.heads) * key_head_dim(m);
  const double out = static_cast<double>(m.heads) * value_head_dim(m);
  const Precision p = x.job.precision;
  PassTimes sum = weight_products(x.chip, x.c, p, x.tokens, out / t, h);
  if (m.attention == Attention::latent) {
    const double rank = m.latent_query_rank > 0 ? m.latent_query_rank : h;
    if (m.latent_query_rank > 0) add(sum, weight_products(x.chip, x.c, p, x.tokens, h, rank));
    add(sum, weight_products(x.chip, x.c, p, x.tokens, h, m.latent_kv_rank + m.rope_head_dim));
    add(sum, latent_up_products(x));
    return sum;
  }
  const double kv = 2.0 * m.kv_heads * static_cast<double>(m.head_dim);
  const double gate = m.gated_attention ? q : 0.0;
  add(sum, weight_products(x.chip, x.c, p, x.tokens, h, (q + gate + kv) / t));
  const double linear = static_cast<double>(m.linear_layers) / m.layers;
  if (linear <= 0.0) return sum;
  PassTimes mixed;
  add(mixed, sum, 1.0 - linear);
  const double width = static_cast<double>(m.linear_value_heads) * m.linear_head_dim;
  add(mixed, weight_products(x.chip, x.c, p, x.tokens, width / t, h), linear);
  add(mixed,
      weight_products(x.chip, x.c, p, x.tokens, h,
                      (linear_attention_parameters(m) / h - width) / t),
      linear);
  return mixed;
}

TRANCHE_HD inline PassTimes mlp_products(const LayerContext& x, double tokens, double width,
                                         double count) {
  const double h = x.model.hidden;
  const double up = x.model.gated_mlp ? 2.0 * width : width;
  PassTimes sum = weight_products(x.chip, x.c, x.job.precision, tokens, h, up, count);
  add(sum, weight_products(x.chip, x.c, x.job.precision, tokens, width, h, count));
  return sum;
}

// Linear attention works on chunks of tokens, inside which it computes pairs like a window of two
// chunks. Reference: Yang et al. 2024 (arXiv 2412.06464, chunks of 64).
inline constexpr double linear_chunk_tokens = 128.0;

// Seconds of scores, softmax and values; forward and backward (as forward and input_gradient).
// Context parallelism balances the causal triangle (zig-zag order).
TRANCHE_HD inline PassTimes attention_core(const LayerContext& x, double window) {
  const ModelParams& m = x.model;
  const double s = x.job.sequence_length;
  const double t = x.plan.tensor;
  const TrainingCoefficients& k = x.c.training;
  double rate = at_year(k.attention[index_of(x.chip.generation)], x.job.software_year);
  if (x.job.stack == Stack::eager) rate *= k.eager_attention_factor;
  if (x.plan.context > 1) rate /= 1.0 + k.attention_context_loss;
  AttentionShape shape{static_cast<double>(x.plan.micro_batch),
                       s,
                       s,
                       m.heads / t,
                       m.kv_heads < t ? 1.0 : m.kv_heads / t,
                       key_head_dim(m),
                       value_head_dim(m),
                       window};
  const double share = 1.0 / x.plan.context;
  if (x.job.attention_kernel == AttentionKernel::fused) {
    return {share * attention_forward_s(x.chip, x.c, Precision::bf16, shape) / rate,
            share * attention_backward_s(x.chip, x.c, Precision::bf16, shape) / rate, 0};
  }
  // without fusion all pairs are computed and the scores are written to memory
  const double scores = shape.sequences * shape.heads * s * s;
  const double products_s = weight_products(x.chip, x.c, Precision::bf16, s, shape.key_head_dim, s,
                                            shape.sequences * shape.heads)
                                .forward +
                            weight_products(x.chip, x.c, Precision::bf16, s, s,
                                            shape.value_head_dim, shape.sequences * shape.heads)
                                .forward;
  const double traffic_s = stream_s(x.chip, x.c, scores * x.c.training.unfused_score_bytes, 3.0);
  return {share * (products_s + traffic_s), share * (2.0 * products_s + 2.0 * traffic_s), 0};
}

// Bytes of normalisations, residuals, rotary embedding and activation function, forward.
TRANCHE_HD inline double stream_bytes(const LayerContext& x, double mlp_tokens_width) {
  const ModelParams& m = x.model;
  const TrainingCoefficients& k = x.c.training;
  const double q = static_cast<double>(m.heads) * key_head_dim(m);
  const double kv = static_cast<double>(m.kv_heads) * m.head_dim;
  const bool eager = x.job.stack == Stack::eager;
  const double norm_factor = eager && !x.job.fused_norm ? k.eager_norm_factor : 1.0;
  // 2 normalisations (read, write) and 2 residuals (2 reads, write): 10 values of 2 bytes per
  // element
  const double norms = norm_factor * x.tokens * m.hidden * 20.0 / x.activation_split;
  const double rotary = m.gated_mlp ? x.tokens * 4.0 * (q + kv) / x.plan.tensor : 0.0;
  const double activation = mlp_tokens_width * (m.gated_mlp ? 6.0 : 4.0);
  return norms + (eager ? k.eager_stream_factor : 1.0) * (rotary + activation);
}

// Number of values that an 8-bit layer casts in the forward pass. The input of the MLP is cast
// once for each of its `mlp_inputs`: 1, or the copies of a token that reach the experts.
TRANCHE_HD inline double cast_values(const LayerContext& x, double mlp_tokens_width,
                                     double mlp_inputs) {
  const double out = static_cast<double>(x.model.heads) * value_head_dim(x.model);
  return x.tokens * ((1.0 + mlp_inputs) * x.model.hidden + out / x.plan.tensor) + mlp_tokens_width;
}

// Exposed seconds of traffic of `network_s` that can overlap with `window_s` of compute.
TRANCHE_HD inline double exposed_s(double network_s, double window_s) {
  return network_s > 0 ? p_norm(network_s, window_s) - window_s : 0.0;
}

}  // namespace detail

// Factor on the sustained rate of a part sold with more power than nominal for its generation
// (GB200 and GB300 against B200): the clock that a long run holds grows with the power limit, up to
// the clock at which the kernels were measured, where nothing is lost any more: H20 has 3.8 times
// the power per flop of H100 and gains no more than that. 1 at and below nominal, where
// power_factor applies.
TRANCHE_HD inline double extra_power_factor(const ChipParams& chip, const Coefficients& c,
                                            RateClass width) {
  const double nominal_w = nominal_power_w(chip, c);
  if (!(chip.tdp_w > nominal_w) || !(nominal_w > 0)) return 1.0;
  const double sustained = c.training.sustained[index_of(chip.generation)][static_cast<int>(width)];
  const double most = sustained < 1.0 ? 1.0 / sustained : 1.0;
  const double factor =
      std::pow(chip.tdp_w / nominal_w, c.training.power_exponent[static_cast<int>(width)]);
  return factor < most ? factor : most;
}

// Rate of matrix products in a training run relative to the kernel alone.
TRANCHE_HD inline double product_rate(const TrainingJob& job, const ChipParams& chip,
                                      const Coefficients& c, Precision precision) {
  const RateClass width = rate_class(precision);
  const double narrow =
      width == RateClass::half ? 1.0 : at_year(c.training.software_byte, job.software_year);
  return c.training.sustained[index_of(chip.generation)][static_cast<int>(width)] *
         at_year(c.training.software, job.software_year) * narrow *
         extra_power_factor(chip, c, width);
}

}  // namespace tranche::kernels
