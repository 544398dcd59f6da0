// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/case_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "sim/catalogue/names_in_use.hpp"
#include "sim/catalogue/precisions.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/validation/case_layout.hpp"
#include "sim/performance/validation/inference_case_model.hpp"
#include "sim/performance/validation/inference_datasets.hpp"
#include "sim/performance/validation/training_cases.hpp"

namespace tranche {
namespace {

constexpr CaseSchema schemas[] = {CaseSchema::training, CaseSchema::inference,
                                  CaseSchema::memory_bound};

// True if the head width column states latent attention as text: with its widths in training cases,
// else the model must be in the catalogue.
bool is_latent(const CaseColumn& column, const std::string& text, CaseSchema schema,
               const ModelEntry* model) {
  if (std::string_view(column.name) != "head_dim" || !text.starts_with("MLA")) return false;
  static const std::regex widths(R"(MLA qk\d{1,5}/v\d{1,5}\b.*)");
  if (schema == CaseSchema::training) return std::regex_match(text, widths);
  return model != nullptr && model->shape.attention == kernels::Attention::latent;
}

std::string number_problem(const CaseColumn& column, const std::string& text,
                           std::optional<double> number) {
  if (!number || !std::isfinite(*number))
    return fmt::format("{} `{}` is not a number", column.name, text);
  if (*number < column.low || *number > column.high)
    return fmt::format("{} `{}` is out of range", column.name, text);
  if (column.is_whole && *number != std::floor(*number))
    return fmt::format("{} `{}` is not a whole number", column.name, text);
  return {};
}

double number_or(const CsvTable& table, std::size_t row, const char* column, double otherwise) {
  const auto value = table.number(row, column);
  return value && *value > 0 ? *value : otherwise;
}

// Texts of MLPerf and vendors for data sets with known mean lengths.
bool names_data_set(const std::string& text) {
  const auto words = {"dataset", "OpenOrca", "CNN"};
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

std::string lengths_problem(const CsvTable& table, std::size_t row) {
  constexpr double longest_tokens = 1e9;
  for (const char* column : {"input_len", "output_len"}) {
    const std::string text = table.field(row, column);
    const auto length = table.number(row, column);
    // A decode pool without an output length is a step at the stated context.
    if (is_blank(text) && table.field(row, "scenario") == "disaggregated decode" &&
        std::string_view(column) == "output_len")
      continue;
    if (is_blank(text)) return fmt::format("missing {}", column);
    if (!length && !names_data_set(text))
      return fmt::format(
          "{} `{}` is neither a number nor a known data set: `dataset` stands for that of MLPerf "
          "for {}",
          column, text, data_set_names());
    if (length && !(*length > 0 && *length < longest_tokens))
      return fmt::format("{} `{}` is out of range", column, text);
  }
  return {};
}

std::string inference_problem(const CsvTable& table, std::size_t row, const Catalogue& catalogue,
                              const ModelEntry* model) {
  std::string problem = case_model_problem(table, row, catalogue);
  if (problem.empty()) problem = inference_layout_problem(table, row, model);
  const bool is_known_mixture = model != nullptr && model->shape.experts > 0;
  if (problem.empty() && number_or(table, row, "n_experts", 0) > 0 && !is_known_mixture &&
      number_or(table, row, "top_k", 0) < 1)
    problem = "missing top_k";
  if (problem.empty()) problem = lengths_problem(table, row);
  if (!problem.empty()) return problem;
  const std::string cache = table.field(row, "kv_precision");
  std::vector<std::string> known = precision_names(as_cache);
  known.emplace_back("auto");
  if (!is_blank(cache) && std::none_of(known.begin(), known.end(), [&](const std::string& name) {
        return cache.starts_with(name);
      }))
    return fmt::format("kv_precision `{}` is not known: one of {}", cache, fmt::join(known, ", "));
  return {};
}

// Refuses only measures that sources define differently.
std::string training_measure_problem(const CsvTable& table, std::size_t row) {
  for (const char* column :
       {"derived_tokens_per_s_per_gpu", "measured_tokens_per_s_per_gpu", "measured_step_time_s"})
    if (table.number(row, column)) return {};
  for (const char* column : {"measured_tflops_per_gpu", "measured_mfu"})
    if (table.number(row, column))
      return fmt::format(
          "{} alone is no measurement to compare with, as sources count operations "
          "differently: give measured_step_time_s or measured_tokens_per_s_per_gpu",
          column);
  return {};
}

// An MoE model of the catalogue is not trained as a dense model if its experts are blank.
std::string experts_problem(const CsvTable& table, std::size_t row, const Catalogue& catalogue) {
  if (training_model_of(table, row, catalogue) != nullptr) return {};
  const ModelEntry* const model = catalogue_model_of(table, row, catalogue);
  if (model == nullptr || model->shape.experts == 0 || number_or(table, row, "n_experts", 0) > 0)
    return {};
  return fmt::format("{} has {} experts: state n_experts {}, top_k {} and ffn_hidden {}",
                     model->name, model->shape.experts, model->shape.experts,
                     model->shape.experts_active, model->shape.expert_ffn_hidden);
}

std::string training_problem(const CsvTable& table, std::size_t row, const Catalogue& catalogue,
                             const ModelEntry* model) {
  std::string problem = training_layout_problem(table, row, model);
  if (problem.empty()) problem = experts_problem(table, row, catalogue);
  if (problem.empty() && number_or(table, row, "n_experts", 0) > 1 &&
      number_or(table, row, "top_k", 0) < 1)
    problem = "missing top_k";
  for (const auto& [column, words] :
       {std::pair{"stack", std::pair{"fused", "eager"}},
        std::pair{"attention_kernel", std::pair{"fused", "unfused"}}}) {
    const std::string text = table.field(row, column);
    if (problem.empty() && !is_blank(text) && text != words.first && text != words.second)
      problem =
          fmt::format("{} `{}` is neither {} nor {}", column, text, words.first, words.second);
  }
  return problem.empty() ? training_measure_problem(table, row) : problem;
}

// Reports missing values that the catalogue has for a recognised name.
std::string unknown_model(const CsvTable& table, std::size_t row, CaseSchema schema,
                          const Catalogue& catalogue) {
  const std::string name = table.field(row, "model_name");
  if (schema == CaseSchema::memory_bound || is_blank(name) ||
      named_model(catalogue.models, name).model != nullptr)
    return {};
  const std::string nearest = nearest_name(name, catalogue.model_names());
  return fmt::format(", and the catalogue has no model `{}`{}", name,
                     nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest));
}

void add(std::string& list, const std::string& text) { list += (list.empty() ? "" : "; ") + text; }

}  // namespace

std::optional<CaseSchema> case_schema(const CsvTable& table) {
  for (const CaseSchema schema : schemas) {
    const auto columns = columns_of(schema);
    const auto is_there = [&](const CaseColumn& column) {
      return !column.tells_kind || table.column(column.name).has_value();
    };
    if (std::all_of(columns.begin(), columns.end(), is_there)) return schema;
  }
  return std::nullopt;
}

std::vector<std::string> missing_columns(const CsvTable& table) {
  std::vector<std::string> lines;
  for (const CaseSchema schema : schemas) {
    std::string names;
    for (const CaseColumn& column : columns_of(schema)) {
      if (column.tells_kind && !table.column(column.name))
        names += fmt::format("{}`{}`", names.empty() ? "" : ", ", column.name);
    }
    lines.push_back(fmt::format("for {} cases it lacks {}", schema_name(schema), names));
  }
  return lines;
}

std::string row_problem(const CsvTable& table, std::size_t row, CaseSchema schema,
                        const Catalogue& catalogue) {
  std::string missing;
  const ModelEntry* const model =
      schema == CaseSchema::inference  ? catalogue_model_of(table, row, catalogue)
      : schema == CaseSchema::training ? training_model_of(table, row, catalogue)
                                       : nullptr;
  for (const CaseColumn& column : columns_of(schema)) {
    const std::string text = table.field(row, column.name);
    if (is_blank(text)) {
      const bool needed =
          column.need == ColumnNeed::required ||
          (column.need == ColumnNeed::required_if_model_unknown && model == nullptr);
      if (needed) missing += (missing.empty() ? "" : ", ") + std::string(column.name);
      continue;
    }
    if (!column.is_number || is_latent(column, text, schema, model)) continue;
    const std::string problem = number_problem(column, text, table.number(row, column.name));
    if (!problem.empty()) return problem;
  }
  if (!missing.empty()) return "missing " + missing + unknown_model(table, row, schema, catalogue);
  if (number_or(table, row, "n_kv_heads", 1) > number_or(table, row, "n_heads", 1e9))
    return fmt::format("n_kv_heads {} is above n_heads {}", table.field(row, "n_kv_heads"),
                       table.field(row, "n_heads"));
  if (schema == CaseSchema::training) return training_problem(table, row, catalogue, model);
  if (schema == CaseSchema::inference) return inference_problem(table, row, catalogue, model);
  return {};
}

std::string row_assumptions(const CsvTable& table, std::size_t row, CaseSchema schema,
                            const Catalogue& catalogue) {
  std::string list;
  const auto blank = [&](const char* column) { return is_blank(table.field(row, column)); };
  if (schema == CaseSchema::training) {
    if (const ModelEntry* const known = training_model_of(table, row, catalogue)) {
      add(list, "shape of " + known->name);
    } else {
      if (blank("vocab")) add(list, "vocabulary of 50257");
      if (blank("ffn_hidden")) add(list, "MLP 4 x hidden");
      if (blank("n_kv_heads")) add(list, "as many KV heads as heads");
    }
    if (blank("zero_stage/FSDP")) add(list, "sharding of its year");
    if (blank("sequence_parallel") && number_or(table, row, "TP", 1) > 1)
      add(list, "sequence parallelism of its year");
    if (const std::string stages =
            uneven_stages(table, row, training_model_of(table, row, catalogue));
        !stages.empty())
      add(list, stages);
  }
  if (schema == CaseSchema::inference) {
    if (blank("TP")) add(list, "best tensor parallelism");
    if (names_data_set(table.field(row, "input_len")) ||
        names_data_set(table.field(row, "output_len")))
      add(list, "mean lengths of the data set");
    if (blank("kv_precision")) add(list, "KV cache as the software sets it");
    if (const ModelEntry* const own = catalogue_model_of(table, row, catalogue);
        own != nullptr && !own->not_modelled.empty())
      add(list, "not modelled: " + own->not_modelled);
    if (const std::string weights = weights_assumption(table, row, catalogue); !weights.empty())
      add(list, weights);
    const ModelEntry* const model = catalogue_model_of(table, row, catalogue);
    if (model != nullptr && model->shape.experts > 0 && blank("n_experts"))
      add(list, "experts of the catalogue");
    const std::string software = table.field(row, "software");
    const bool vllm =
        software.find("vllm") != std::string::npos || software.find("vLLM") != std::string::npos;
    if (serving_software_of(software) == ServingSoftware::vllm_v1 && !vllm)
      add(list, "software as vllm_v1");
  }
  return list;
}

}  // namespace tranche
