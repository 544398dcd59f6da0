// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/inference_pools.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace tranche {
namespace {

using kernels::InferencePlan;
using kernels::InferenceSetup;

constexpr int most_digits = 6;

// Number that starts at `at`, -1 if there is none.
double number_at(const std::string& text, std::size_t at) {
  if (at >= text.size() || !std::isdigit(static_cast<unsigned char>(text[at]))) return -1.0;
  return std::strtod(text.substr(at, most_digits).c_str(), nullptr);
}

// What the notes say of one pool: from its name to the name of the other or the end.
std::string clause_of(const std::string& notes, const std::string& pool) {
  const std::size_t begin = notes.find(pool + " ");
  if (begin == std::string::npos) return {};
  std::size_t end = notes.find(pool == "decode" ? "prefill " : "decode ", begin);
  end = std::min(end, notes.find(';', begin));
  return notes.substr(begin, end == std::string::npos ? end : end - begin);
}

// The number before " GPUs", 0 if there is none.
double chips_in(const std::string& clause) {
  const std::size_t end = clause.find(" GPUs");
  if (end == std::string::npos || end == 0) return 0.0;
  std::size_t begin = end;
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(clause[begin - 1]))) --begin;
  return std::max(0.0, number_at(clause, begin));
}

// "(TP1 DP8 EP8)"
std::optional<InferencePlan> plan_in(const std::string& clause) {
  const auto ways = [&](const char* name) {
    const std::size_t at = clause.find(name);
    return at == std::string::npos ? -1.0 : number_at(clause, at + 2);
  };
  const double tensor = ways("TP"), data = ways("DP"), expert = ways("EP");
  if (tensor < 1.0 || data < 1.0 || expert < 1.0) return std::nullopt;
  return InferencePlan{.tensor = static_cast<std::int32_t>(tensor),
                       .pipeline = 1,
                       .expert = static_cast<std::int32_t>(expert),
                       .attention_data_parallel = static_cast<std::int32_t>(data)};
}

// Prompt tokens per second of one replica that processes nothing else.
double prompt_rate(const InferenceSetup& setup, double input_tokens, double tokens_per_chip) {
  const double tokens = tokens_per_chip * setup.plan.attention_data_parallel * setup.plan.tensor;
  return tokens / kernels::step_time(setup, {0.0, 0.0, tokens, input_tokens}).total_s();
}

double context_of(const kernels::ServingCase& load) {
  return load.input_tokens + 0.5 * load.output_tokens;
}

// Sequences that one replica can decode together.
double room_of(const InferenceSetup& setup, const kernels::ServingCase& load, PoolResult& result) {
  result.memory = kernels::memory_map(setup.model, setup.plan, setup.chip, setup.on_chip,
                                      setup.software, kernels::occupied_tokens(setup, load));
  result.fits = result.memory.sequences >= 1.0;
  return std::min(result.memory.sequences,
                  setup.software.max_sequences * setup.plan.attention_data_parallel);
}

double token_s(const InferenceSetup& setup, const kernels::ServingCase& load, double sequences) {
  const kernels::StepBatch batch{sequences / setup.plan.pipeline, context_of(load), 0.0, 0.0};
  return kernels::step_time(setup, batch).total_s() / setup.speculation.accepted_tokens;
}

PoolResult serve_decode(const InferenceSetup& setup, const kernels::ServingCase& load,
                        const PoolCase& pools, double chips) {
  PoolResult result;
  const double room = room_of(setup, load, result);
  const double of_a_replica = kernels::chips_per_replica(setup.plan);
  const double stated = pools.sequences_per_chip * of_a_replica;
  const double sequences = stated > 0.0 ? stated : std::max(1.0, room);
  result.tpot_s = token_s(setup, load, sequences);
  result.output_tokens_per_s = sequences / result.tpot_s * chips / of_a_replica;
  return result;
}

