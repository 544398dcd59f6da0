#include "sim/performance/inference_cases.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "sim/catalogue/number_formats.hpp"
#include "sim/performance/inference_case_rules.hpp"
#include "sim/performance/inference_datasets.hpp"

namespace tranche {
namespace {

using kernels::Load;
using kernels::Precision;

bool has_part(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::int32_t whole(const CsvTable& table, std::size_t row, std::string_view column,
                   std::int32_t otherwise) {
  const auto value = table.number(row, column);
  return value && *value >= 1.0 ? static_cast<std::int32_t>(*value) : otherwise;
}

// The catalogue's entry of a model, also under a name with a longer suffix
// ("deepseek-r1-0528"), when layers and width agree with the row.
const ModelEntry* known_model(const Catalogue& catalogue, std::string name, double layers,
                              double hidden) {
  while (!name.empty()) {
    const ModelEntry* entry = catalogue.find_model(name);
    if (entry != nullptr && entry->shape.layers == layers && entry->shape.hidden == hidden) {
      return entry;
    }
    const std::size_t cut = name.find_last_of("-.");
    name.resize(cut == std::string::npos ? 0 : cut);
  }
  return nullptr;
}

// The shape printed in the row; what a row cannot say (MLA widths, dense layers of MoE
// models, sliding windows) comes from the catalogue.
kernels::ModelParams shape_of(const CsvTable& table, std::size_t row, const ModelEntry* known) {
  kernels::ModelParams shape;
  if (known != nullptr) shape = known->shape;
  shape.layers = whole(table, row, "n_layers", shape.layers);
  shape.hidden = whole(table, row, "hidden", shape.hidden);
  shape.vocab = whole(table, row, "vocab", shape.vocab);
  shape.heads = whole(table, row, "n_heads", shape.heads);
  if (shape.attention != kernels::Attention::latent) {
    shape.kv_heads = whole(table, row, "n_kv_heads", shape.kv_heads);
    shape.head_dim = whole(table, row, "head_dim", shape.head_dim);
    shape.attention = shape.kv_heads == shape.heads ? kernels::Attention::multi_head
                                                    : kernels::Attention::grouped_query;
  }
  const std::int32_t width = whole(table, row, "ffn_hidden", shape.ffn_hidden);
  shape.experts = whole(table, row, "n_experts", 0);
  if (shape.experts > 0) {
    shape.experts_active = whole(table, row, "top_k", 1);
    shape.expert_ffn_hidden = width;
  } else {
    shape.ffn_hidden = width;
  }
  if (known == nullptr) {
    // Two or three matrices in the MLP: whichever agrees with the printed parameters.
    const double total = table.number(row, "params_total").value_or(0.0);
    const auto parameters = [&](bool gated) {
      shape.gated_mlp = gated;
      return kernels::total_parameters(shape);
    };
    const double off_plain = std::abs(parameters(false) - total);
    shape.gated_mlp = std::abs(parameters(true) - total) <= off_plain;
  }
  return shape;
}

// Layout: `DP` with `EP` is attention data parallelism, otherwise whole copies.
void read_plan(const CsvTable& table, std::size_t row, InferenceCase& c) {
  c.plan_known = !table.field(row, "TP").empty();
  c.plan.tensor = whole(table, row, "TP", 1);
  c.plan.pipeline = whole(table, row, "PP", 1);
  c.plan.expert = whole(table, row, "EP", 1);
  const std::int32_t data = whole(table, row, "DP", 1);
  if (c.model.shape.experts > 0 && c.plan.expert > 1 && data > 1) c.plan.attention_data = data;
  if (c.model.shape.experts > 0 && has_part(table.field(row, "notes"), "attention-DP") &&
      c.plan.attention_data == 1) {
    c.plan.attention_data = c.plan.tensor;
    c.plan.expert = c.plan.tensor;
    c.plan.tensor = 1;
  }
}

void read_load(const CsvTable& table, std::size_t row, InferenceCase& c) {
  const std::string scenario = table.field(row, "scenario");
  const std::string batch = table.field(row, "batch_or_concurrency");
  const auto number = table.number(row, "batch_or_concurrency");
  c.serving.concurrency = number.value_or(0.0);
  if (has_part(scenario, "static batch") || has_part(scenario, "latency (batch 1)")) {
    c.serving.load = Load::static_batch;
    if (!number) c.skipped = "the batch is not a number";
  } else if (has_part(scenario, "closed loop")) {
    c.serving.load = Load::closed_loop;
    if (!number) c.skipped = "the concurrency is not a number";
  } else if (has_part(batch, "open-loop")) {
    c.serving.load = Load::open_loop;
    const std::size_t digits = batch.find_first_of("0123456789");
    c.serving.requests = 500.0;
    if (digits != std::string::npos) {
      c.serving.requests_per_s = std::strtod(batch.c_str() + digits, nullptr);
    }
  } else if (scenario == "server" || scenario == "interactive") {
    c.skipped = "an open load under a latency limit needs queueing, which is not modelled";
  } else {
    c.serving.load = Load::saturated;
    c.serving.requests = requests_in_run(c.software, batch, table.field(row, "notes"),
                                         c.serving.input_tokens, c.serving.output_tokens);
  }
}

void read_metric(const CsvTable& table, std::size_t row, InferenceCase& c) {
  const std::string metric = table.field(row, "metric");
  const std::string unit = table.field(row, "unit");
  c.per_chip = unit.ends_with("/GPU") || unit.ends_with("/gpu");
  if (has_part(metric, "first_token") || has_part(metric, "ttft")) {
    c.metric = InferenceMetric::time_to_first_token_ms;
  } else if (has_part(metric, "tpot") || has_part(metric, "inter_token")) {
    c.metric = InferenceMetric::time_per_token_ms;
  } else if (unit.starts_with("samples/s") || unit.starts_with("queries/s") ||
             unit.starts_with("req/s")) {
    c.metric = InferenceMetric::samples_per_s;
  } else if (unit.starts_with("tok/s") || unit.starts_with("tokens/s")) {
    c.metric = InferenceMetric::tokens_per_s;
  } else {
    c.skipped = "the unit `" + std::string(unit) + "` is not one of tok/s, samples/s, ms";
  }
}

// The formats that the row states; where its model is in the catalogue, those of the usual
// checkpoint.
void read_precisions(const CsvTable& table, std::size_t row, const ModelEntry* known,
                     InferenceCase& c) {
  ModelEntry printed;
  printed.shape = c.model.shape;
  if (known != nullptr) printed.checkpoints = known->checkpoints;
  const FormatRequest request{.precision = table.field(row, "weight_precision"),
                              .attention_weights = {},
                              .expert_weights = {},
                              .cache = stored_format(table.field(row, "kv_precision"))};
  const auto served = served_model(printed, request, sets_narrow_cache(c.software));
  if (served)
    c.model = *served;
  else
    c.skipped = "the weight precision is not stated";
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
  const ModelEntry* const known =
      known_model(catalogue, c.model_name, table.number(row, "n_layers").value_or(0.0),
                  table.number(row, "hidden").value_or(0.0));
  c.model.shape = shape_of(table, row, known);
  read_precisions(table, row, known, c);
  const Lengths lengths =
      lengths_of(c.model_name, table.field(row, "input_len"), table.field(row, "output_len"));
  c.serving.input_tokens = lengths.input_tokens;
  c.serving.output_tokens = lengths.output_tokens;
  c.serving.beams = beams_of(c.source, c.model_name);
  std::string precision_skip = c.skipped;
  read_metric(table, row, c);
  read_plan(table, row, c);
  read_load(table, row, c);
  if (!precision_skip.empty()) c.skipped = precision_skip;
  if (c.skipped.empty() && lengths.input_tokens <= 0.0) {
    c.skipped = "the mean lengths of this data set are not known";
  }
  const ChipEntry* chip = catalogue.find_chip(c.chip_name);
  if (chip == nullptr) {
    c.skipped = "unknown chip `" + c.chip_name + "`";
    return c;
  }
  c.chip = chip_params(*chip);
  // Chips sold one by one (PCIe cards, GH200) are linked within the measured server.
  constexpr std::int32_t chips_of_a_server = 8;
  c.chip.scale_up_chips = std::max(c.chip.scale_up_chips, chips_of_a_server);
  if (c.chip.memory_bandwidth_bytes_per_s <= 0.0 || c.chip.memory_capacity_bytes <= 0.0) {
    c.skipped = "the memory of `" + c.chip_name + "` is not known";
  }
  return c;
}

}  // namespace

const std::vector<std::string>& inference_case_columns() {
  static const std::vector<std::string> columns = {
      "id",      "software",         "chip",      "n_gpus",     "model_name", "n_layers", "hidden",
      "n_heads", "weight_precision", "input_len", "output_len", "scenario",   "metric",   "value",
      "unit"};
  return columns;
}

bool has_inference_columns(const CsvTable& table) {
  return std::all_of(inference_case_columns().begin(), inference_case_columns().end(),
                     [&](const std::string& column) { return table.column(column).has_value(); });
}

std::vector<InferenceCase> read_inference_cases(const CsvTable& table, const Catalogue& catalogue) {
  std::vector<InferenceCase> cases;
  cases.reserve(table.rows.size());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    cases.push_back(case_of(table, row, catalogue));
  }
  skip_contradicted(cases);
  return cases;
}

kernels::ServingResult serve_with(const InferenceCase& c, const kernels::InferencePlan& plan,
                                  const InferenceCoefficients& coefficients) {
  const kernels::InferenceSetup setup{c.model, plan, c.chip, coefficients.of(c.chip.generation),
                                      coefficients.of(c.software)};
  return kernels::serve(setup, c.serving);
}

namespace {

double in_unit(const InferenceCase& c, const kernels::InferencePlan& plan,
               const kernels::ServingResult& result) {
  const double copies = std::max(1.0, c.chips / kernels::chips_per_copy(plan));
  const double system_tokens_per_s = result.tokens_per_s * copies / (c.per_chip ? c.chips : 1.0);
  switch (c.metric) {
    case InferenceMetric::tokens_per_s:
      return system_tokens_per_s;
    case InferenceMetric::samples_per_s:
      return system_tokens_per_s / c.serving.output_tokens;
    case InferenceMetric::time_to_first_token_ms:
      return 1e3 * result.time_to_first_token_s;
    case InferenceMetric::time_per_token_ms:
      return 1e3 * result.time_per_token_s;
  }
  return 0.0;
}

}  // namespace

double predict(const InferenceCase& c, const InferenceCoefficients& coefficients,
               std::string& why) {
  if (c.plan_known) {
    const auto result = serve_with(c, c.plan, coefficients);
    if (!result.fits) why = "the model does not fit into the memory of this many chips";
    return in_unit(c, c.plan, result);
  }
  // The submitter chose the plan for throughput; so does the model.
  double best = 0.0;
  for (std::int32_t tensor = 1; tensor <= 8 && tensor <= c.chips; tensor *= 2) {
    kernels::InferencePlan plan = c.plan;
    plan.tensor = tensor;
    const auto result = serve_with(c, plan, coefficients);
    if (result.fits) best = std::max(best, in_unit(c, plan, result));
  }
  if (best <= 0.0) why = "the model does not fit into the memory of this many chips";
  return best;
}

}  // namespace tranche
