// SPDX-License-Identifier: Apache-2.0
#include "sim/api/compare.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "sim/api/implementation/files.hpp"
#include "sim/api/implementation/names.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/performance/compare/report.hpp"

namespace tranche::api {

struct Comparison::State {
  std::shared_ptr<const Data::State> data;
  std::vector<std::string> chips;
  tranche::ServingOptions serving;
  std::vector<tranche::ComparisonRow> compared;
  std::vector<ComparisonRow> rows;
};

namespace {

constexpr const char* known_formats =
    "accepted: `best`, `bf16`, `fp16`, `fp8`, `int8`, `fp4`, `mxfp4`, `int4`";

void require_positive(const char* what, double value) {
  if (!(value > 0.0)) throw RequestRefused(fmt::format("{:g} {}: not above zero", value, what));
}

tranche::ServingOptions serving_of(const ServingOptions& asked) {
  tranche::ServingOptions options;
  options.formats.precision = asked.precision;
  if (!asked.precision.empty() && asked.precision != "best" && !stored_format(asked.precision))
    throw RequestRefused(fmt::format("unknown precision `{}`", asked.precision), {known_formats});
  if (!asked.kv_precision.empty()) {
    options.formats.cache = stored_format(asked.kv_precision);
    if (!options.formats.cache)
      throw RequestRefused(fmt::format("unknown precision `{}`", asked.kv_precision),
                           {known_formats});
  }
  if (!asked.software.empty()) options.software = serving_software_of(asked.software);
  require_positive("tokens of a prompt", asked.input_tokens);
  require_positive("tokens of an output", asked.output_tokens);
  options.input_tokens = asked.input_tokens;
  options.output_tokens = asked.output_tokens;
  if (asked.max_tpot_s) {
    if (asked.sequences)
      throw RequestRefused("sequences and a time per token say both how many sequences run",
                           {"leave one out"});
    require_positive("seconds per token", *asked.max_tpot_s);
    options.max_tpot_s = asked.max_tpot_s;
    options.sequences.reset();
  }
  if (asked.sequences) {
    require_positive("sequences", *asked.sequences);
    options.sequences = asked.sequences;
  }
  options.layout = {.tensor = asked.tensor,
                    .pipeline = asked.pipeline,
                    .expert = asked.expert,
                    .attention_data_parallel = asked.attention_data_parallel};
  return options;
}

Cell cell_of(const ComparisonCell& cell) {
  return {.chip = cell.chip,
          .is_possible = cell.possible,
          .value = cell.value,
          .ratio = cell.ratio,
          .bound = cell.bound,
          .why = cell.why,
          .per_usd = cell.per_dollar,
          .per_w = cell.per_watt,
          .formats = cell.how.formats,
          .layout = cell.how.layout,
          .memory = cell.how.memory,
          .software = cell.how.software,
          .replica_chips = cell.how.replica_chips,
          .sequences = cell.how.sequences,
          .tpot_s = cell.how.tpot_s,
          .assumed = cell.how.assumed,
          .evidence = support_of(cell.how.prediction),
          .ratio_low = cell.ratio.value_or(0.0) * cell.ratio_interval.low,
          .ratio_high = cell.ratio.value_or(0.0) * cell.ratio_interval.high};
}

std::vector<tranche::ComparisonRow> rows_of(const Data::State& data,
                                            const std::vector<std::string>& chips,
                                            const std::vector<std::string>& workloads,
                                            const tranche::ServingOptions& serving) {
  return tranche::compare(chips, workloads,
                          {data.catalogue, inference_coefficients(data), memory_bound_model(data),
                           &training_coefficients(data), &evidence(data), serving});
}

Comparison compared(const Data& data, const std::vector<std::string>& chips,
                    std::vector<std::string> workloads, const ServingOptions& serving) {
  if (chips.size() < 2)
    throw RequestRefused("one chip alone cannot be compared", {"name two or more"});
  if (workloads.empty()) {
    workloads = default_comparison(data.state()->catalogue);
    workloads.insert(workloads.begin(), {"train:llama-3.1-70b", "train:llama-3.1-405b"});
  }
  Comparison::State state{.data = data.state(),
                          .chips = chips,
                          .serving = serving_of(serving),
                          .compared = {},
                          .rows = {}};
  state.compared = rows_of(*state.data, chips, workloads, state.serving);
  for (const tranche::ComparisonRow& row : state.compared) {
    ComparisonRow made{.workload = row.workload, .unit = row.unit, .cells = {}};
    for (const ComparisonCell& cell : row.cells) made.cells.push_back(cell_of(cell));
    state.rows.push_back(std::move(made));
  }
  return Comparison(std::make_shared<const Comparison::State>(std::move(state)));
}

std::string workload_of(const ServeRequest& request) {
  switch (request.task) {
    case ServedTask::decode:
      return "decode:" + request.model;
    case ServedTask::prefill:
      return "prefill:" + request.model;
    case ServedTask::serve:
      break;
  }
  return "serve:" + request.model;
}

Served served(const Data::State& data, const ServeRequest& request) {
  const std::vector<tranche::ComparisonRow> rows =
      rows_of(data, {request.chip}, {workload_of(request)}, serving_of(request.options));
  const ComparisonCell& cell = rows.front().cells.front();
  return {.is_possible = cell.possible,
          .tokens_per_s_per_chip = cell.value,
          .tpot_s = cell.how.tpot_s,
          .sequences = cell.how.sequences,
          .replica_chips = cell.how.replica_chips,
          .layout = cell.how.layout,
          .formats = cell.how.formats,
          .memory = cell.how.memory,
          .software = cell.how.software,
          .bound = cell.bound,
          .why = cell.why,
          .assumed = cell.how.assumed,
          .evidence = support_of(cell.how.prediction)};
}

}  // namespace

const std::vector<ComparisonRow>& Comparison::rows() const { return state_->rows; }

Expected<Cell> Comparison::at(const std::string& workload, const std::string& chip) const {
  return guarded([&] {
    std::vector<std::string> workloads, chips;
    for (const ComparisonRow& row : state_->rows) workloads.push_back(row.workload);
    const std::size_t row = index_of_name(workload, workloads, "workload", "workloads compared");
    for (const Cell& cell : state_->rows[row].cells) chips.push_back(cell.chip);
    return state_->rows[row].cells[index_of_name(chip, chips, "chip", "chips compared")];
  });
}

std::string Comparison::text(TextFormat format) const {
  if (format == TextFormat::table) return comparison_text(state_->compared, state_->serving);
  return format_table(comparison_table(state_->compared), format_of(format));
}

Expected<Written> Comparison::write(const std::string& folder, const ReportTemplate& report) const {
  return guarded([&] {
    const TextTable table = comparison_table(state_->compared);
    FileSet files(folder);
    files.write("compare.csv", csv_text(table));
    files.write("compare.json", format_table(table, tranche::TextFormat::json));
    files.write("roofline.csv",
                csv_text(roofline_table(state_->chips, state_->compared, state_->data->catalogue)));
    return published(files, report);
  });
}

Expected<Comparison> compare(const Data& data, const std::vector<std::string>& chips,
                             const std::vector<std::string>& workloads,
                             const ServingOptions& serving) {
  return guarded([&] { return compared(data, chips, workloads, serving); });
}

Expected<Served> serve(const Data& data, const ServeRequest& request) {
  return guarded([&] { return served(*data.state(), request); });
}

}  // namespace tranche::api
