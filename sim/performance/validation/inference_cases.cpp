// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/inference_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "sim/catalogue/names_in_use.hpp"
#include "sim/input/plain_text.hpp"
#include "sim/performance/serving/served_layout.hpp"
#include "sim/performance/validation/case_columns.hpp"
#include "sim/performance/validation/inference_case_model.hpp"
#include "sim/performance/validation/inference_case_rules.hpp"
#include "sim/performance/validation/inference_datasets.hpp"

namespace tranche {
namespace {

using kernels::Load;

// More ranks than chips are the dies of a chip (Ascend 910C), which the catalogue counts as one.
void join_dies(InferenceCase& c) {
  const double ranks = kernels::chips_per_replica(c.plan);
  const double dies = c.chips > 0.0 ? ranks / c.chips : 1.0;
  if (dies != 2.0 || c.plan.attention_data_parallel % 2 != 0 || c.plan.expert % 2 != 0) return;
  c.plan.attention_data_parallel /= 2;
  c.plan.expert /= 2;
  c.pools.sequences_per_chip *= dies;
  c.pools.tokens_per_chip *= dies;
}

// Layout: `DP` with an `EP` above `TP`, or of a pool, is attention data parallelism, otherwise
// whole replicas; `attention_dp`, or "attention DP" in the notes, states that the chips of `TP`
// split attention by users and the experts among them.
void read_plan(const CsvTable& table, std::size_t row, InferenceCase& c) {
  c.plan_known = !table.field(row, "TP").empty();
  c.plan.tensor = whole_number(table, row, "TP", 1);
  c.plan.pipeline = whole_number(table, row, "PP", 1);
  c.plan.expert = whole_number(table, row, "EP", 1);
  const std::int32_t data = whole_number(table, row, "DP", 1);
  if (c.model.shape.experts <= 0) return;
  const bool is_pool = c.pools.pool != MeasuredPool::whole;
  const bool by_users = table.number(row, "attention_dp").value_or(0.0) == 1.0 ||
                        contains(table.field(row, "notes"), " attention DP,");
  if (by_users && c.plan.tensor > 1) {
    c.plan.attention_data_parallel = c.plan.tensor;
    c.plan.expert = c.plan.tensor;
    c.plan.tensor = 1;
  } else if (data > 1 && (is_pool || c.plan.expert > c.plan.tensor)) {
    c.plan.attention_data_parallel = data;
  }
  if (is_pool) join_dies(c);
}

// Reasons why the pools of a row cannot be computed.
void read_pools(InferenceCase& c) {
  const bool is_time = c.metric == InferenceMetric::time_to_first_token_ms ||
                       c.metric == InferenceMetric::end_to_end_ms;
  if (c.pools.pool == MeasuredPool::both) {
    if (c.pools.prefill_chips < 1.0 || c.pools.decode_chips < 1.0)
      c.skipped = "the sizes of the two pools are not stated: prefill_gpus and decode_gpus";
    else if (c.serving.concurrency < 1.0)
      c.skipped = "the concurrency is not a number";
    else if (is_time)
      c.skipped = "a time to first token of two pools under load needs queueing, not modelled";
  } else if (is_time) {
    // one prompt alone is a static batch; of more, those that wait are not modelled
    c.serving.load = Load::static_batch;
    if (c.serving.concurrency == 1.0)
      c.pools.pool = MeasuredPool::whole;
    else
      c.skipped = "a time to first token of a pool under load needs queueing, not modelled";
  } else if (!c.plan_known) {
    c.skipped = "the layout of the pool is not stated: TP, DP and EP";
  } else if (c.metric == InferenceMetric::tpot_ms && c.pools.pool == MeasuredPool::prefill) {
    c.skipped = "a prefill pool has no time per output token";
  }
}

void read_load(const CsvTable& table, std::size_t row, InferenceCase& c) {
  const std::string scenario = table.field(row, "scenario");
  const std::string batch = table.field(row, "batch_or_concurrency");
  const auto number = table.number(row, "batch_or_concurrency");
  c.serving.concurrency = number.value_or(0.0);
  const auto rate = table.number(row, "requests_per_s");
  if (c.pools.pool != MeasuredPool::whole) return read_pools(c);
  if (contains(scenario, "static batch") || contains(scenario, "latency (batch 1)")) {
    c.serving.load = Load::static_batch;
    if (!number) c.skipped = "the batch is not a number";
  } else if (contains(scenario, "closed loop") || (contains(scenario, "server (") && number)) {
    c.serving.load = Load::closed_loop;
    if (!number) c.skipped = "the concurrency is not a number";
  } else if (contains(batch, "open-loop") || contains(scenario, "open loop") || rate) {
    c.serving.load = Load::open_loop;
    const std::size_t digits = batch.find_first_of("0123456789");
    c.serving.requests = table.number(row, "requests").value_or(500.0);
    if (rate)
      c.serving.requests_per_s = *rate;
    else if (digits != std::string::npos)
      c.serving.requests_per_s = std::strtod(batch.c_str() + digits, nullptr);
    else if (!contains(batch, "INF") && !contains(batch, "inf"))
      c.skipped = "the rate of the open loop is not stated: requests_per_s";
  } else if (scenario == "server" || scenario == "interactive") {
    c.skipped = "an open load under a latency limit needs queueing, which is not modelled";
  } else if (contains(scenario, "offline") || contains(scenario, "throughput") ||
             scenario == "saturated") {
    c.serving.load = Load::saturated;
    c.serving.requests = requests_in_run(c.software, table.number(row, "requests").value_or(0.0),
                                         c.serving.input_tokens, c.serving.output_tokens);
  } else {
    c.skipped = "the scenario `" + scenario +
                "` is not one of closed loop, static batch, latency (batch 1), open loop, offline, "
                "max-throughput, server, interactive";
  }
}

InferenceCase case_of(const CsvTable& table, std::size_t row, const Catalogue& catalogue) {
  InferenceCase c;
  c.id = table.field(row, "id");
  c.source = table.field(row, "source");
  c.chip_name = table.field(row, "chip");
  c.software_name = table.field(row, "software");
  c.model_name = table.field(row, "model_name");
  c.scenario = table.field(row, "scenario");
  c.unit = table.field(row, "unit");
  c.measured = table.number(row, "value").value_or(0.0);
  c.chips = table.number(row, "n_gpus").value_or(1.0);
  c.software = serving_software_of(c.software_name);
  const CaseModel model = case_model(table, row, catalogue, sets_narrow_cache(c.software));
  c.model = model.served;
  const ModelEntry* const named = named_model(catalogue.models, c.model_name).model;
  const Lengths lengths = lengths_of(named != nullptr ? named->name : c.model_name,
                                     table.field(row, "input_len"), table.field(row, "output_len"));
  c.serving.input_tokens = lengths.input_tokens;
  c.serving.output_tokens = lengths.output_tokens;
  c.serving.beams = table.number(row, "beams").value_or(1.0);
  const StatedMetric metric = stated_metric(table.field(row, "metric"), c.unit);
  c.metric = metric.metric;
  c.metric_unit = metric.unit;
  c.per_chip = metric.per_chip;
  c.pools = pool_case(table, row);
  c.speculation = stated_speculation(table, row);
  read_plan(table, row, c);
  read_load(table, row, c);
  if (!metric.problem.empty()) c.skipped = metric.problem;
  if (c.skipped.empty() && c.plan_known) c.skipped = layout_problem(c.model.shape, c.plan);
  if (!model.problem.empty()) c.skipped = model.problem;
  if (const std::string problem = case_model_problem(table, row, catalogue); !problem.empty())
    c.skipped = problem;
  if (c.skipped.empty() && lengths.input_tokens <= 0.0) {
    c.skipped = "the mean lengths of this data set are not known; known are those of " +
                data_set_names() + "; else write numbers";
  }
  const ChipEntry* chip = catalogue.find_chip(c.chip_name);
  if (chip == nullptr) {
    c.skipped = unknown_chip(catalogue, c.chip_name);
    return c;
  }
  c.chip = chip_params(*chip);
  // Chips sold individually (PCIe cards, GH200) are linked within the measured server.
  constexpr std::int32_t chips_of_a_server = 8;
  c.chip.scale_up_chips = std::max(c.chip.scale_up_chips, chips_of_a_server);
  if (c.chip.memory_bandwidth_bytes_per_s <= 0.0 || c.chip.memory_capacity_bytes <= 0.0) {
    c.skipped = "the memory of `" + c.chip_name + "` is not known";
  }
  if (c.skipped.empty() && c.plan_known) c.skipped = network_problem(c.chip, c.plan);
  return c;
}

}  // namespace

std::vector<InferenceCase> read_inference_cases(const CsvTable& table, const Catalogue& catalogue) {
  std::vector<InferenceCase> cases;
  cases.reserve(table.rows.size());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    cases.push_back(case_of(table, row, catalogue));
  }
  skip_contradicted(cases);
  return cases;
}

kernels::InferenceSetup setup_of(const InferenceCase& measured, const kernels::InferencePlan& plan,
                                 const InferenceCoefficients& coefficients) {
  return {measured.model,
          plan,
          measured.chip,
          coefficients.of(measured.chip.generation),
          coefficients.of(measured.software),
          measured.speculation.speculation};
}

}  // namespace tranche
