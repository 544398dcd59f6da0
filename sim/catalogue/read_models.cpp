// SPDX-License-Identifier: Apache-2.0

// Reads models.toml.
#include <fmt/format.h>

#include "kernels/models/transformer/model_counts.hpp"
#include "sim/catalogue/catalogue_reader.hpp"
#include "sim/catalogue/number_formats.hpp"
#include "sim/catalogue/precisions.hpp"

namespace tranche {
namespace {

std::int32_t required_integer(const CatalogueFile& file, TableReader& reader, std::string_view key,
                              const std::string& subject) {
  const std::optional<std::int32_t> value = reader.integer(key, 1);
  if (!value && reader.where(key).line == reader.where().line) {
    file.problems->error(reader.where(), fmt::format("{} has no `{}`", subject, key));
  }
  return value.value_or(1);
}

void read_attention(TableReader& reader, kernels::ModelParams& shape) {
  const std::string kind =
      reader.choice("attention", {"multi_head", "grouped_query", "latent"}, "grouped_query");
  shape.attention = kind == "latent"       ? kernels::Attention::latent
                    : kind == "multi_head" ? kernels::Attention::multi_head
                                           : kernels::Attention::grouped_query;
  shape.latent_kv_rank = reader.integer("latent_kv_rank", 1).value_or(0);
  shape.latent_query_rank = reader.integer("latent_query_rank", 1).value_or(0);
  shape.rope_head_dim = reader.integer("rope_head_dim", 1).value_or(0);
  shape.value_head_dim = reader.integer("value_head_dim", 1).value_or(0);
  shape.sliding_window = reader.integer("sliding_window", 1).value_or(0);
  shape.sliding_layers = reader.integer("sliding_layers", 1).value_or(0);
  shape.linear_layers = reader.integer("linear_layers", 1).value_or(0);
  shape.linear_key_heads = reader.integer("linear_key_heads", 1).value_or(0);
  shape.linear_value_heads = reader.integer("linear_value_heads", 1).value_or(0);
  shape.linear_head_dim = reader.integer("linear_head_dim", 1).value_or(0);
  shape.linear_gate_rank = reader.integer("linear_gate_rank", 1).value_or(0);
  shape.gated_attention = reader.flag("gated_attention").value_or(false);
  shape.shared_key_value = reader.flag("shared_key_value").value_or(false);
  shape.sliding_kv_heads = reader.integer("sliding_kv_heads", 1).value_or(0);
  shape.sliding_head_dim = reader.integer("sliding_head_dim", 1).value_or(0);
  shape.output_rank = reader.integer("output_rank", 1).value_or(0);
  shape.output_groups = reader.integer("output_groups", 1).value_or(0);
}

// Sparse choice of tokens, compressed caches, state-space layers.
void read_long_context(TableReader& reader, kernels::ModelParams& shape) {
  const auto integer = [&](const char* key) { return reader.integer(key, 1).value_or(0); };
  shape.sparse_top_k = integer("sparse_top_k");
  shape.sparse_layers = integer("sparse_layers");
  shape.index_heads = integer("index_heads");
  shape.index_head_dim = integer("index_head_dim");
  shape.index_layers = integer("index_layers");
  shape.compressed_layers = integer("compressed_layers");
  shape.compression_ratio = integer("compression_ratio");
  shape.heavy_compressed_layers = integer("heavy_compressed_layers");
  shape.heavy_compression_ratio = integer("heavy_compression_ratio");
  shape.ssm_layers = integer("ssm_layers");
  shape.ssm_heads = integer("ssm_heads");
  shape.ssm_head_dim = integer("ssm_head_dim");
  shape.ssm_state = integer("ssm_state");
  shape.ssm_groups = integer("ssm_groups");
}

void read_mlp(TableReader& reader, kernels::ModelParams& shape) {
  shape.ffn_hidden = reader.integer("ffn_hidden", 1).value_or(0);
  shape.gated_mlp = reader.choice("mlp", {"gated", "plain"}, "gated") == "gated";
  shape.experts = reader.integer("experts", 1).value_or(0);
  shape.experts_active = reader.integer("experts_active", 1).value_or(0);
  shape.shared_experts = reader.integer("shared_experts", 1).value_or(0);
  shape.expert_ffn_hidden = reader.integer("expert_ffn_hidden", 1).value_or(0);
  shape.dense_layers = reader.integer("dense_layers", 1).value_or(0);
  shape.mlp_layers = reader.integer("mlp_layers", 1).value_or(0);
  shape.expert_latent = reader.integer("expert_latent", 1).value_or(0);
  shape.shared_expert_ffn_hidden = reader.integer("shared_expert_ffn_hidden", 1).value_or(0);
  shape.mtp_layers = reader.integer("mtp_layers", 1).value_or(0);
}

// A key that means nothing without others, which it then needs.
struct NeededKeys {
  const char* key;
  std::int32_t value;
  std::vector<std::pair<const char*, std::int32_t>> needs;
};

std::vector<NeededKeys> needed_keys(const kernels::ModelParams& m) {
  return {
      {"sparse_top_k",
       m.sparse_top_k,
       {{"index_heads", m.index_heads}, {"index_head_dim", m.index_head_dim}}},
      {"index_heads",
       m.index_heads,
       {{"sparse_top_k", m.sparse_top_k}, {"index_head_dim", m.index_head_dim}}},
      {"compressed_layers",
       m.compressed_layers,
       {{"compression_ratio", m.compression_ratio},
        {"sparse_top_k", m.sparse_top_k},
        {"sliding_window", m.sliding_window}}},
      {"heavy_compressed_layers",
       m.heavy_compressed_layers,
       {{"heavy_compression_ratio", m.heavy_compression_ratio},
        {"sliding_window", m.sliding_window}}},
      {"ssm_layers",
       m.ssm_layers,
       {{"ssm_heads", m.ssm_heads},
        {"ssm_head_dim", m.ssm_head_dim},
        {"ssm_state", m.ssm_state},
        {"ssm_groups", m.ssm_groups}}},
      {"linear_layers",
       m.linear_layers,
       {{"linear_key_heads", m.linear_key_heads},
        {"linear_value_heads", m.linear_value_heads},
        {"linear_head_dim", m.linear_head_dim}}},
      {"sliding_layers", m.sliding_layers, {{"sliding_window", m.sliding_window}}},
      {"sliding_kv_heads", m.sliding_kv_heads, {{"sliding_layers", m.sliding_layers}}},
      {"sliding_head_dim", m.sliding_head_dim, {{"sliding_layers", m.sliding_layers}}},
      {"output_rank", m.output_rank, {{"output_groups", m.output_groups}}},
      {"expert_latent", m.expert_latent, {{"experts", m.experts}}},
  };
}

// Reports numbers that contradict each other.
void check_shape(const CatalogueFile& file, const TableReader& reader, const std::string& subject,
                 const kernels::ModelParams& shape) {
  const auto complain = [&](std::string_view key, const std::string& what) {
    file.problems->error(reader.where(key), fmt::format("{} {}", subject, what));
  };
  for (const NeededKeys& needed : needed_keys(shape)) {
    if (needed.value == 0) continue;
    for (const auto& [key, value] : needed.needs)
      if (value == 0) complain(needed.key, fmt::format("has `{}` without `{}`", needed.key, key));
  }
  if (shape.mlp_layers > 0 && kernels::caching_layers(shape) < 0.0)
    complain("mlp_layers", "has more `mlp_layers`, `ssm_layers` and `linear_layers` than `layers`");
  if (shape.mlp_layers == 0 && shape.linear_layers + shape.ssm_layers > shape.layers)
    complain("layers", "has more layers of one kind than `layers`");
  if (kernels::full_layers(shape) < 0.0 && kernels::caching_layers(shape) >= 0.0)
    complain("layers",
             "has more layers with a window, an index or compression than attention layers");
  if (shape.kv_heads > shape.heads) complain("kv_heads", "has more `kv_heads` than `heads`");
  if (shape.attention == kernels::Attention::latent &&
      (shape.latent_kv_rank == 0 || shape.value_head_dim == 0 || shape.rope_head_dim == 0)) {
    complain("attention", "needs `latent_kv_rank`, `value_head_dim` and `rope_head_dim`");
  }
  if (shape.experts > 0 && (shape.expert_ffn_hidden == 0 || shape.experts_active == 0)) {
    complain("experts", "has `experts` without `experts_active` and `expert_ffn_hidden`");
  }
  if (kernels::dense_mlp_layers(shape) > 0.0 && shape.ffn_hidden == 0 && shape.dense_layers > 0)
    complain("dense_layers", "has `dense_layers` without `ffn_hidden`");
  if (shape.experts == 0 && shape.ffn_hidden == 0) complain("name", "has no `ffn_hidden`");
  if (shape.experts_active > shape.experts) {
    complain("experts_active", "has more `experts_active` than `experts`");
  }
  if (shape.dense_layers > shape.layers || shape.linear_layers > shape.layers ||
      shape.sliding_layers > shape.layers) {
    complain("layers", "has more layers of one kind than `layers`");
  }
}

// `checkpoints`: formats of the parts; unstated ones have the format of the precision.
std::vector<Checkpoint> read_checkpoints(const CatalogueFile& file, TableReader& reader) {
  static const std::vector<std::string> formats = precision_names(as_checkpoint);
  std::vector<Checkpoint> checkpoints;
  for (const toml::table* const table : reader.tables("checkpoints")) {
    TableReader own(file, *table, "a checkpoint");
    Checkpoint checkpoint;
    checkpoint.name = own.text("name");
    own.rename(fmt::format("checkpoint `{}`", checkpoint.name));
    checkpoint.precision = own.choice("precision", formats, "");
    const auto format_of = [&](const char* key) {
      return stored_format(own.choice(key, formats, checkpoint.precision))
          .value_or(kernels::Precision::bf16);
    };
    checkpoint.attention_weights = format_of("attention");
    checkpoint.mlp_weights = format_of("mlp");
    checkpoint.expert_weights = format_of("experts");
    checkpoint.is_only = own.flag("only").value_or(false);
    checkpoint.is_usual = own.flag("usual").value_or(checkpoint.is_only);
    checkpoint.source = own.source("source");
    own.finish();
    checkpoints.push_back(std::move(checkpoint));
  }
  return checkpoints;
}

ModelEntry read_model(const CatalogueFile& file, const toml::table& table) {
  TableReader reader(file, table, "a model");
  ModelEntry model;
  model.where = reader.where();
  model.name = reader.text("name");
  const std::string subject = fmt::format("model `{}`", model.name);
  reader.rename(subject);
  model.aliases = reader.texts("aliases");
  model.title = reader.text_or("title", model.name);
  kernels::ModelParams& shape = model.shape;
  shape.layers = required_integer(file, reader, "layers", subject);
  shape.hidden = required_integer(file, reader, "hidden", subject);
  shape.heads = required_integer(file, reader, "heads", subject);
  shape.kv_heads = required_integer(file, reader, "kv_heads", subject);
  shape.head_dim = required_integer(file, reader, "head_dim", subject);
  shape.vocab = required_integer(file, reader, "vocab", subject);
  shape.tied_embeddings = reader.flag("tied_embeddings").value_or(false);
  shape.learned_positions = reader.integer("learned_positions", 1).value_or(0);
  read_attention(reader, shape);
  read_long_context(reader, shape);
  read_mlp(reader, shape);
  model.source = reader.source("source");
  if (const MaybeNumber total = reader.number("parameters_total", UnitKind::count, model.source)) {
    model.published_total_parameters = total->value;
    shape.parameters_total = total->value;
    shape.parameters_active = total->value;
  }
  if (const MaybeNumber active =
          reader.number("parameters_active", UnitKind::count, model.source)) {
    model.published_active_parameters = active->value;
    shape.parameters_active = active->value;
  }
  if (const MaybeNumber context = reader.number("context", UnitKind::tokens, model.source)) {
    model.context_tokens = context->value;
  }
  if (const MaybeNumber tokens = reader.number("training_tokens", UnitKind::tokens)) {
    model.training_tokens = tokens->value;
    model.training_source = tokens->source;
  }
  model.checkpoints = read_checkpoints(file, reader);
  model.attention_note = reader.text_or("attention_note", "");
  model.not_modelled = reader.text_or("not_modelled", "");
  model.notes = reader.text_or("notes", "");
  reader.finish();
  check_shape(file, reader, subject, shape);
  return model;
}

}  // namespace

void read_models(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue) {
  TableReader reader(file, root, "the models");
  reader.table("sources");
  for (const toml::table* table : reader.tables("model")) {
    catalogue.models.push_back(read_model(file, *table));
  }
  reader.finish();
}

}  // namespace tranche
