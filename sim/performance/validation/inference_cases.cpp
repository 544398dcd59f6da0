// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/inference_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "sim/catalogue/names_in_use.hpp"
#include "sim/performance/serving/served_layout.hpp"
#include "sim/performance/validation/case_columns.hpp"
#include "sim/performance/validation/inference_case_model.hpp"
#include "sim/performance/validation/inference_case_rules.hpp"
#include "sim/performance/validation/inference_datasets.hpp"

namespace tranche {
namespace {

using kernels::Load;

bool has_part(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Layout: `DP` with `EP` is attention data parallelism, otherwise whole replicas; `attention_dp`
// states that the chips of `TP` split attention by users and the experts among them.
void read_plan(const CsvTable& table, std::size_t row, InferenceCase& c) {
  c.plan_known = !table.field(row, "TP").empty();
  c.plan.tensor = whole_number(table, row, "TP", 1);
  c.plan.pipeline = whole_number(table, row, "PP", 1);
  c.plan.expert = whole_number(table, row, "EP", 1);
  const std::int32_t data = whole_number(table, row, "DP", 1);
  if (c.model.shape.experts > 0 && c.plan.expert > 1 && data > 1)
    c.plan.attention_data_parallel = data;
  if (c.model.shape.experts > 0 && table.number(row, "attention_dp").value_or(0.0) == 1.0 &&
      c.plan.attention_data_parallel == 1) {
    c.plan.attention_data_parallel = c.plan.tensor;
    c.plan.expert = c.plan.tensor;
    c.plan.tensor = 1;
  }
}

void read_load(const CsvTable& table, std::size_t row, InferenceCase& c) {
  const std::string scenario = table.field(row, "scenario");
  const std::string batch = table.field(row, "batch_or_concurrency");
  const auto number = table.number(row, "batch_or_concurrency");
  c.serving.concurrency = number.value_or(0.0);
  const auto rate = table.number(row, "requests_per_s");
  if (has_part(scenario, "static batch") || has_part(scenario, "latency (batch 1)")) {
    c.serving.load = Load::static_batch;
    if (!number) c.skipped = "the batch is not a number";
  } else if (has_part(scenario, "closed loop")) {
    c.serving.load = Load::closed_loop;
    if (!number) c.skipped = "the concurrency is not a number";
  } else if (has_part(batch, "open-loop") || has_part(scenario, "open loop") || rate) {
    c.serving.load = Load::open_loop;
    const std::size_t digits = batch.find_first_of("0123456789");
    c.serving.requests = table.number(row, "requests").value_or(500.0);
    if (rate)
      c.serving.requests_per_s = *rate;
    else if (digits != std::string::npos)
      c.serving.requests_per_s = std::strtod(batch.c_str() + digits, nullptr);
    else if (!has_part(batch, "INF") && !has_part(batch, "inf"))
      c.skipped = "the rate of the open loop is not stated: requests_per_s";
  } else if (scenario == "server" || scenario == "interactive") {
    c.skipped = "an open load under a latency limit needs queueing, which is not modelled";
  } else if (has_part(scenario, "offline") || has_part(scenario, "throughput") ||
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
  read_plan(table, row, c);
  read_load(table, row, c);
  if (!metric.problem.empty()) c.skipped = metric.problem;
  if (c.skipped.empty()) c.skipped = layout_problem(c.model.shape, c.plan);
  if (!model.problem.empty()) c.skipped = model.problem;
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

kernels::ServingResult serve_with(const InferenceCase& measured, const kernels::InferencePlan& plan,
                                  const InferenceCoefficients& coefficients) {
  const kernels::InferenceSetup setup{measured.model, plan, measured.chip,
                                      coefficients.of(measured.chip.generation),
                                      coefficients.of(measured.software)};
  return kernels::serve(setup, measured.serving);
}

namespace {

double in_unit(const InferenceCase& c, const kernels::InferencePlan& plan,
               const kernels::ServingResult& result) {
  const double replicas = std::max(1.0, c.chips / kernels::chips_per_replica(plan));
  const double system_tokens_per_s = result.tokens_per_s * replicas / (c.per_chip ? c.chips : 1.0);
  const double all_tokens = c.serving.input_tokens + c.serving.output_tokens;
  switch (c.metric) {
    case InferenceMetric::tokens_per_s:
      return system_tokens_per_s / c.metric_unit;
    case InferenceMetric::samples_per_s:
      return system_tokens_per_s / c.serving.output_tokens / c.metric_unit;
    case InferenceMetric::total_tokens_per_s:
      return system_tokens_per_s * all_tokens / c.serving.output_tokens / c.metric_unit;
    case InferenceMetric::input_tokens_per_s:
      return system_tokens_per_s * c.serving.input_tokens / c.serving.output_tokens / c.metric_unit;
    case InferenceMetric::time_to_first_token_ms:
      return 1e3 * result.time_to_first_token_s / c.metric_unit;
    case InferenceMetric::tpot_ms:
      return 1e3 * result.tpot_s / c.metric_unit;
    case InferenceMetric::end_to_end_ms:
      return 1e3 *
             (result.time_to_first_token_s + (c.serving.output_tokens - 1.0) * result.tpot_s) /
             c.metric_unit;
  }
  return 0.0;
}

bool is_time(InferenceMetric metric) {
  return metric == InferenceMetric::time_to_first_token_ms || metric == InferenceMetric::tpot_ms ||
         metric == InferenceMetric::end_to_end_ms;
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

}  // namespace

double predict(const InferenceCase& measured, const InferenceCoefficients& coefficients,
               std::string& why) {
  if (measured.plan_known) {
    const auto result = serve_with(measured, measured.plan, coefficients);
    if (!result.fits) why = does_not_fit(result.memory);
    return in_unit(measured, measured.plan, result);
  }
  // Submitters choose the plan for throughput; so does the model. For times the shortest is best.
  double best = 0.0;
  kernels::MemoryMap last;
  for (std::int32_t tensor = 1; tensor <= 8 && tensor <= measured.chips; tensor *= 2) {
    kernels::InferencePlan plan = measured.plan;
    plan.tensor = tensor;
    const auto result = serve_with(measured, plan, coefficients);
    last = result.memory;
    if (!result.fits) continue;
    const double value = in_unit(measured, plan, result);
    const bool is_better = is_time(measured.metric) && best > 0.0 ? value < best : value > best;
    if (is_better) best = value;
  }
  if (best <= 0.0) why = does_not_fit(last);
  return best;
}

}  // namespace tranche
