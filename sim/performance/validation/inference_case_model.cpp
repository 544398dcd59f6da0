// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/inference_case_model.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "kernels/models/transformer/model_counts.hpp"
#include "sim/catalogue/names_in_use.hpp"
#include "sim/catalogue/number_formats.hpp"

namespace tranche {
namespace {

using kernels::Precision;

bool agrees(const CsvTable& table, std::size_t row, const char* column, std::int32_t own) {
  return whole_number(table, row, column, own) == own;
}

bool has_shape_of(const CsvTable& table, std::size_t row, const ModelEntry& model) {
  return agrees(table, row, "n_layers", model.shape.layers) &&
         agrees(table, row, "hidden", model.shape.hidden);
}

// Experts of a catalogue MoE model: the row's numbers, else the catalogue's. A width equal to the
// catalogue's width of dense layers is not that of the experts.
void read_experts(const CsvTable& table, std::size_t row, const kernels::ModelParams& known,
                  kernels::ModelParams& shape) {
  shape.experts = whole_number(table, row, "n_experts", known.experts);
  shape.experts_active = whole_number(table, row, "top_k", known.experts_active);
  const std::int32_t width = whole_number(table, row, "ffn_hidden", known.expert_ffn_hidden);
  const bool is_dense_width =
      !table.number(row, "n_experts") && known.ffn_hidden > 0 && width == known.ffn_hidden;
  shape.expert_ffn_hidden = is_dense_width ? known.expert_ffn_hidden : width;
}

// "MLA(kv_lora512+rope64)": a compressed cache of 512 values and a position part of 64. Query rank
// and head sizes of a model that is not in the catalogue are those of DeepSeek-V3, which every
// published model with such a cache but for the query rank shares. False if the cell says
// something else.
bool read_latent(const std::string& cell, kernels::ModelParams& shape) {
  const auto number_after = [&](const char* word) {
    const std::size_t at = cell.find(word);
    if (at == std::string::npos) return 0;
    return static_cast<int>(
        std::strtod(cell.c_str() + at + std::string_view(word).size(), nullptr));
  };
  shape.latent_kv_rank = number_after("kv_lora");
  shape.rope_head_dim = number_after("rope");
  if (!cell.starts_with("MLA") || shape.latent_kv_rank <= 0) return false;
  shape.attention = kernels::Attention::latent;
  shape.latent_query_rank = 1536;
  shape.head_dim = shape.value_head_dim = 128;
  return true;
}

// Shape printed in the row; values without a column (MLA widths, dense layers of MoE models,
// sliding windows) come from the catalogue.
kernels::ModelParams shape_of(const CsvTable& table, std::size_t row, const ModelEntry* known) {
  kernels::ModelParams shape;
  if (known != nullptr) shape = known->shape;
  shape.layers = whole_number(table, row, "n_layers", shape.layers);
  shape.hidden = whole_number(table, row, "hidden", shape.hidden);
  shape.vocab = whole_number(table, row, "vocab", shape.vocab);
  shape.heads = whole_number(table, row, "n_heads", shape.heads);
  const std::string head = table.field(row, "head_dim");
  const bool is_latent = known == nullptr && head.starts_with("MLA") && read_latent(head, shape);
  if (shape.attention != kernels::Attention::latent && !is_latent) {
    shape.kv_heads = whole_number(table, row, "n_kv_heads", shape.kv_heads);
    shape.head_dim = whole_number(table, row, "head_dim", shape.head_dim);
    shape.attention = shape.kv_heads == shape.heads ? kernels::Attention::multi_head
                                                    : kernels::Attention::grouped_query;
  }
  if (known != nullptr && known->shape.experts > 0) {
    read_experts(table, row, known->shape, shape);
    return shape;
  }
  const std::int32_t width = whole_number(table, row, "ffn_hidden", shape.ffn_hidden);
  shape.experts = whole_number(table, row, "n_experts", 0);
  if (shape.experts > 0) {
    shape.experts_active = whole_number(table, row, "top_k", 1);
    shape.expert_ffn_hidden = width;
  } else {
    shape.ffn_hidden = width;
  }
  if (known == nullptr) {
    // Two or three matrices in the MLP: the number that agrees with the printed parameters.
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

bool is_unstated(const std::string& precision) {
  return precision.empty() || precision == "UNSET" || precision == "unknown" || precision == "?";
}

// The two names of 4-bit floating-point formats may denote one set of weights.
bool is_same_format(Precision a, Precision b) {
  const auto four_bit = [](Precision p) { return p == Precision::fp4 || p == Precision::mxfp4; };
  return a == b || (four_bit(a) && four_bit(b));
}

}  // namespace

std::int32_t whole_number(const CsvTable& table, std::size_t row, std::string_view column,
                          std::int32_t otherwise) {
  const auto value = table.number(row, column);
  return value && *value >= 1.0 && *value < 2e9 ? static_cast<std::int32_t>(*value) : otherwise;
}

const ModelEntry* catalogue_model_of(const CsvTable& table, std::size_t row,
                                     const Catalogue& catalogue) {
  const ModelEntry* const model =
      named_model(catalogue.models, table.field(row, "model_name")).model;
  return model != nullptr && has_shape_of(table, row, *model) ? model : nullptr;
}

std::string weights_assumption(const CsvTable& table, std::size_t row, const Catalogue& catalogue) {
  const ModelEntry* const model = catalogue_model_of(table, row, catalogue);
  const Checkpoint* const only = model != nullptr ? only_checkpoint(*model) : nullptr;
  if (only == nullptr) return {};
  const std::string stated = table.field(row, "weight_precision");
  if (is_unstated(stated))
    return fmt::format("{} weights, as {} is published", only->precision, only->name);
  const auto format = stored_format(stated), published = stored_format(only->precision);
  if (!format || !published || is_same_format(*format, *published)) return {};
  return fmt::format("{} weights, though {} is published in {} only", stated, only->name,
                     only->precision);
}

std::string case_model_problem(const CsvTable& table, std::size_t row, const Catalogue& catalogue) {
  const NamedModel named = named_model(catalogue.models, table.field(row, "model_name"));
  const std::string head = table.field(row, "head_dim");
  kernels::ModelParams latent;
  if (catalogue_model_of(table, row, catalogue) == nullptr && !head.empty() &&
      !table.number(row, "head_dim") && !read_latent(head, latent))
    return fmt::format(
        "head_dim `{}` is neither a number nor as in `MLA(kv_lora512+rope64)`: attention of "
        "another "
        "kind is described by an entry of the catalogue of models",
        head);
  if (named.model == nullptr) return {};
  const kernels::ModelParams& own = named.model->shape;
  const auto experts = table.number(row, "n_experts");
  if (own.experts > 0 && !has_shape_of(table, row, *named.model) && !experts)
    return fmt::format(
        "{} has {} layers of width {} and {} experts: state n_experts, top_k and ffn_hidden for "
        "another shape (n_experts 0 for none)",
        named.model->name, own.layers, own.hidden, own.experts);
  if (own.experts > 0 && has_shape_of(table, row, *named.model) && experts && *experts < 1.0)
    return fmt::format("n_experts {}, but {} has {} experts", *experts, named.model->name,
                       own.experts);
  const std::string stated = table.field(row, "weight_precision");
  const auto format = stored_format(stated), named_format = stored_format(named.precision);
  if (format && named_format && !is_same_format(*format, *named_format))
    return fmt::format("weight_precision `{}` contradicts `{}`, which the model's name states",
                       stated, named.precision);
  return {};
}

CaseModel case_model(const CsvTable& table, std::size_t row, const Catalogue& catalogue,
                     bool sets_narrow_cache) {
  const NamedModel named = named_model(catalogue.models, table.field(row, "model_name"));
  const ModelEntry* const known = catalogue_model_of(table, row, catalogue);
  ModelEntry printed;
  printed.shape = shape_of(table, row, known);
  if (known != nullptr) printed.checkpoints = known->checkpoints;
  FormatRequest request{.precision = table.field(row, "weight_precision"),
                        .attention_weights = {},
                        .expert_weights = {},
                        .cache = stored_format(table.field(row, "kv_precision")),
                        .checkpoint = {}};
  if (is_unstated(request.precision)) request.precision = named.precision;
  if (known != nullptr && named.checkpoint != nullptr) request.checkpoint = named.checkpoint->name;
  const Checkpoint* const only = known != nullptr ? only_checkpoint(*known) : nullptr;
  if (is_unstated(request.precision) && only != nullptr) request.precision = only->precision;
  CaseModel result;
  result.served.shape = printed.shape;
  if (const auto served = served_model(printed, request, sets_narrow_cache))
    result.served = *served;
  else if (is_unstated(request.precision))
    result.problem = "the weight precision is not stated";
  else
    result.problem = fmt::format(
        "weight_precision `{}` is not one of fp16, bf16, fp8, mxfp8, int8, fp4, mxfp4, nvfp4, int4",
        request.precision);
  return result;
}

}  // namespace tranche
