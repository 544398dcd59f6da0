// SPDX-License-Identifier: Apache-2.0

// Input and output of `tranche plan`: defaults of a training job, and the answer as text and as
// tables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/plan/plan.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// Options of the command line; for defaults see plan_question.
struct PlanRequest {
  std::string model;
  std::string chip;
  std::int64_t count = 0;
  std::optional<std::int64_t> global_batch;  // sequences
  std::optional<std::int64_t> seq_len;       // tokens
  std::string precision = "bf16";  // or "best": the fastest of bf16 and fp8 that the chip supports
  PlanChoices choices;             // fixed choices
  std::size_t top = 5;
  double oversubscription = 1;            // of links between pods
  std::optional<std::int64_t> pod_chips;  // chips with full bisection bandwidth; 3,072
  kernels::ComputeDevice device = kernels::ComputeDevice::automatic;
};

struct PlanProblem {
  PlanQuestion question;
  std::string model, chip;           // names of the catalogue
  std::string precision;             // of the arithmetic
  std::string widened;               // reason for another format than requested; empty if none
  std::vector<std::string> assumed;  // "batch of 2,048 sequences (16.8 M tokens)"
  std::vector<std::string> notes;    // restrictions of the search
};

// Fills in the defaults: sequences of 8,192 tokens or the model's context if shorter, a batch of
// 2^24 tokens (Llama 3 405B on 16,384 chips: Grattafiori et al. 2024, table 4), one contemporary
// network adapter per chip. Throws InputError with all problems: unknown names with the nearest
// known, unknown properties of the chip, unknown precisions, numbers below one, impossible choices.
// A precision without a rate on the chip is computed in bf16, with a note (see trained_format).
PlanProblem plan_problem(const PlanRequest& request, const Catalogue& catalogue);

// Reason why there is no plan, and a similar job that has one: missing memory and the chips that
// would suffice, or the required divisibility of chips and batch. Empty if there are plans.
std::string why_no_plan(const PlanProblem& problem, const PlanAnswer& answer,
                        const kernels::Coefficients& coefficients);

// One row per plan, best first, with the components of its step and memory: CSV, JSON and plan.csv.
TextTable plan_table(const PlanProblem& problem, const PlanAnswer& answer);

// Compute by operator, network by kind of parallelism, bubble by cause, and the memory of the
// fullest chip of one plan, for a terminal.
std::string plan_detail_text(const PlanProblem& problem, const RankedPlan& plan);

// Terminal tables and sentences, a table for CSV, or for JSON an object with the question, the
// counts and the plans. `why_empty` replaces missing plans.
std::string print_plans(const PlanProblem& problem, const PlanAnswer& answer,
                        const std::string& why_empty, TextFormat format);

}  // namespace tranche
