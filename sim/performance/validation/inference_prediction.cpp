// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/performance/serving/served_layout.hpp"
#include "sim/performance/validation/inference_cases.hpp"

namespace tranche {
namespace {

using kernels::InferencePlan;
using kernels::InferenceSetup;

bool is_time(InferenceMetric metric) {
  return metric == InferenceMetric::time_to_first_token_ms || metric == InferenceMetric::tpot_ms ||
         metric == InferenceMetric::end_to_end_ms;
}

// What a layout delivers on all chips of the row.
struct Rates {
  double output_tokens_per_s = 0, prompt_tokens_per_s = 0;
  double time_to_first_token_s = 0, tpot_s = 0;
  bool fits = true;
  kernels::MemoryMap memory;
};

Rates rates_of(const InferenceCase& c, const InferenceSetup& setup) {
  if (c.pools.pool != MeasuredPool::whole) {
    const PoolResult pool = serve_pools(setup, c.serving, c.pools, c.chips);
    return {pool.output_tokens_per_s,
            pool.prompt_tokens_per_s,
            0.0,
            pool.tpot_s,
            pool.fits,
            pool.memory};
  }
  const double replicas = std::max(1.0, c.chips / kernels::chips_per_replica(setup.plan));
  kernels::ServingCase load = c.serving;
  // Users and requests of several replicas are divided among them.
  if (load.load == kernels::Load::closed_loop)
    load.concurrency = std::max(1.0, load.concurrency / replicas);
  const kernels::ServingResult result = kernels::serve(setup, load);
  const double output = result.tokens_per_s * replicas;
  return {output,
          output * c.serving.input_tokens / c.serving.output_tokens,
          result.time_to_first_token_s,
          result.tpot_s,
          result.fits,
          result.memory};
}

double in_unit(const InferenceCase& c, const Rates& rates) {
  const double scale = (c.per_chip ? 1.0 / c.chips : 1.0) / c.metric_unit;
  switch (c.metric) {
    case InferenceMetric::tokens_per_s:
      return rates.output_tokens_per_s * scale;
    case InferenceMetric::samples_per_s:
      return rates.output_tokens_per_s / c.serving.output_tokens * scale;
    case InferenceMetric::total_tokens_per_s:
      return (rates.output_tokens_per_s + rates.prompt_tokens_per_s) * scale;
    case InferenceMetric::input_tokens_per_s:
      return rates.prompt_tokens_per_s * scale;
    case InferenceMetric::time_to_first_token_ms:
      return 1e3 * rates.time_to_first_token_s / c.metric_unit;
    case InferenceMetric::tpot_ms:
      return 1e3 * rates.tpot_s / c.metric_unit;
    case InferenceMetric::end_to_end_ms:
      return 1e3 * (rates.time_to_first_token_s + (c.serving.output_tokens - 1.0) * rates.tpot_s) /
             c.metric_unit;
  }
  return 0.0;
}

// Reason why a replica of the model does not fit, with the memory of one chip.
std::string does_not_fit(const kernels::MemoryMap& memory) {
  constexpr double gigabyte_bytes = 1e9;
  return fmt::format(
      "the model does not fit into the memory of this many chips: {:.0f} GB of weights and {:.0f} "
      "GB of working space on a chip with {:.0f} GB for programs{}",
      memory.weights_bytes / gigabyte_bytes, memory.workspace_bytes / gigabyte_bytes,
      memory.capacity_bytes / gigabyte_bytes,
      memory.cache_bytes > 0.0 ? ", no room for the cache of one sequence" : "");
}

// Layouts that a row without one may have: tensor parallelism over up to eight chips; of a mixture
// also whole experts on each, with attention by heads or by users, as many as `EP` where it is
// stated.
std::vector<InferencePlan> plans_of(const InferenceCase& c) {
  if (c.plan_known) return {c.plan};
  std::vector<InferencePlan> plans;
  const double chips = c.pools.pool == MeasuredPool::both ? c.pools.decode_chips : c.chips;
  const bool spreads = c.model.shape.experts > 0 && c.pools.pool == MeasuredPool::both;
  const std::int32_t stated = c.plan.expert;
  const std::int32_t most = std::max(8, stated);
  for (std::int32_t ways = 1; ways <= most && ways <= chips; ways *= 2) {
    if (spreads && stated > 1 && ways != stated) continue;
    InferencePlan plan = c.plan;
    plan.tensor = ways;
    plans.push_back(plan);
    if (!spreads || ways == 1) continue;
    plans.push_back({.tensor = 1, .pipeline = 1, .expert = ways, .attention_data_parallel = ways});
  }
  return plans;
}

std::vector<kernels::Speculation> speculations_of(const InferenceCase& c) {
  if (!c.speculation.is_assumed || c.speculation.speculation.draft_tokens > 0.0)
    return {c.speculation.speculation};
  return {assumed_speculation(1), assumed_speculation(2), assumed_speculation(3)};
}

}  // namespace

double predict(const InferenceCase& measured, const InferenceCoefficients& coefficients,
               std::string& why) {
  // Submitters choose what is not stated for throughput; so does the model. For times the shortest
  // is best.
  double best = 0.0;
  kernels::MemoryMap last;
  for (const InferencePlan& plan : plans_of(measured)) {
    InferenceSetup setup = setup_of(measured, plan, coefficients);
    for (const kernels::Speculation& speculation : speculations_of(measured)) {
      setup.speculation = speculation;
      const Rates rates = rates_of(measured, setup);
      last = rates.memory;
      const double value = in_unit(measured, rates);
      if (!rates.fits) continue;
      const bool is_better = is_time(measured.metric) && best > 0.0 ? value < best : value > best;
      if (is_better) best = value;
    }
  }
  if (best <= 0.0) why = does_not_fit(last);
  return best;
}

}  // namespace tranche
