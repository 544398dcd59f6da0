// SPDX-License-Identifier: Apache-2.0

// Lists and pages of models and of memory-bound workloads.
#include <fmt/format.h>

#include "kernels/models/transformer/cache_use.hpp"
#include "kernels/models/transformer/model_counts.hpp"
#include "sim/catalogue/pages/pages.hpp"

namespace tranche {
namespace {

constexpr double bf16_bytes = 2.0;

std::string attention_text(const kernels::ModelParams& shape) {
  std::string text = shape.attention == kernels::Attention::latent       ? "latent"
                     : shape.attention == kernels::Attention::multi_head ? "multi-head"
                                                                         : "grouped query";
  if (shape.linear_layers > 0) text += " + linear";
  if (shape.ssm_layers > 0) text += " + state space";
  if (shape.compressed_layers + shape.heavy_compressed_layers > 0) text += " + compressed";
  if (shape.sparse_top_k > 0) text += " + sparse";
  if (shape.sliding_layers > 0) text += " + window";
  return text;
}

Cell experts_cell(const kernels::ModelParams& shape) {
  if (shape.experts == 0) return {"dense"};
  std::string text = fmt::format("{} of {}", shape.experts_active, shape.experts);
  if (shape.shared_experts > 0) text += fmt::format(" + {}", shape.shared_experts);
  return {text};
}

std::string flop_text(const MaybeNumber& number) {
  return number ? fmt::format("{:.6g}", number->value) : std::string();
}

Cell intensity_cell(const WorkloadEntry& workload) {
  if (!workload.flop_per_unit) return {};
  return count_cell(workload.flop_per_unit->value / workload.bytes_per_unit.value, 3);
}

}  // namespace

Page model_list_page(const Catalogue& catalogue) {
  Page page;
  page.table.columns = {{"model", "model"},
                        {"total", "parameters_published"},
                        {"counted", "parameters_counted"},
                        {"active", "active_parameters_counted"},
                        {"layers", "layers"},
                        {"hidden", "hidden"},
                        {"attention", "attention"},
                        {"experts", "experts"},
                        {"KV/token", "kv_bytes_per_token_bf16"},
                        {"context", "context_tokens"},
                        {"trained on", "training_tokens"}};
  for (const ModelEntry& model : catalogue.models) {
    const double kv_bytes = kernels::kv_bytes_per_token(model.shape, bf16_bytes);
    page.table.rows.push_back({model.name,
                               large_count_cell(model.published_total_parameters),
                               large_count_cell(kernels::total_parameters(model.shape)),
                               large_count_cell(kernels::active_parameters(model.shape)),
                               count_cell(model.shape.layers, 0),
                               count_cell(model.shape.hidden, 0),
                               attention_text(model.shape),
                               experts_cell(model.shape),
                               {quantity_text(kv_bytes, UnitKind::bytes), kv_bytes},
                               count_cell(model.context_tokens, 0),
                               large_count_cell(model.training_tokens)});
  }
  page.footing = fmt::format(
      "\n{} models. `counted` follows from the shape (biases left out); `KV/token` in bf16, all "
      "layers.\n`-` is not published. Sources: tranche catalogue models NAME\n",
      catalogue.models.size());
  return page;
}

Page model_page(const ModelEntry& model) {
  const kernels::ModelParams& shape = model.shape;
  Details details;
  const auto width = [&](const char* figure, std::int32_t value) {
    if (value > 0) details.text(figure, fmt::format("{}", value), model.source);
  };
  width("layers", shape.layers);
  width("hidden", shape.hidden);
  width("heads", shape.heads);
  width("KV heads", shape.kv_heads);
  width("head dimension", shape.head_dim);
  details.text("attention", attention_text(shape), model.source);
  width("latent KV rank", shape.latent_kv_rank);
  width("latent query rank", shape.latent_query_rank);
  width("position head dimension", shape.rope_head_dim);
  width("value head dimension", shape.value_head_dim);
  width("sliding window, tokens", shape.sliding_window);
  width("layers with the window", shape.sliding_layers);
  width("KV heads with the window", shape.sliding_kv_heads);
  width("head dimension with the window", shape.sliding_head_dim);
  width("tokens read of a sparse cache", shape.sparse_top_k);
  width("index heads", shape.index_heads);
  width("index head dimension", shape.index_head_dim);
  width("layers with an index", static_cast<std::int32_t>(kernels::index_layers(shape)));
  width("compressed layers", shape.compressed_layers);
  width("tokens in one entry", shape.compression_ratio);
  width("heavily compressed layers", shape.heavy_compressed_layers);
  width("tokens in one heavy entry", shape.heavy_compression_ratio);
  width("layers with linear attention", shape.linear_layers);
  width("state-space layers", shape.ssm_layers);
  width("state-space heads", shape.ssm_heads);
  width("state per head", shape.ssm_head_dim * shape.ssm_state);
  width("layers with an MLP", shape.mlp_layers);
  details.text("MLP", shape.gated_mlp ? "gated (three matrices)" : "plain (two matrices)",
               model.source);
  width("MLP width", shape.ffn_hidden);
  width("experts", shape.experts);
  width("experts active", shape.experts_active);
  width("shared experts", shape.shared_experts);
  width("expert width", shape.expert_ffn_hidden);
  width("width of a token in experts", shape.expert_latent);
  width("layers that predict further tokens", shape.mtp_layers);
  width("dense layers", shape.experts > 0 ? shape.dense_layers : 0);
  width("vocabulary", shape.vocab);
  details.text("embeddings", shape.tied_embeddings ? "one table" : "two tables", model.source);
  details.text("parameters, published", large_count_cell(model.published_total_parameters).shown,
               model.source);
  details.text("active, published", large_count_cell(model.published_active_parameters).shown,
               model.source);
  details.computed("parameters, counted", large_count_cell(kernels::total_parameters(shape)),
                   "from the shape, biases left out");
  details.computed("active, counted", large_count_cell(kernels::active_parameters(shape)),
                   "chosen and shared experts, embeddings in full");
  details.computed("KV cache per token, bf16",
                   {quantity_text(kernels::kv_bytes_per_token(shape, bf16_bytes), UnitKind::bytes)},
                   "all layers, no window");
  if (const double state = kernels::fixed_state_bytes(shape); state > 0.0)
    details.computed("fixed state per sequence", {quantity_text(state, UnitKind::bytes)},
                     "linear and state-space layers, fp32");
  if (model.context_tokens) {
    const auto use = kernels::cache_use(shape, *model.context_tokens, bf16_bytes);
    details.computed("cache of a full context, bf16",
                     {quantity_text(use.kept_bytes, UnitKind::bytes)},
                     "windows, compression and index counted");
    details.computed("read of it by one token", {quantity_text(use.read_bytes, UnitKind::bytes)},
                     "windows, sparse choice and index counted");
  }
  if (const double mtp = kernels::mtp_parameters(shape); mtp > 0.0)
    details.computed("parameters of further tokens", large_count_cell(mtp), "not in the total");
  details.text("context", large_count_cell(model.context_tokens).shown, model.source);
  details.text("training tokens", large_count_cell(model.training_tokens).shown,
               model.training_source);
  Page page;
  page.heading = fmt::format("{}: {}\n\n", model.name, model.title);
  if (!model.attention_note.empty())
    page.footing += fmt::format("\nattention: {}\n", model.attention_note);
  if (!model.notes.empty()) page.footing += fmt::format("\nnotes: {}\n", model.notes);
  page.table = details.take();
  return page;
}

Page workload_list_page(const Catalogue& catalogue) {
  Page page;
  page.table.columns = {{"workload", "workload"},
                        {"unit of work", "unit_of_work"},
                        {"precision", "precision"},
                        {"flop/unit", "flop_per_unit"},
                        {"bytes/unit", "bytes_per_unit"},
                        {"flop/byte", "flop_per_byte"},
                        {"of peak", "bandwidth_efficiency"},
                        {"bound by", "bound_by"}};
  for (const WorkloadEntry& workload : catalogue.workloads) {
    Cell flop(flop_text(workload.flop_per_unit));
    if (workload.flop_per_unit) flop.number = workload.flop_per_unit->value;
    page.table.rows.push_back(
        {workload.name, workload.unit_of_work, workload.precision, flop,
         Cell(flop_text(workload.bytes_per_unit), workload.bytes_per_unit.value),
         intensity_cell(workload), quantity_cell(workload.bandwidth_efficiency, UnitKind::fraction),
         workload.bound_by});
  }
  page.footing =
      "\n`of peak`: share of the peak bandwidth that published runs reached, where known.\n"
      "Sources: tranche catalogue workloads NAME\n";
  return page;
}

Page workload_page(const WorkloadEntry& workload) {
  Details details;
  details.number("flop per unit", workload.flop_per_unit);
  details.number("bytes per unit", workload.bytes_per_unit);
  details.computed("flop per byte", intensity_cell(workload), "ratio of the two");
  details.number("share of peak bandwidth", workload.bandwidth_efficiency);
  for (const MeasuredEfficiency& measured : workload.measured) {
    details.number(fmt::format("measured on {}", measured.chip), measured.share_of_peak);
  }
  Page page;
  page.heading =
      fmt::format("{}: {}\nunit of work: {}; precision: {}; bound by {}\n\n", workload.name,
                  workload.title, workload.unit_of_work, workload.precision, workload.bound_by);
  if (!workload.assumptions.empty()) {
    page.footing = fmt::format("\nassumptions: {}\n", workload.assumptions);
  }
  page.table = details.take();
  return page;
}

}  // namespace tranche
