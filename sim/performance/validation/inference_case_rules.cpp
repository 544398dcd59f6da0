// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/inference_case_rules.hpp"

#include <fmt/format.h>

#include <map>
#include <string>

namespace tranche {
namespace {

// Key of a run without plan and number of users.
std::string run_of(const InferenceCase& c) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}", c.source, c.software_name, c.chip_name,
                     c.model_name, static_cast<int>(c.model.mlp_weights),
                     static_cast<int>(c.model.cache), c.serving.input_tokens,
                     c.serving.output_tokens, static_cast<int>(c.serving.load));
}

std::string plan_of(const InferenceCase& c) {
  return fmt::format("{}|{}|{}|{}|{}", c.chips, c.plan.tensor, c.plan.pipeline, c.plan.expert,
                     c.plan.attention_data_parallel);
}

// A record whose chips cannot hold the weights does not contradict others.
bool holds_weights(const InferenceCase& c) {
  return kernels::weight_bytes_per_chip(c.model, c.plan) < c.chip.memory_capacity_bytes;
}

bool usable(const InferenceCase& c) {
  return c.skipped.empty() && c.plan_known && c.measured > 0.0 &&
         c.serving.load == kernels::Load::closed_loop && holds_weights(c);
}

void skip_two_plans(std::vector<InferenceCase>& cases) {
  std::map<std::string, std::vector<std::size_t>> same;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const InferenceCase& c = cases[i];
    if (!usable(c)) continue;
    same[fmt::format("{}|{}|{}|{}", run_of(c), c.serving.concurrency, static_cast<int>(c.metric),
                     c.measured)]
        .push_back(i);
  }
  for (const auto& [key, rows] : same) {
    bool differ = false;
    for (const std::size_t i : rows) differ |= plan_of(cases[i]) != plan_of(cases[rows[0]]);
    if (!differ) continue;
    for (const std::size_t i : rows) {
      cases[i].skipped = "the same measurement is recorded with two plans";
    }
  }
}

// Weights and the whole cache of all users, relative to the marketed capacity of the chips.
bool memory_holds_all(const InferenceCase& c) {
  const double tokens = c.serving.input_tokens + c.serving.output_tokens;
  const double users = c.serving.concurrency / c.plan.attention_data_parallel;
  return kernels::weight_bytes_per_chip(c.model, c.plan) +
             users * kernels::kv_bytes_per_sequence(c.model, c.plan, tokens) <
         c.chip.memory_capacity_bytes;
}

void skip_hidden_limits(std::vector<InferenceCase>& cases) {
  struct Run {
    std::vector<std::size_t> first, per_token;
  };
  std::map<std::string, Run> runs;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const InferenceCase& c = cases[i];
    if (!usable(c)) continue;
    Run& run = runs[fmt::format("{}|{}|{}", run_of(c), plan_of(c), c.serving.concurrency)];
    if (c.metric == InferenceMetric::time_to_first_token_ms) run.first.push_back(i);
    if (c.metric == InferenceMetric::tpot_ms) run.per_token.push_back(i);
  }
  for (const auto& [key, run] : runs) {
    if (run.first.size() != 1 || run.per_token.size() != 1) continue;
    InferenceCase& first = cases[run.first[0]];
    InferenceCase& per_token = cases[run.per_token[0]];
    if (first.measured <= per_token.measured * first.serving.output_tokens) continue;
    if (!memory_holds_all(first)) continue;
    first.skipped = per_token.skipped =
        "users wait longer than they receive output though memory holds them all: a limit of "
        "the server is not stated";
  }
}

void skip_slower_with_fewer_users(std::vector<InferenceCase>& cases) {
  std::map<std::string, std::vector<std::size_t>> servers;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (usable(cases[i]) && cases[i].metric == InferenceMetric::tpot_ms) {
      servers[run_of(cases[i]) + "|" + plan_of(cases[i])].push_back(i);
    }
  }
  constexpr double noise = 1.05;
  for (const auto& [key, rows] : servers) {
    std::vector<std::size_t> slower;
    for (const std::size_t i : rows) {
      for (const std::size_t more : rows) {
        if (cases[more].serving.concurrency > cases[i].serving.concurrency &&
            cases[i].measured > noise * cases[more].measured) {
          slower.push_back(i);
          break;
        }
      }
    }
    for (const std::size_t i : slower) {
      cases[i].skipped = "slower per token than the same server with more users";
    }
  }
}

}  // namespace

void skip_contradicted(std::vector<InferenceCase>& cases) {
  skip_two_plans(cases);
  skip_hidden_limits(cases);
  skip_slower_with_fewer_users(cases);
}

}  // namespace tranche
