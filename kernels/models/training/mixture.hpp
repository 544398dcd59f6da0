// SPDX-License-Identifier: Apache-2.0

// Mechanisms of mixtures of experts in training: load, grouped products, dispatch, overlap; and
// casts of low-precision recipes.
//
// Sources: NVIDIA AIConfigurator silicon database, Apache-2.0 (grouped products by tokens per
// expert: 12 % of the peak at 128, 22 % at 256, 32 % at 512, 39 % at 1,024, 46 % at 8,192 on H200;
// all-to-all kernels by ranks); DeepEP Hybrid-EP page (framework calls reach 0.64 to 0.77 of the
// kernel); Megatron-Bridge matched runs (overlap hides 36.6 % of the all-to-all, sorting without
// fused kernels doubles the step); SGLang and CloudMatrix (real against balanced routing: 15 %).
#pragma once

#include "kernels/models/chip/coefficients.hpp"
#include "kernels/models/training/plan.hpp"

namespace tranche::kernels {

// Load of the busiest expert rank over the mean, at least 1. Reference: SGLang and CloudMatrix lost
// 15 % with balancing placement; a benchmark that forces balance loses nothing.
TRANCHE_HD constexpr double routing_imbalance(const TrainingJob& job,
                                              const TrainingCoefficients& k) {
  return job.routing == Routing::balanced ? 1.0 : k.routing_imbalance;
}

// Rate of grouped products with `rows` tokens for each local expert, relative to one product of the
// same size: tiles of few rows are padded, and their launch is not amortised.
TRANCHE_HD constexpr double grouped_efficiency(double rows, const TrainingCoefficients& k) {
  return k.grouped_efficiency * rows / (rows + k.grouped_rows_half);
}

TRANCHE_HD constexpr bool has_fused_dispatch(const TrainingJob& job) {
  return job.dispatch == Dispatch::by_year ? job.software_year >= fused_dispatch_year
                                           : job.dispatch == Dispatch::fused;
}

// Fraction of the all-to-all hidden behind compute, 0 to 1: that of the year's stacks, or of a run
// that says whether it overlaps.
TRANCHE_HD constexpr double expert_overlap(const TrainingJob& job, const TrainingCoefficients& k) {
  switch (job.expert_overlap) {
    case Stated::no:
      return 0.0;
    case Stated::yes:
      return k.overlap_on;
    case Stated::unknown:
      break;
  }
  return at_year(k.expert_overlap, job.software_year, expert_knot_year);
}

// Bytes of traffic to cast one activation value. Formats with a scale for each block keep a copy by
// row and one by column, because a block cannot be transposed after scaling (OCP Microscaling 1.0;
// Transformer Engine documentation of MXFP8).
// Without gradients of weights (LoRA) nothing reads the copy by column.
TRANCHE_HD constexpr double cast_bytes_per_value(const TrainingJob& job,
                                                 const TrainingCoefficients& k) {
  const bool blocks = job.precision != Precision::fp8 && job.precision != Precision::int8;
  const double copies = job.task == Task::lora ? 0.5 : 1.0;
  return copies * k.quantise_bytes_per_value * (blocks ? k.block_scale_factor : 1.0);
}

}  // namespace tranche::kernels
