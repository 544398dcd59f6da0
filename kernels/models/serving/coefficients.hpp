// SPDX-License-Identifier: Apache-2.0

// Measured inputs of the inference model: efficiencies and latencies by chip generation, overheads
// and scheduling limits by software generation. The values come from
// scenarios/catalogue/inference_coefficients.toml, which gives source and fit error of each; the
// defaults here are replaced by that file. No coefficient is specific to a case, model or source.
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

// Measured behaviour of one chip generation. Efficiencies are fractions of the
// datasheet peak, 0 to 1; `_s` is seconds.
struct ChipInferenceCoefficients {
  double matrix_efficiency_16bit = 0.72;  // large matrix products, of the dense peak
  double matrix_efficiency_8bit = 0.60;
  double matrix_efficiency_4bit = 0.45;
  double memory_efficiency = 0.84;          // long streams of weights, of peak bandwidth
  double kernel_latency_s = 3.0e-6;         // start and drain of one kernel in a captured graph
  double attention_efficiency_16bit = 0.5;  // causal prefill attention, of the dense 16-bit peak
  double attention_efficiency_8bit = 0.6;   // the same with an 8-bit cache, of the 16-bit peak
  double kv_efficiency = 0.92;              // long reads of the KV cache, of peak bandwidth
  double latent_decode_efficiency = 0.6;  // decode attention of a latent cache, of the 16-bit peak
  double kv_latency_s = 6e-6;             // a decode attention kernel with almost no cache to read
  double custom_reduce_s = 2.0e-6;        // one-shot all-reduce: fixed part
  double custom_reduce_per_peer_s = 0.5e-6;
  double ring_reduce_s = 7e-6;  // library all-reduce: fixed part, two chips
  double ring_reduce_per_chip_s = 1.8e-6;
  double link_efficiency = 1.03;        // of one link direction; above 1 because the switch reduces
  double exchange_latency_s = 20e-6;    // dispatch or combine of almost no tokens, any peers
  double exchange_efficiency = 0.6;     // of one link direction, dispatch and combine
  double widened_weights_per_s = 8e12;  // unpacking of 4-bit weights that no engine multiplies
  double joule_per_flop_16bit = 0.8e-12;  // arithmetic, at the maximum clock
  double joule_per_flop_8bit = 0.45e-12;
  double joule_per_byte = 60e-12;  // memory access, to the cores
  double idle_power = 0.15;        // fraction of the power limit
  double visible_memory = 1.066;   // usable bytes per marketed byte (GB that are GiB)
};

// Measured behaviour of one generation of serving software.
struct SoftwareCoefficients {
  double step_s = 1.0e-3;             // not overlapped with the chip, per step
  double layer_s = 4e-6;              // small kernels between the large ones, per layer and step
  double sequence_s = 1e-6;           // per running sequence and step, not overlapped
  double prompt_s = 1e-3;             // host work to admit one request
  double host_step_s = 1e-3;          // host loop that runs beside the chip: minimum of a step
  double host_sequence_s = 10e-6;     // the same, per running sequence
  double kernel_efficiency = 1.0;     // on matrix products, relative to the chip's own
  double kv_efficiency = 1.0;         // on decode attention, relative to the chip's own
  double attention_efficiency = 1.0;  // on prefill attention, relative to the chip's own
  double expert_efficiency = 0.45;    // arithmetic of grouped expert products, relative to dense
  double expert_streaming = 0.95;     // reading expert weights, relative to dense ones
  double routing_skew = 0.4;          // unevenness of routing to experts; 1: even
  double expert_layer_s = 20e-6;      // routing, sorting, quantisation around experts, per layer
  double expert_imbalance = 1.2;      // busiest chip over the mean, experts balanced by load
  double hidden_exchange = 0.5;       // of dispatch and combine, by overlap of large batches
  // Decode attention of query groups of up to `vector_group_limit` heads, except of `matrix_group`
  // heads, runs on the vector units instead of the matrix engine.
  double vector_group_limit = 0.0;
  double matrix_group = 0.0;
  double vector_attention_efficiency = 0.15;  // of the fp32 vector rate
  double chunk_tokens = 8192;                 // largest number of prompt tokens in one step
  double max_sequences = 2048;                // largest number of sequences in a step
  double kv_fraction = 0.95;                  // fraction of the remaining memory given to the cache
  double reserve_bytes = 2.0e9;               // runtime, graphs and buffers, per chip
  double prefill_step_s = 1e-3;               // extra host time of a step with prompts
  double queue_share = 0.3;  // fraction of the other prompts in flight that a new prompt waits for
  double admits_by_prompt = 0.0;  // 1: no memory is reserved for output, sequences may be preempted
};

