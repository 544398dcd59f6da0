// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/case_columns.hpp"

#include <algorithm>
#include <vector>

#include "sim/catalogue/names_in_use.hpp"

namespace tranche {
namespace {

constexpr double many = 1e9;

constexpr CaseColumn text(const char* name, bool tells_kind = false,
                          ColumnNeed need = ColumnNeed::optional) {
  return {name, tells_kind, false, need, 0, 0, false};
}
constexpr CaseColumn whole(const char* name, ColumnNeed need, double low, double high,
                           bool tells_kind = false) {
  return {name, tells_kind, true, need, low, high, true};
}
constexpr CaseColumn number(const char* name, ColumnNeed need, double low, double high,
                            bool tells_kind = false) {
  return {name, tells_kind, true, need, low, high, false};
}

constexpr ColumnNeed required = ColumnNeed::required, optional = ColumnNeed::optional;
constexpr ColumnNeed if_unknown = ColumnNeed::required_if_model_unknown;

constexpr CaseColumn training_columns[] = {
    text("id", true),
    text("source"),
    text("family"),
    text("chip", true, required),
    whole("n_gpus", required, 1, 1e7, true),
    whole("gpus_per_node", optional, 1, 1e5),
    text("intra_node_link"),
    text("inter_node_link"),
    number("oversubscription", optional, 1, 1e3),
    number("pod_chips", optional, 1, 1e7),
    number("memory_tb_per_s", optional, 1e-3, 1e3),
    number("power_limit_w", optional, 1, 1e5),
    text("model_name"),
    number("params_active", optional, 1, 1e16),
    number("params_total", optional, 1, 1e16),
    whole("n_layers", if_unknown, 1, 1e4),
    whole("hidden", if_unknown, 1, 1e6),
    whole("n_heads", if_unknown, 1, 1e5),
    whole("n_kv_heads", optional, 1, 1e5),
    whole("head_dim", optional, 1, 1e5),
    whole("ffn_hidden", optional, 1, 1e7),
    whole("vocab", optional, 1, 1e8),
    whole("gated_mlp", if_unknown, 0, 1),
    whole("n_experts", optional, 0, 1e5),
    whole("top_k", optional, 0, 1e4),
    text("task"),
    number("seq_len", required, 1, 1e8, true),
    number("global_batch", required, 1, many, true),
    whole("micro_batch", optional, 1, 1e6),
    whole("TP", optional, 1, 1e4),
    whole("PP", optional, 1, 1e4),
    whole("CP", optional, 1, 1e4),
    whole("EP", optional, 0, 1e4),
    whole("DP", optional, 0, 1e7),
    whole("VP", optional, 0, 1e4),
    text("sequence_parallel"),
    text("recompute"),
    text("zero_stage/FSDP"),
    text("precision", false, required),
    text("stack"),
    number("software_year", optional, 2015, 2100),
    whole("fused_norm", optional, 0, 1),
    text("attention_kernel"),
    text("routing"),
    text("dispatch"),
    whole("expert_overlap", optional, 0, 1),
    number("derived_tokens_per_s_per_gpu", optional, 1e-9, 1e12),
    number("measured_tokens_per_s_per_gpu", optional, 1e-9, 1e12),
    number("measured_step_time_s", optional, 1e-9, 1e9),
    number("measured_tflops_per_gpu", optional, 1e-9, 1e9),
    number("measured_mfu", optional, 1e-9, 100)};

constexpr CaseColumn inference_columns[] = {text("id", true),
                                            text("notes"),
                                            text("source"),
                                            text("software", true),
                                            text("chip", true, required),
                                            whole("n_gpus", required, 1, 1e7, true),
                                            whole("TP", optional, 1, 1e4),
                                            whole("PP", optional, 1, 1e4),
                                            whole("DP", optional, 0, 1e6),
                                            whole("EP", optional, 0, 1e4),
                                            whole("attention_dp", optional, 0, 1),
                                            whole("prefill_gpus", optional, 1, 1e7),
                                            whole("decode_gpus", optional, 1, 1e7),
                                            whole("draft_tokens", optional, 1, 16),
                                            number("accepted_tokens", optional, 1, 17),
                                            text("model_name", true),
                                            number("params_total", optional, 1, 1e16),
                                            whole("n_layers", if_unknown, 1, 1e4),
                                            whole("hidden", if_unknown, 1, 1e6),
                                            whole("n_heads", if_unknown, 1, 1e5),
                                            whole("n_kv_heads", if_unknown, 1, 1e5),
                                            whole("head_dim", if_unknown, 1, 1e5),
                                            whole("ffn_hidden", if_unknown, 1, 1e7),
                                            whole("n_experts", optional, 0, 1e5),
                                            whole("top_k", optional, 0, 1e4),
                                            whole("vocab", if_unknown, 1, 1e8),
                                            text("weight_precision", true),
                                            text("kv_precision"),
                                            text("input_len", true),
                                            text("output_len", true),
                                            text("batch_or_concurrency"),
                                            number("requests_per_s", optional, 1e-9, 1e9),
                                            number("requests", optional, 1, 1e12),
                                            whole("beams", optional, 1, 1000),
                                            text("scenario", true),
                                            text("metric", true),
                                            number("value", optional, 1e-12, 1e15, true),
                                            text("unit", true)};

constexpr CaseColumn memory_bound_columns[] = {text("id", true),
                                               text("source"),
                                               text("kernel_app", true),
                                               text("chip", true, required),
                                               whole("n_gpus", optional, 1, 1e7),
                                               text("problem_size", true),
                                               text("precision"),
                                               text("metric", true),
                                               number("value", optional, 1e-12, 1e18, true),
                                               text("unit", true),
                                               text("bytes_model"),
                                               text("mlperf_round"),
                                               whole("power_limited", optional, 0, 1)};

}  // namespace

const char* schema_name(CaseSchema schema) {
  if (schema == CaseSchema::training) return "training";
  return schema == CaseSchema::inference ? "inference" : "memory-bound";
}

std::span<const CaseColumn> columns_of(CaseSchema schema) {
  if (schema == CaseSchema::training) return training_columns;
  if (schema == CaseSchema::inference) return inference_columns;
  return memory_bound_columns;
}

bool is_blank(std::string_view text) {
  static constexpr std::string_view words[] = {"",   "-",   "?",    "unknown", "UNKNOWN", "n/a",
                                               "na", "N/A", "none", "nan",     "NaN"};
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

std::string unknown_chip(const Catalogue& catalogue, const std::string& name) {
  std::string message = "unknown chip `" + name + "`";
  const std::vector<std::string> known = catalogue.chip_names();
  const std::string nearest = nearest_name(name, known);
  if (!nearest.empty()) return message + "; did you mean `" + nearest + "`?";
  std::string like;
  for (const std::string& chip : names_of_family(name, known))
    like += (like.empty() ? "; with this in the name: " : ", ") + chip;
  return message + like;
}

}  // namespace tranche
