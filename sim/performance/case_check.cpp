#include "sim/performance/case_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <regex>
#include <span>

#include "sim/catalogue/inference_coefficients.hpp"

namespace tranche {
namespace {

struct Signature {
  CaseSchema schema;
  std::vector<const char*> columns;  // without these the rows mean nothing
};

const std::array<Signature, 3>& signatures() {
  static const std::array<Signature, 3> all = {
      {{CaseSchema::training, {"id", "chip", "n_gpus", "seq_len", "global_batch"}},
       {CaseSchema::inference,
        {"id", "software", "chip", "n_gpus", "model_name", "n_layers", "hidden", "n_heads",
         "weight_precision", "input_len", "output_len", "scenario", "metric", "value", "unit"}},
       {CaseSchema::memory_bound,
        {"id", "kernel_app", "chip", "problem_size", "metric", "value", "unit"}}}};
  return all;
}

enum class Need { required, optional, required_if_model_unknown };

struct NumberRule {
  const char* column;
  Need need;
  double low, high;
  bool whole;
};

constexpr double many = 1e9;
constexpr NumberRule training_rules[] = {
    {"n_gpus", Need::required, 1, 1e7, true},
    {"n_layers", Need::required, 1, 1e4, true},
    {"hidden", Need::required, 1, 1e6, true},
    {"n_heads", Need::required, 1, 1e5, true},
    {"seq_len", Need::required, 1, 1e8, false},
    {"global_batch", Need::required, 1, many, false},
    {"gated_mlp", Need::required, 0, 1, true},
    {"gpus_per_node", Need::optional, 1, 1e5, true},
    {"n_kv_heads", Need::optional, 1, 1e5, true},
    {"head_dim", Need::optional, 1, 1e5, true},
    {"ffn_hidden", Need::optional, 1, 1e7, true},
    {"vocab", Need::optional, 1, 1e8, true},
    {"n_experts", Need::optional, 0, 1e5, true},
    {"top_k", Need::optional, 0, 1e4, true},
    {"micro_batch", Need::optional, 1, 1e6, true},
    {"TP", Need::optional, 1, 1e4, true},
    {"PP", Need::optional, 1, 1e4, true},
    {"CP", Need::optional, 1, 1e4, true},
    {"EP", Need::optional, 0, 1e4, true},
    {"DP", Need::optional, 0, 1e7, true},
    {"VP", Need::optional, 0, 1e4, true},
    {"derived_tokens_per_s_per_gpu", Need::optional, 1e-9, 1e12, false},
    {"measured_tokens_per_s_per_gpu", Need::optional, 1e-9, 1e12, false}};
constexpr NumberRule inference_rules[] = {
    {"n_gpus", Need::required, 1, 1e7, true},
    {"n_layers", Need::required, 1, 1e4, true},
    {"hidden", Need::required, 1, 1e6, true},
    {"n_heads", Need::required, 1, 1e5, true},
    {"n_kv_heads", Need::required_if_model_unknown, 1, 1e5, true},
    {"head_dim", Need::required_if_model_unknown, 1, 1e5, true},
    {"ffn_hidden", Need::required_if_model_unknown, 1, 1e7, true},
    {"vocab", Need::required_if_model_unknown, 1, 1e8, true},
    {"n_experts", Need::optional, 0, 1e5, true},
    {"top_k", Need::optional, 0, 1e4, true},
    {"TP", Need::optional, 1, 1e4, true},
    {"PP", Need::optional, 1, 1e4, true},
    {"DP", Need::optional, 0, 1e6, true},
    {"EP", Need::optional, 0, 1e4, true},
    {"params_total", Need::optional, 1, 1e16, false},
    {"value", Need::optional, 1e-12, 1e15, false}};
constexpr NumberRule memory_bound_rules[] = {{"n_gpus", Need::optional, 1, 1e7, true},
                                             {"value", Need::optional, 1e-12, 1e18, false}};

// Words that tables write where they know nothing.
bool is_blank(const std::string& text) {
  static constexpr const char* words[] = {"",   "-",   "?",    "unknown", "UNKNOWN", "n/a",
                                          "na", "N/A", "none", "nan",     "NaN"};
  return std::any_of(std::begin(words), std::end(words),
                     [&](const char* word) { return text == word; });
}

std::span<const NumberRule> rules_of(CaseSchema schema) {
  if (schema == CaseSchema::training) return training_rules;
  if (schema == CaseSchema::inference) return inference_rules;
  return memory_bound_rules;
}

// The catalogue's model of a name, also with a longer suffix ("deepseek-r1-0528").
const ModelEntry* known_model(const Catalogue& catalogue, std::string name) {
  while (!name.empty()) {
    if (const ModelEntry* model = catalogue.find_model(name)) return model;
    const std::size_t cut = name.find_last_of("-.");
    name.resize(cut == std::string::npos ? 0 : cut);
  }
  return nullptr;
}

// Latent attention is written as a text in the column of the head width: with its widths
// in training cases, else the model must be in the catalogue.
bool is_latent(const NumberRule& rule, const std::string& text, CaseSchema schema,
               const ModelEntry* model) {
  if (std::string_view(rule.column) != "head_dim" || !text.starts_with("MLA")) return false;
  static const std::regex widths(R"(MLA qk\d{1,5}/v\d{1,5}\b.*)");
  if (schema == CaseSchema::training) return std::regex_match(text, widths);
  return model != nullptr && model->shape.attention == kernels::Attention::latent;
}

std::string number_problem(const NumberRule& rule, const std::string& text,
                           std::optional<double> number) {
  if (!number || !std::isfinite(*number))
    return fmt::format("{} `{}` is not a number", rule.column, text);
  if (*number < rule.low || *number > rule.high)
    return fmt::format("{} `{}` is out of range", rule.column, text);
  if (rule.whole && *number != std::floor(*number))
    return fmt::format("{} `{}` is not a whole number", rule.column, text);
  return {};
}

double number_or(const CsvTable& table, std::size_t row, const char* column, double otherwise) {
  const auto value = table.number(row, column);
  return value && *value > 0 ? *value : otherwise;
}

std::string training_layout_problem(const CsvTable& table, std::size_t row) {
  const auto get = [&](const char* column) { return number_or(table, row, column, 1.0); };
  const double chips = get("n_gpus"), tensor = get("TP"), pipeline = get("PP");
  const double ranks = tensor * pipeline * get("CP");
  if (std::fmod(chips, ranks) != 0.0)
    return fmt::format("TP x PP x CP = {:.0f} does not divide {:.0f} chips", ranks, chips);
  if (std::fmod(get("n_heads"), tensor) != 0.0)
    return fmt::format("TP {:.0f} does not divide {:.0f} heads", tensor, get("n_heads"));
  if (pipeline > get("n_layers"))
    return fmt::format("PP {:.0f} is above {:.0f} layers", pipeline, get("n_layers"));
  const double replicas = chips / ranks;
  if (get("global_batch") < replicas)
    return fmt::format("a batch of {:.0f} is smaller than its {:.0f} data-parallel replicas",
                       get("global_batch"), replicas);
  const auto micro_batch = table.number(row, "micro_batch");
  if (micro_batch && get("global_batch") < replicas * *micro_batch)
    return fmt::format("a batch of {:.0f} has no whole micro-batch of {:.0f} for {:.0f} replicas",
                       get("global_batch"), *micro_batch, replicas);
  if (number_or(table, row, "n_experts", 0) > 1 && number_or(table, row, "top_k", 0) < 1)
    return "top_k";
  return {};
}

// Texts of MLPerf and vendors' pages that stand for a data set whose mean lengths are known.
bool names_data_set(const std::string& text) {
  const auto words = {"dataset", "OpenOrca", "CNN"};
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

std::string inference_layout_problem(const CsvTable& table, std::size_t row) {
  const auto get = [&](const char* column) { return number_or(table, row, column, 1.0); };
  if (get("TP") * get("PP") > get("n_gpus"))
    return fmt::format("TP x PP = {:.0f} is above {:.0f} chips", get("TP") * get("PP"),
                       get("n_gpus"));
  if (number_or(table, row, "n_experts", 0) > 0 && number_or(table, row, "top_k", 0) < 1)
    return "top_k";
  for (const char* column : {"input_len", "output_len"}) {
    const std::string text = table.field(row, column);
    const auto length = table.number(row, column);
    if (is_blank(text)) return column;
    if (!length && !names_data_set(text))
      return fmt::format("{} `{}` is neither a number nor a known data set", column, text);
    if (length && !(*length > 0 && *length < many))
      return fmt::format("{} `{}` is out of range", column, text);
  }
  const std::string cache = table.field(row, "kv_precision");
  const auto known = {"fp16", "bf16", "fp8", "int8", "fp4", "mxfp4", "nvfp4", "auto"};
  if (!is_blank(cache) && std::none_of(known.begin(), known.end(),
                                       [&](const char* name) { return cache.starts_with(name); }))
    return fmt::format("kv_precision `{}` is not known", cache);
  return {};
}

void add(std::string& list, const std::string& text) { list += (list.empty() ? "" : "; ") + text; }

}  // namespace

const char* schema_name(CaseSchema schema) {
  if (schema == CaseSchema::training) return "training";
  return schema == CaseSchema::inference ? "inference" : "memory-bound";
}

std::optional<CaseSchema> case_schema(const CsvTable& table) {
  for (const Signature& signature : signatures()) {
    const auto has = [&](const char* column) { return table.column(column).has_value(); };
    if (std::all_of(signature.columns.begin(), signature.columns.end(), has))
      return signature.schema;
  }
  return std::nullopt;
}

std::vector<std::string> missing_columns(const CsvTable& table) {
  std::vector<std::string> lines;
  for (const Signature& signature : signatures()) {
    std::string names;
    for (const char* column : signature.columns) {
      if (!table.column(column)) names += fmt::format("{}`{}`", names.empty() ? "" : ", ", column);
    }
    lines.push_back(fmt::format("for {} cases it lacks {}", schema_name(signature.schema), names));
  }
  return lines;
}

std::string row_problem(const CsvTable& table, std::size_t row, CaseSchema schema,
                        const Catalogue& catalogue) {
  std::string missing;
  const ModelEntry* const model = known_model(catalogue, table.field(row, "model_name"));
  for (const NumberRule& rule : rules_of(schema)) {
    const std::string text = table.field(row, rule.column);
    if (is_blank(text)) {
      const bool needed = rule.need == Need::required ||
                          (rule.need == Need::required_if_model_unknown && model == nullptr);
      if (needed) missing += (missing.empty() ? "" : ", ") + std::string(rule.column);
      continue;
    }
    if (is_latent(rule, text, schema, model)) continue;
    const std::string problem = number_problem(rule, text, table.number(row, rule.column));
    if (!problem.empty()) return problem;
  }
  if (schema == CaseSchema::training && is_blank(table.field(row, "precision")))
    missing += (missing.empty() ? "" : ", ") + std::string("precision");
  if (is_blank(table.field(row, "chip")))
    missing += (missing.empty() ? "" : ", ") + std::string("chip");
  if (!missing.empty()) return missing;
  if (number_or(table, row, "n_kv_heads", 1) > number_or(table, row, "n_heads", many))
    return fmt::format("n_kv_heads {} is above n_heads {}", table.field(row, "n_kv_heads"),
                       table.field(row, "n_heads"));
  if (schema == CaseSchema::training) return training_layout_problem(table, row);
  if (schema == CaseSchema::inference) return inference_layout_problem(table, row);
  return {};
}

std::string row_assumptions(const CsvTable& table, std::size_t row, CaseSchema schema) {
  std::string list;
  const auto blank = [&](const char* column) { return is_blank(table.field(row, column)); };
  if (schema == CaseSchema::training) {
    if (blank("vocab")) add(list, "vocabulary of 50257");
    if (blank("ffn_hidden")) add(list, "MLP 4 x hidden");
    if (blank("n_kv_heads")) add(list, "as many KV heads as heads");
    if (blank("zero_stage/FSDP")) add(list, "sharding of its year");
    if (blank("sequence_parallel") && number_or(table, row, "TP", 1) > 1)
      add(list, "sequence parallelism of its year");
  }
  if (schema == CaseSchema::inference) {
    if (blank("TP")) add(list, "best tensor parallelism");
    if (names_data_set(table.field(row, "input_len")) ||
        names_data_set(table.field(row, "output_len")))
      add(list, "mean lengths of the data set");
    if (blank("kv_precision")) add(list, "KV cache as the software sets it");
    const std::string software = table.field(row, "software");
    const bool vllm =
        software.find("vllm") != std::string::npos || software.find("vLLM") != std::string::npos;
    if (serving_software_of(software) == ServingSoftware::vllm_v1 && !vllm)
      add(list, "software as vllm_v1");
  }
  return list;
}

}  // namespace tranche