// Visits every coefficient with its name; the reader, the writer and the fit use it.
template <class Coefficients, class Visit>
void for_each_chip_coefficient(Coefficients& c, Visit visit) {
  visit("matrix_efficiency_16bit", c.matrix_efficiency_16bit);
  visit("matrix_efficiency_8bit", c.matrix_efficiency_8bit);
  visit("matrix_efficiency_4bit", c.matrix_efficiency_4bit);
  visit("memory_efficiency", c.memory_efficiency);
  visit("kernel_latency_s", c.kernel_latency_s);
  visit("attention_efficiency_16bit", c.attention_efficiency_16bit);
  visit("attention_efficiency_8bit", c.attention_efficiency_8bit);
  visit("kv_efficiency", c.kv_efficiency);
  visit("latent_decode_efficiency", c.latent_decode_efficiency);
  visit("kv_latency_s", c.kv_latency_s);
  visit("custom_reduce_s", c.custom_reduce_s);
  visit("custom_reduce_per_peer_s", c.custom_reduce_per_peer_s);
  visit("ring_reduce_s", c.ring_reduce_s);
  visit("ring_reduce_per_chip_s", c.ring_reduce_per_chip_s);
  visit("link_efficiency", c.link_efficiency);
  visit("exchange_latency_s", c.exchange_latency_s);
  visit("exchange_efficiency", c.exchange_efficiency);
  visit("widened_weights_per_s", c.widened_weights_per_s);
  visit("joule_per_flop_16bit", c.joule_per_flop_16bit);
  visit("joule_per_flop_8bit", c.joule_per_flop_8bit);
  visit("joule_per_byte", c.joule_per_byte);
  visit("idle_power", c.idle_power);
  visit("visible_memory", c.visible_memory);
}

template <class Coefficients, class Visit>
void for_each_software_coefficient(Coefficients& c, Visit visit) {
  visit("step_s", c.step_s);
  visit("layer_s", c.layer_s);
  visit("sequence_s", c.sequence_s);
  visit("prompt_s", c.prompt_s);
  visit("host_step_s", c.host_step_s);
  visit("host_sequence_s", c.host_sequence_s);
  visit("kernel_efficiency", c.kernel_efficiency);
  visit("kv_efficiency", c.kv_efficiency);
  visit("attention_efficiency", c.attention_efficiency);
  visit("expert_efficiency", c.expert_efficiency);
  visit("expert_streaming", c.expert_streaming);
  visit("routing_skew", c.routing_skew);
  visit("expert_layer_s", c.expert_layer_s);
  visit("expert_imbalance", c.expert_imbalance);
  visit("hidden_exchange", c.hidden_exchange);
  visit("vector_group_limit", c.vector_group_limit);
  visit("matrix_group", c.matrix_group);
  visit("vector_attention_efficiency", c.vector_attention_efficiency);
  visit("chunk_tokens", c.chunk_tokens);
  visit("max_sequences", c.max_sequences);
  visit("kv_fraction", c.kv_fraction);
  visit("reserve_bytes", c.reserve_bytes);
  visit("prefill_step_s", c.prefill_step_s);
  visit("queue_share", c.queue_share);
  visit("admits_by_prompt", c.admits_by_prompt);
}

}  // namespace tranche::kernels
