// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/training_cases.hpp"

#include <cmath>
#include <regex>

#include "kernels/models/transformer/model_counts.hpp"
#include "sim/performance/plan/training_case_text.hpp"

namespace tranche {
namespace {

using kernels::ModelParams;

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

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

void read_stack(const Row& row, TrainingCase& c) {
  // sharded PyTorch is eager unless the row states otherwise
  const std::string stack = row.text("stack"), sharding = row.text("zero_stage/FSDP");
  const bool is_eager = stack.empty()
                            ? contains(sharding, "FSDP") && !contains(sharding, "Megatron")
                            : stack == "eager";
  c.job.stack = is_eager ? kernels::Stack::eager : kernels::Stack::fused;
  const auto year = row.number("software_year");
  if (!year) c.assumed.push_back("software of the year of its chip");
  const bool is_blackwell = c.chip.starts_with("B") || c.chip.starts_with("GB");
  const bool old_chip = contains(c.chip, "A100") || contains(c.chip, "V100");
  c.job.software_year = year.value_or(old_chip ? 2022.5 : is_blackwell ? 2025.7 : 2024.5);
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

std::vector<TrainingCase> training_cases(const CsvTable& table) {
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
    c.model = read_model(row);
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
