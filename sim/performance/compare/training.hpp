// SPDX-License-Identifier: Apache-2.0

// Training in comparisons of chips: the best plan of each chip for the same job.
#pragma once

#include <string>

#include "kernels/models/chip/coefficients.hpp"
#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// Number of chips of a training job in a comparison: enough for 405 B parameters on 80 GB each.
inline constexpr int compared_training_chips = 512;

struct ComparedTraining {
  bool possible = false;
  double tokens_per_s_per_chip = 0;
  std::string bound;  // "compute", "network", "latency" (bubbles), "host" or "capacity"
  std::string why;    // one line; includes the plan if there is one
};

// Pretraining in bf16, with the default sequence length and batch of `tranche plan`.
ComparedTraining compare_training(const std::string& model, const std::string& chip,
                                  const Catalogue& catalogue,
                                  const kernels::Coefficients& coefficients);

}  // namespace tranche