PoolResult serve_both(const InferenceSetup& setup, const kernels::ServingCase& load,
                      const PoolCase& pools) {
  PoolResult result;
  const double room = room_of(setup, load, result);
  InferenceSetup prompts = setup;
  prompts.speculation = {};
  const auto width = static_cast<std::int32_t>(std::clamp(pools.prefill_chips, 1.0, 8.0));
  prompts.plan = pools.prefill_plan.value_or(
      InferencePlan{.tensor = 1, .pipeline = 1, .expert = width, .attention_data_parallel = width});
  const double prefill_replicas =
      std::max(1.0, pools.prefill_chips / kernels::chips_per_replica(prompts.plan));
  const double chunk = setup.software.chunk_tokens / prompts.plan.tensor;
  const double most_per_s =
      prompt_rate(prompts, load.input_tokens, chunk) * prefill_replicas / load.input_tokens;
  const double prompt_s = kernels::prefill_step(prompts, load, 1.0).total_s();
  const double replicas =
      std::max(1.0, std::floor(pools.decode_chips / kernels::chips_per_replica(setup.plan)));
  double running = std::min(room, load.concurrency / replicas);
  double requests_per_s = 0.0;
  for (int i = 0; i < 30; ++i) {  // damped: contracts as a step grows slower than its batch
    result.tpot_s = token_s(setup, load, std::max(1.0, running));
    const double output_s = load.output_tokens * result.tpot_s;
    requests_per_s = std::min(
        {most_per_s, load.concurrency / (prompt_s + output_s), room * replicas / output_s});
    running = 0.5 * (running + requests_per_s * output_s / replicas);
  }
  result.output_tokens_per_s = requests_per_s * load.output_tokens;
  result.prompt_tokens_per_s = requests_per_s * load.input_tokens;
  return result;
}

}  // namespace

PoolCase pool_case(const CsvTable& table, std::size_t row) {
  PoolCase pools;
  const std::string scenario = table.field(row, "scenario");
  const std::string batch = table.field(row, "batch_or_concurrency");
  const double number = std::max(0.0, number_at(batch, 0));
  if (scenario == "disaggregated decode") {
    pools.pool = MeasuredPool::decode;
    pools.sequences_per_chip = number;
  } else if (scenario == "disaggregated prefill" || scenario == "production prefill") {
    pools.pool = MeasuredPool::prefill;
    pools.tokens_per_chip = number;
  } else if (scenario == "disaggregated serving") {
    pools.pool = MeasuredPool::both;
    const std::string notes = table.field(row, "notes");
    const std::string prefill = clause_of(notes, "prefill"), decode = clause_of(notes, "decode");
    pools.prefill_chips = table.number(row, "prefill_gpus").value_or(chips_in(prefill));
    pools.decode_chips = table.number(row, "decode_gpus").value_or(chips_in(decode));
    pools.prefill_plan = plan_in(prefill);
  }
  return pools;
}

StatedSpeculation stated_speculation(const CsvTable& table, std::size_t row) {
  StatedSpeculation stated;
  const auto drafts = table.number(row, "draft_tokens");
  const auto accepted = table.number(row, "accepted_tokens");
  if (drafts && *drafts >= 1.0) {
    stated.speculation = assumed_speculation(static_cast<int>(*drafts));
    stated.is_assumed = !accepted;
  }
  if (accepted && *accepted >= 1.0) stated.speculation.accepted_tokens = *accepted;
  const bool is_named = table.field(row, "software").find("MTP") != std::string::npos;
  if (!drafts && !accepted && is_named) stated.is_assumed = true;
  return stated;
}

kernels::Speculation assumed_speculation(int drafts) {
  constexpr double acceptance = 0.75;
  kernels::Speculation speculation{static_cast<double>(drafts), 1.0};
  double reached = 1.0;
  for (int i = 0; i < drafts; ++i) {
    reached *= acceptance;
    speculation.accepted_tokens += reached;
  }
  return speculation;
}

PoolResult serve_pools(const InferenceSetup& setup, const kernels::ServingCase& load,
                       const PoolCase& pools, double chips) {
  switch (pools.pool) {
    case MeasuredPool::decode:
      return serve_decode(setup, load, pools, chips);
    case MeasuredPool::both:
      return serve_both(setup, load, pools);
    case MeasuredPool::prefill:
    case MeasuredPool::whole:
      break;
  }
  PoolResult result;
  const double tokens =
      pools.tokens_per_chip > 0.0 ? pools.tokens_per_chip : setup.software.chunk_tokens;
  result.prompt_tokens_per_s = prompt_rate(setup, load.input_tokens, tokens) * chips /
                               kernels::chips_per_replica(setup.plan);
  return result;
}

}  // namespace tranche
