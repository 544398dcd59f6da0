// SPDX-License-Identifier: Apache-2.0

// Training in comparisons of chips: the best plan of each chip for the same job.
#pragma once

#include <string>

#include "kernels/models/chip/coefficients.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/throughput/throughput_table.hpp"

namespace tranche {

// Number of chips of a training job in a comparison: enough for 405 B parameters on 80 GB each.
inline constexpr int compared_training_chips = 512;

struct ComparedTraining {
  bool possible = false;
  double tokens_per_s_per_chip = 0;
  kernels::Bound bound = kernels::Bound::capacity;
  std::string why;      // one line; includes the plan if there is one
  WorkDescription how;  // with the batch and sequence length that were assumed
};

// Pretraining in bf16, with the default sequence length and batch of `tranche plan`.
ComparedTraining compare_training(const ModelEntry& model, const ChipEntry& chip,
                                  const kernels::Coefficients& coefficients);

}  // namespace tranche
