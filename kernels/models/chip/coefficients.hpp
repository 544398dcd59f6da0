// SPDX-License-Identifier: Apache-2.0

// Fitted coefficients of the performance model in one trivially copyable struct, passed to kernels
// by value. sim/catalogue/coefficients reads them from scenarios/catalogue/coefficients.toml, which
// gives the source and fit error of each. The zeros here are replaced by that file; no value is
// fitted in code.
#pragma once

#include <cstdint>

#include "kernels/base/host_device.hpp"
#include "kernels/models/chip/chip_params.hpp"

namespace tranche::kernels {

inline constexpr int generation_count = 5;  // enumerators of ChipGeneration

// The behaviour of a matrix engine changes with the width of a number, not with its format.
enum class RateClass : std::int32_t { half, byte, nibble };  // 16 bits and wider, 8, 4
inline constexpr int rate_class_count = 3;

TRANCHE_HD constexpr RateClass rate_class(Precision precision) {
  switch (precision) {
    case Precision::fp8:
    case Precision::mxfp8:
    case Precision::int8:
      return RateClass::byte;
    case Precision::fp4:
    case Precision::mxfp4:
    case Precision::int4:
      return RateClass::nibble;
    default:
      return RateClass::half;
  }
}

// t = sqrt((flop / (compute_efficiency peak))^2 + (bytes / (memory_efficiency bandwidth))^2) +
// launch
struct GemmCoefficients {
  double compute_efficiency;  // of the dense peak, for large matrices
  double memory_efficiency;   // of the datasheet bandwidth
  double launch_s;            // kernel launch and epilogue
  double depth_half;          // inner dimension at which half of the rate is reached
};

// Fused (flash) attention: efficiencies are fractions of the dense peak, counting causal flop once.
struct AttentionCoefficients {
  double forward_efficiency;   // for long sequences
  double backward_efficiency;  // counting the 2.5 times as many flop of the backward pass
  double length_half;          // sequence length at which half of the rate is reached
  double launch_s;
  double decode_memory_efficiency;  // reading keys and values, large batches
  double decode_launch_s;
};

// Elementwise and normalisation kernels.
struct StreamCoefficients {
  double efficiency;  // of the datasheet bandwidth
  double launch_s;
};

// Inside a scale-up domain, n ranks:
// time = alpha + alpha_per_rank n + wire_bytes / (efficiency bandwidth n / (n + pair_loss)).
struct ScaleUpCoefficients {
  double all_reduce_efficiency;  // of one direction of the links
  double gather_efficiency;      // all-gather and reduce-scatter
  double all_to_all_efficiency;
  double point_to_point_efficiency;
  double alpha_s;
  double alpha_per_rank_s;
  double pair_loss;  // two chips cannot fill all links
};

// Between nodes: alpha + alpha_per_doubling log2(nodes) + bytes / (efficiency bandwidth) + root
// sqrt(bytes).
struct ScaleOutCoefficients {
  double efficiency;         // of the adapters' line rate, all-reduce and point-to-point
  double gather_efficiency;  // all-gather and reduce-scatter
  double all_to_all_efficiency;
  double alpha_s;
  double alpha_per_doubling_s;
  double root_s_per_sqrt_byte;
  double congestion_per_doubling;  // of the transfer time, per doubling of the nodes
};

// Software stacks improve; a stack is described by its year. The factors are linear between the
// years of these knots and constant outside them.
inline constexpr int software_knots = 4;
inline constexpr double software_knot_year[software_knots] = {2021.0, 2023.0, 2024.5, 2026.0};
// Stacks for mixtures of experts (MoE) changed most between autumn 2025 and summer 2026.
inline constexpr double expert_knot_year[software_knots] = {2025.0, 2025.9, 2026.25, 2026.45};

// End-to-end mechanisms of a training step, fitted on scenarios/measured/training_cases.csv.
struct TrainingCoefficients {
  // fraction of the kernels' rate that a chip sustains for hours (power, clocks)
  double sustained[generation_count][rate_class_count];
  double software[software_knots];  // the same for the stack: choice of kernels, fused epilogues
  double software_byte[software_knots];  // 8-bit products relative to `software`
  // fused attention relative to the fitted kernel, by software year: kernels improve after a chip's
  // launch
  double attention[generation_count][software_knots];
  double attention_context_loss;  // attention time added by splitting a sequence
  // rate of a part sold with more power than its generation's nominal, by width of the products
  double power_exponent[rate_class_count];
  // grouped expert products relative to one product, with many tokens for each local expert
  double grouped_efficiency;
  double grouped_rows_half;    // tokens for each local expert at which half of that is reached
  double routing_imbalance;    // real routing: load of the busiest expert rank over the mean
  double exchange_efficiency;  // all-to-all as a framework calls it relative to its kernel
  double collective_permute_factor;  // sorting of tokens without fused kernels
  double overlap_on;  // fraction of the all-to-all hidden where a run states that it overlaps it
  double stream_passes[software_knots];  // elementwise traffic relative to fully fused kernels
  double eager_norm_factor;              // normalisations and residuals in an eager stack
  double eager_stream_factor;            // other elementwise work in an eager stack
  double eager_host_factor;              // host time in an eager stack
  double eager_overlap_factor;      // fraction of the overlaps below that an eager stack reaches
  double eager_attention_factor;    // attention of eager stacks relative to fused ones
  double quantise_bytes_per_value;  // 8-bit: traffic to cast one activation value
  double block_scale_factor;        // the same with a scale for each block, by row and by column
  double unfused_score_bytes;       // traffic per attention score, forward, without fusion
  double logits_bytes_per_value;    // traffic per logit of the loss, forward and backward
  double optimizer_bytes_per_parameter;  // Adam: gradient, master copy, moments, norms
  // MoE: traffic to sort and pad tokens, in passes over them; at expert_knot_year
  double expert_permute_passes[software_knots];
  double host_layer_s[software_knots];  // host time to launch one layer, forward
  // MoE: the chip waits in every forward pass until the host knows the counts of tokens; at
  // expert_knot_year
  double expert_sync_s[software_knots];
  // MoE: extra host time of one layer, forward; at expert_knot_year, like expert_software
  double expert_host_layer_s[generation_count][software_knots];
  double expert_software[software_knots];  // MoE: rate of a layer
  double expert_launch_s;                  // launch of one product of one local expert
  double step_host_s;                      // per step: data, logging, clipping
  double tensor_overlap[software_knots];   // fraction of tensor-parallel traffic hidden
  double data_overlap[software_knots];     // fraction of a pass that can hide data-parallel traffic
  double sharded_overlap[software_knots];  // fraction of a layer's compute that hides ZeRO-3
  double expert_overlap[software_knots];   // fraction of the all-to-all hidden
  double pipeline_exposed;        // fraction of traffic between stages that is exposed: 1F1B
  double interleaved_exposed;     // the same with an interleaved schedule, which sends ahead
  double contention;              // fraction of hidden traffic that still slows the compute
  double straggler_per_doubling;  // step time added per doubling of the chips
  // step of the fastest plan of a search over its prediction: the fastest of many uncertain
  // predictions is too fast on average
  double search_factor;
};

struct Coefficients {
  GemmCoefficients gemm[generation_count][rate_class_count];
  AttentionCoefficients attention[generation_count][rate_class_count];
  StreamCoefficients stream[generation_count];
  double
      nominal_j_per_flop[generation_count];  // power limit over 16-bit peak of the full-power part
  ScaleUpCoefficients scale_up[generation_count];
  ScaleOutCoefficients scale_out;
  TrainingCoefficients training;
};

TRANCHE_HD constexpr int index_of(ChipGeneration generation) {
  return static_cast<int>(generation);
}

// Factor at a software year, linear between the knots.
TRANCHE_HD constexpr double at_year(const double (&factor)[software_knots], double year,
                                    const double (&knot)[software_knots] = software_knot_year) {
  if (year <= knot[0]) return factor[0];
  for (int i = 1; i < software_knots; ++i) {
    if (year <= knot[i]) {
      const double share = (year - knot[i - 1]) / (knot[i] - knot[i - 1]);
      return factor[i - 1] + share * (factor[i] - factor[i - 1]);
    }
  }
  return factor[software_knots - 1];
}

}  // namespace tranche::kernels
