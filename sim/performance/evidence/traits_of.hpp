// SPDX-License-Identifier: Apache-2.0

// Traits of what the performance models compute.
#pragma once

#include "kernels/models/memory_bound/memory_bound.hpp"
#include "kernels/models/serving/memory.hpp"
#include "kernels/models/training/plan.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/evidence/prediction_traits.hpp"

namespace tranche {

// Sets name, generation and vendor of the chip.
void set_chip(PredictionTraits& traits, const ChipEntry& chip);

// "transformer", with "mixture", "latent" (attention), "linear" (or state-space layers), "sparse"
// (attention with an index) and "compressed" (caches) as they apply.
std::string architecture_words(const kernels::ModelParams& model);

// Traits of a training job, without its chip. `parameters` are those of the model's shape.
PredictionTraits training_traits(const kernels::ModelParams& model, const kernels::TrainingJob& job,
                                 const kernels::TrainingPlan& plan);

// Traits of a served model, without its chip. `context_tokens`: in the cache of a sequence, or of a
// prompt; `sequences`: running together on a replica, 0 if unknown.
PredictionTraits served_traits(EvidenceQuestion question, const kernels::ServedModel& model,
                               ServingSoftware software, const kernels::InferencePlan& plan,
                               double context_tokens, double sequences);

// Traits of memory-bound work on a number of chips, without the chip.
PredictionTraits memory_bound_traits(const kernels::MemoryBoundWork& work, double chips);

}  // namespace tranche
