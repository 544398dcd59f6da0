// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/training_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "kernels/models/transformer/model_counts.hpp"
#include "sim/catalogue/names_in_use.hpp"
#include "sim/input/plain_text.hpp"
#include "sim/performance/plan/training_case_text.hpp"
#include "sim/performance/plan/training_problem.hpp"
#include "sim/performance/validation/case_columns.hpp"

namespace tranche {
namespace {

using kernels::ModelParams;

// Reads the fields of one row and records missing required ones.
class Row {
 public:
  Row(const CsvTable& table, std::size_t row) : table_(table), row_(row) {}
  std::string text(const char* name) const { return table_.field(row_, name); }
  std::optional<double> number(const char* name) const { return table_.number(row_, name); }
  double required(const char* name) {
    const auto value = number(name);
    if (!value || *value <= 0) {
      missing_ += (missing_.empty() ? "" : ", ") + std::string(name);
      return 1.0;
    }
    return *value;
  }
  double otherwise(const char* name, double value) const {
    const auto own = number(name);
    return own && *own > 0 ? *own : value;
  }
  const std::string& missing() const { return missing_; }

 private:
  const CsvTable& table_;
  std::size_t row_;
  std::string missing_;
};

constexpr double latest_year = 2026.5;  // of the runs of the fit

std::int32_t whole(double value) { return static_cast<std::int32_t>(std::lround(value)); }

// "MLA qk192/v128": keys and queries have the values' width and a rotary part.
void read_latent_attention(const std::string& text, ModelParams& m) {
  static const std::regex widths(R"(qk(\d{1,5})/v(\d{1,5})\b)");
  std::smatch found;
  if (!std::regex_search(text, found, widths)) return;
  m.attention = kernels::Attention::latent;
  m.head_dim = std::stoi(found[2]);
  m.value_head_dim = m.head_dim;
  m.rope_head_dim = std::stoi(found[1]) - m.head_dim;
  m.latent_kv_rank = 512;  // DeepSeek-V2, V3 and Kimi K2: V3 report, section 4.2
  m.latent_query_rank = 1536;
}

// Number of shared experts, which have no column: from the remaining active parameters.
std::int32_t shared_experts(const ModelParams& m, std::optional<double> active) {
  if (!active) return 0;
  const double left = *active - kernels::active_parameters(m);
  return std::max(0, whole(left / (m.layers * kernels::one_expert_parameters(m))));
}

ModelParams read_model(Row& row) {
  ModelParams m;
  m.layers = whole(row.required("n_layers"));
  m.hidden = whole(row.required("hidden"));
  m.heads = whole(row.required("n_heads"));
  m.kv_heads = whole(row.otherwise("n_kv_heads", m.heads));
  m.head_dim = whole(row.otherwise("head_dim", static_cast<double>(m.hidden) / m.heads));
  m.attention =
      m.kv_heads < m.heads ? kernels::Attention::grouped_query : kernels::Attention::multi_head;
  m.gated_mlp = row.text("gated_mlp") == "1";
  m.vocab = whole(row.otherwise("vocab", 50257));
  // plain-MLP models of these tables share the table of the vocabulary (GPT-2 and -3, MPT)
  m.tied_embeddings = !m.gated_mlp;
  const double width = row.otherwise("ffn_hidden", 4.0 * m.hidden);
  m.ffn_hidden = whole(width);
  read_latent_attention(row.text("head_dim"), m);
  if (row.otherwise("n_experts", 0) > 1) {
    m.experts = whole(row.otherwise("n_experts", 0));
    m.experts_active = whole(row.required("top_k"));
    m.expert_ffn_hidden = m.ffn_hidden;
    m.tied_embeddings = false;
    m.shared_experts = shared_experts(m, row.number("params_active"));
  }
  if (contains(row.text("model_name"), "gpt-oss")) {
    m.sliding_window = 128;  // every second layer, model card of August 2025
    m.sliding_layers = m.layers / 2;
  }
  return m;
}

// A row whose columns give another number of parameters than it states describes an architecture
// that they cannot express (layers without attention or without MLP, latent experts): it is refused
// and not computed as if it were another one. Published totals leave out or add tables and heads.
void refuse_other_shape(const Row& row, TrainingCase& c) {
  const auto stated = row.number("params_total");
  if (!stated || !(*stated > 0.0)) return;
  // some tables state the active parameters
  const double counted = kernels::total_parameters(c.model);
  constexpr double tolerance = 1.3;
  for (const double own : {counted, kernels::active_parameters(c.model)})
    if (own < tolerance * *stated && own > *stated / tolerance) return;
  c.skipped = fmt::format(
      "its shape has {:.3g} billion parameters, the row says {:.3g}: an architecture that its "
      "columns cannot express",
      counted / 1e9, *stated / 1e9);
}

void read_plan(Row& row, double chips, TrainingCase& c) {
  kernels::TrainingPlan& p = c.plan;
  p.tensor = whole(row.otherwise("TP", 1));
  p.pipeline = whole(row.otherwise("PP", 1));
  p.context = whole(row.otherwise("CP", 1));
  const double rest = chips / (static_cast<double>(p.tensor) * p.pipeline * p.context);
  p.data = whole(std::max(1.0, rest));
  p.expert = c.model.experts > 1 ? whole(row.otherwise("EP", 1)) : 1;
  c.micro_batch_known = row.number("micro_batch").has_value();
  p.micro_batch = whole(row.otherwise("micro_batch", 1));
  c.virtual_stages_known = p.pipeline == 1 || row.number("VP").has_value();
  p.virtual_stages = p.pipeline > 1 ? whole(row.otherwise("VP", 1)) : 1;
  const std::string split = row.text("sequence_parallel");
  // Megatron-LM has sequence parallelism since May 2022, and all use it since
  p.sequence_parallel =
      p.tensor > 1 && (split.empty() ? c.job.software_year > 2022.5 : split == "1");
  const auto sharding = sharding_from_text(row.text("zero_stage/FSDP"));
  c.sharding_known = sharding.has_value();
  p.sharding = sharding.value_or(c.job.software_year > 2023.0 ? kernels::Sharding::optimizer
                                                              : kernels::Sharding::none);
  if (p.data == 1 && p.context == 1) p.sharding = kernels::Sharding::none;
  const auto recompute = recompute_from_text(row.text("recompute"), p.sharding, c.model.layers);
  c.recompute_known = recompute.has_value();
  if (recompute) {
    p.recompute = recompute->recompute;
    p.recompute_share = recompute->share;
  }
}

void read_machine(const Row& row, TrainingCase& c) {
  static const std::regex capacity(R"(-(\d+)GB)");
  c.chips_per_node = row.otherwise("gpus_per_node", 8);
  const std::string inter = row.text("inter_node_link");
  c.network_bytes_per_s = network_bytes_per_s_per_chip(inter, c.chips_per_node);
  c.scale_up = scale_up_from_text(row.text("intra_node_link"));
  if (!c.scale_up.chips) c.scale_up.chips = scale_up_from_text(inter).chips;
  const auto thinner = row.number("oversubscription"), pod_chips = row.number("pod_chips");
  if (thinner && pod_chips) c.pods = PodText{.oversubscription = *thinner, .pod_chips = *pod_chips};
  if (const auto bandwidth = row.number("memory_tb_per_s"))
    c.memory_bandwidth_bytes_per_s = *bandwidth * 1e12;
  c.tdp_w = row.number("power_limit_w");
  std::smatch found;
  if (std::regex_search(c.chip, found, capacity)) {
    c.memory_capacity_bytes = std::stod(found[1]) * 1e9;
  }
}

// Year of the software that a run of this chip usually has when its row does not say.
double usual_year(const TrainingCase& c) {
  const bool is_blackwell = c.chip.starts_with("B") || c.chip.starts_with("GB");
  const bool old_chip = contains(c.chip, "A100") || contains(c.chip, "V100");
  return old_chip ? 2022.5 : is_blackwell ? 2025.7 : 2024.5;
}

// What the row says of its mixture's software. Published throughput of mixtures is mostly measured
// with equal loads, so that is assumed; a plan for a real run is not.
void read_mixture(const Row& row, TrainingCase& c) {
  if (c.model.experts <= 1) return;
  const std::string routing = row.text("routing");
  c.job.routing = routing == "real" ? kernels::Routing::real : kernels::Routing::balanced;
  if (routing.empty()) c.assumed.push_back("experts with equal loads");
  const std::string dispatch = row.text("dispatch");
  if (!dispatch.empty())
    c.job.dispatch = dispatch == "fused" ? kernels::Dispatch::fused : kernels::Dispatch::collective;
  const std::string overlap = row.text("expert_overlap");
  if (!overlap.empty())
    c.job.expert_overlap = overlap == "1" ? kernels::Stated::yes : kernels::Stated::no;
}

void read_stack(const Row& row, TrainingCase& c) {
  // sharded PyTorch is eager unless the row states otherwise
  const std::string stack = row.text("stack"), sharding = row.text("zero_stage/FSDP");
  const bool is_eager = stack.empty()
                            ? contains(sharding, "FSDP") && !contains(sharding, "Megatron")
                            : stack == "eager";
  c.job.stack = is_eager ? kernels::Stack::eager : kernels::Stack::fused;
  const auto year = row.number("software_year");
  c.software_year_known = year.has_value();
  c.job.software_year = year.value_or(usual_year(c));
  c.job.fused_norm = row.number("fused_norm").value_or(1.0) == 1.0;
  // fused attention reached the large training stacks at the end of 2022
  const std::string attention = row.text("attention_kernel");
  const bool is_unfused = attention.empty() ? c.job.software_year < 2022.9 : attention == "unfused";
  c.job.attention_kernel =
      is_unfused ? kernels::AttentionKernel::unfused : kernels::AttentionKernel::fused;
}

void read_job(Row& row, TrainingCase& c) {
  c.job.sequence_length = row.required("seq_len");
  c.job.global_batch = row.required("global_batch");
  c.precision = row.text("precision");
  const auto precision = training_precision(c.precision);
  if (!precision && c.skipped.empty())
    c.skipped =
        "precision `" + c.precision + "` is not one of bf16, fp16, fp8, mxfp8, nvfp4, tf32, fp32";
  c.job.precision = precision.value_or(kernels::Precision::bf16);
  const std::string task = row.text("task");
  c.job.task = task == "lora"  ? kernels::Task::lora
               : task == "sft" ? kernels::Task::finetune
                               : kernels::Task::pretrain;
  read_stack(row, c);
}

// Tokens/s/GPU: as printed, else from the step time.
std::optional<double> measured_rate(const Row& row, double chips) {
  for (const char* column : {"derived_tokens_per_s_per_gpu", "measured_tokens_per_s_per_gpu"})
    if (const auto rate = row.number(column)) return rate;
  const auto step_s = row.number("measured_step_time_s");
  if (!step_s || !(*step_s > 0.0)) return std::nullopt;
  return row.otherwise("seq_len", 1.0) * row.otherwise("global_batch", 1.0) / *step_s / chips;
}

}  // namespace

void date_software(TrainingCase& c, const std::string& available) {
  if (c.software_year_known) return;
  double year = usual_year(c);
  const double maturity_years = 1.0;  // of the stacks of the chips that usual_year knows
  double chip_year = 0;
  if (available.size() >= 4 && available.find_first_not_of("0123456789") >= 4)
    chip_year = std::stod(available.substr(0, 4));
  if (available.size() >= 7 && available[4] == '-') {
    const double month = 10.0 * (available[5] - '0') + (available[6] - '0');
    if (month >= 1.0 && month <= 12.0) chip_year += (month - 1.0) / 12.0;
  }
  if (chip_year + maturity_years > year) year = std::min(chip_year + maturity_years, latest_year);
  // formats with a scale for each block: Transformer Engine 2 of 2025; NVFP4 a year later
  if (c.job.precision == kernels::Precision::mxfp8) year = std::max(year, 2025.7);
  if (c.job.precision == kernels::Precision::fp4) year = std::max(year, 2026.0);
  // mixtures of many small experts: open stacks train them since 2025
  if (c.model.experts >= 64) year = std::max(year, 2025.7);
  c.job.software_year = year;
  c.assumed.push_back(fmt::format("software of {:.1f}", year));
}

const ModelEntry* training_model_of(const CsvTable& table, std::size_t row,
                                    const Catalogue& catalogue) {
  for (const char* column : {"n_layers", "hidden", "n_heads", "n_kv_heads", "head_dim",
                             "ffn_hidden", "vocab", "gated_mlp", "n_experts", "top_k"})
    if (!is_blank(table.field(row, column))) return nullptr;
  return named_model(catalogue.models, table.field(row, "model_name")).model;
}

std::vector<TrainingCase> training_cases(const CsvTable& table, const Catalogue& catalogue) {
  std::vector<TrainingCase> cases;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    Row row(table, i);
    TrainingCase c;
    c.id = row.text("id");
    c.source = row.text("source");
    c.family = row.text("family").empty() ? c.source : row.text("family");
    c.chip = row.text("chip");
    if (c.chip.empty()) c.skipped = "missing chip";
    read_job(row, c);
    if (const ModelEntry* const known = training_model_of(table, i, catalogue)) {
      c.model = known->shape;
      if (const auto missing = missing_of(*known); !missing.empty())
        c.skipped = missing.front().problem;
    } else {
      c.model = read_model(row);
    }
    read_mixture(row, c);
    refuse_other_shape(row, c);
    const double chips = row.required("n_gpus");
    read_plan(row, chips, c);
    read_machine(row, c);
    c.model_name = row.text("model_name");
    c.measured_tokens_per_s_per_chip = measured_rate(row, chips);
    if (!row.missing().empty()) c.skipped = "missing " + row.missing();
    cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace tranche
