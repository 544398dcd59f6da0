// SPDX-License-Identifier: Apache-2.0

// What `tranche plan` asks and prints: defaults of a training job, and the answer as text
// for people and for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/plan/plan.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// The words of the command line; what is left out has a default, see plan_question.
struct PlanRequest {
  std::string model;
  std::string chip;
  std::int64_t count = 0;
  std::optional<std::int64_t> global_batch;  // sequences
  std::optional<std::int64_t> seq_len;       // tokens
  std::string precision = "bf16";  // or "best": the fastest of bf16 and fp8 that the chip has
  PlanChoices choices;             // what is not searched
  std::size_t top = 5;
  double oversubscription = 1;            // of links between pods
  std::optional<std::int64_t> pod_chips;  // chips with full bisection bandwidth; 3,072
  kernels::ComputeDevice device = kernels::ComputeDevice::automatic;
};

struct PlanProblem {
  PlanQuestion question;
  std::string model, chip;           // names of the catalogue
  std::string precision;             // computed in
  std::string widened;               // why that is not the one asked for; empty where it is
  std::vector<std::string> assumed;  // "batch of 2,048 sequences (16.8 M tokens)"
  std::vector<std::string> notes;    // what narrows the search
};

// The question with its blanks filled: sequences of 8,192 tokens or the model's context
// where that is shorter, a batch of 2^24 tokens (Llama 3 405B on 16,384 chips: Grattafiori et al.
// 2024, table 4), one network adapter of the chip's day. Throws InputError with all problems:
// unknown names with the nearest known, figures of the chip that are not known, unknown precisions,
// numbers below one, choices that no plan can have. A precision that the chip has no rate for is
// computed in bf16, with a note (see trained_format).
PlanProblem plan_problem(const PlanRequest& request, const Catalogue& catalogue);

// Why there is no plan and what nearby has one: what is missing in memory and how many chips
// hold the job, or how chips and batch would have to divide. Empty when there are plans.
std::string why_no_plan(const PlanProblem& problem, const PlanAnswer& answer,
                        const kernels::Coefficients& coefficients);

// One row per plan, best first, with what its step and its memory are made of: CSV, JSON and
// plan.csv.
TextTable plan_table(const PlanProblem& problem, const PlanAnswer& answer);

// Compute by operator, network by kind of parallelism, bubble by cause, and the memory of the
// fullest chip of one plan, for a terminal.
std::string plan_detail_text(const PlanProblem& problem, const RankedPlan& plan);

// Tables and sentences for a terminal, a table for CSV, or an object with the question, the
// counts and the plans for JSON. `why_empty` stands in place of plans that do not exist.
std::string print_plans(const PlanProblem& problem, const PlanAnswer& answer,
                        const std::string& why_empty, TextFormat format);

}  // namespace tranche
