// SPDX-License-Identifier: Apache-2.0

// A training job of a model on a chip as a question of the plan search, with the defaults that it
// takes and what it lacks. `plan`, `compare` and the fleet ask through this function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/plan/plan.hpp"

namespace tranche {

struct TrainingJobRequest {
  std::string precision = "bf16";         // a word of trained_format_names(), or "best"
  std::optional<double> sequence_tokens;  // default: 8,192, or the model's context if shorter
  // Sequences of a step; default: 2^24 tokens (Llama 3 405B on 16,384 chips: Grattafiori et al.
  // 2024, table 4).
  std::optional<double> global_batch;
};

// What a job lacks, and what to do about it.
struct MissingFigure {
  std::string problem;  // "the memory bandwidth of `X` is not known"
  std::vector<std::string> help;
};

// The figures that every job on the chip, or of the model, needs and that are not known; an unknown
// precision is one of them.
std::vector<MissingFigure> missing_of(const ChipEntry& chip, const std::string& precision);
std::vector<MissingFigure> missing_of(const ModelEntry& model);

struct TrainingProblem {
  PlanQuestion question;               // without number of chips and choices
  std::string precision;               // of the arithmetic
  std::string widened;                 // reason for another format than requested; empty if none
  std::vector<std::string> assumed;    // "global batch of 2,048 sequences (16.8 M tokens, …)"
  std::vector<MissingFigure> missing;  // not empty: the question cannot be answered
};

// Never throws for a gap in the catalogue: `missing` names every figure that is not known, and an
// unknown precision. The chip's network, if unknown, is one contemporary adapter, listed in
// `assumed`. A precision without a rate on the chip is computed in bf16 (see trained_format).
TrainingProblem training_problem(const ModelEntry& model, const ChipEntry& chip,
                                 const TrainingJobRequest& request);

}  // namespace tranche
