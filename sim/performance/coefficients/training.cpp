// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/coefficients/training.hpp"

namespace tranche {
namespace {

using kernels::Coefficients;

constexpr const char* generation_name[kernels::generation_count] = {"other", "ampere", "hopper",
                                                                    "blackwell", "cdna3"};
constexpr const char* rate_name[kernels::rate_class_count] = {"half", "byte", "nibble"};

class Namer {
 public:
  explicit Namer(std::vector<NamedCoefficient>& list) : list_(list) {}
  void operator()(const std::string& name, double& value) { list_.push_back({name, &value}); }
  void operator()(const std::string& name, double (&values)[kernels::software_knots]) {
    for (int i = 0; i < kernels::software_knots; ++i) {
      list_.push_back({name + "." + std::to_string(i), &values[i]});
    }
  }

 private:
  std::vector<NamedCoefficient>& list_;
};

void name_kernels(Coefficients& c, Namer& add) {
  for (int g = 0; g < kernels::generation_count; ++g) {
    const std::string generation = generation_name[g];
    for (int r = 0; r < kernels::rate_class_count; ++r) {
      const std::string at = "gemm." + generation + "." + rate_name[r] + ".";
      add(at + "compute_efficiency", c.gemm[g][r].compute_efficiency);
      add(at + "memory_efficiency", c.gemm[g][r].memory_efficiency);
      add(at + "launch_s", c.gemm[g][r].launch_s);
      add(at + "depth_half", c.gemm[g][r].depth_half);
      const std::string core = "attention." + generation + "." + rate_name[r] + ".";
      add(core + "forward_efficiency", c.attention[g][r].forward_efficiency);
      add(core + "backward_efficiency", c.attention[g][r].backward_efficiency);
      add(core + "length_half", c.attention[g][r].length_half);
      add(core + "launch_s", c.attention[g][r].launch_s);
      add(core + "decode_memory_efficiency", c.attention[g][r].decode_memory_efficiency);
      add(core + "decode_launch_s", c.attention[g][r].decode_launch_s);
    }
    const std::string up = "scale_up." + generation + ".";
    add(up + "all_reduce_efficiency", c.scale_up[g].all_reduce_efficiency);
    add(up + "gather_efficiency", c.scale_up[g].gather_efficiency);
    add(up + "all_to_all_efficiency", c.scale_up[g].all_to_all_efficiency);
    add(up + "point_to_point_efficiency", c.scale_up[g].point_to_point_efficiency);
    add(up + "alpha_s", c.scale_up[g].alpha_s);
    add(up + "alpha_per_rank_s", c.scale_up[g].alpha_per_rank_s);
    add(up + "pair_loss", c.scale_up[g].pair_loss);
    add("power." + generation + ".nominal_j_per_flop", c.nominal_j_per_flop[g]);
    add("stream." + generation + ".efficiency", c.stream[g].efficiency);
    add("stream." + generation + ".launch_s", c.stream[g].launch_s);
  }
  add("scale_out.efficiency", c.scale_out.efficiency);
  add("scale_out.gather_efficiency", c.scale_out.gather_efficiency);
  add("scale_out.all_to_all_efficiency", c.scale_out.all_to_all_efficiency);
  add("scale_out.alpha_s", c.scale_out.alpha_s);
  add("scale_out.alpha_per_doubling_s", c.scale_out.alpha_per_doubling_s);
  add("scale_out.root_s_per_sqrt_byte", c.scale_out.root_s_per_sqrt_byte);
  add("scale_out.congestion_per_doubling", c.scale_out.congestion_per_doubling);
}

void name_training(kernels::TrainingCoefficients& t, Namer& add) {
  for (int g = 0; g < kernels::generation_count; ++g) {
    add(std::string("training.expert_host.") + generation_name[g] + ".layer_s",
        t.expert_host_layer_s[g]);
    add(std::string("training.attention.") + generation_name[g] + ".year", t.attention[g]);
    for (int r = 0; r < kernels::rate_class_count; ++r) {
      add(std::string("training.sustained.") + generation_name[g] + "." + rate_name[r],
          t.sustained[g][r]);
    }
  }
  add("training.compute.software", t.software);
  add("training.compute.software_byte", t.software_byte);
  add("training.compute.attention_context_loss", t.attention_context_loss);
  add("training.compute.eager_attention_factor", t.eager_attention_factor);
  for (int r = 0; r < kernels::rate_class_count; ++r)
    add(std::string("training.power_exponent.") + rate_name[r], t.power_exponent[r]);
  add("training.expert.grouped_efficiency", t.grouped_efficiency);
  add("training.expert.grouped_rows_half", t.grouped_rows_half);
  add("training.expert.routing_imbalance", t.routing_imbalance);
  add("training.expert.exchange_efficiency", t.exchange_efficiency);
  add("training.expert.collective_permute_factor", t.collective_permute_factor);
  add("training.expert.overlap_on", t.overlap_on);
  add("training.expert.sync_s", t.expert_sync_s);
  add("training.traffic.stream_passes", t.stream_passes);
  add("training.traffic.eager_norm_factor", t.eager_norm_factor);
  add("training.traffic.eager_stream_factor", t.eager_stream_factor);
  add("training.traffic.quantise_bytes_per_value", t.quantise_bytes_per_value);
  add("training.traffic.block_scale_factor", t.block_scale_factor);
  add("training.traffic.unfused_score_bytes", t.unfused_score_bytes);
  add("training.traffic.logits_bytes_per_value", t.logits_bytes_per_value);
  add("training.traffic.optimizer_bytes_per_parameter", t.optimizer_bytes_per_parameter);
  add("training.expert.permute_passes", t.expert_permute_passes);
  add("training.host.layer_s", t.host_layer_s);
  add("training.host.eager_factor", t.eager_host_factor);
  add("training.expert.software", t.expert_software);
  add("training.expert.launch_s", t.expert_launch_s);
  add("training.host.step_s", t.step_host_s);
  add("training.overlap.tensor", t.tensor_overlap);
  add("training.overlap.data", t.data_overlap);
  add("training.overlap.sharded", t.sharded_overlap);
  add("training.expert.overlap", t.expert_overlap);
  add("training.overlap.eager_factor", t.eager_overlap_factor);
  add("training.overlap.pipeline_exposed", t.pipeline_exposed);
  add("training.overlap.interleaved_exposed", t.interleaved_exposed);
  add("training.overlap.contention", t.contention);
  add("training.scale.straggler_per_doubling", t.straggler_per_doubling);
  add("training.plan.search_factor", t.search_factor);
}

}  // namespace

std::vector<NamedCoefficient> named_coefficients(Coefficients& coefficients) {
  std::vector<NamedCoefficient> list;
  Namer add(list);
  name_kernels(coefficients, add);
  name_training(coefficients.training, add);
  return list;
}

Coefficients read_coefficients(const std::string& data_folder) {
  Coefficients coefficients{};
  read_coefficient_file(data_folder + "/catalogue/coefficients.toml",
                        named_coefficients(coefficients));
  return coefficients;
}

}  // namespace tranche
