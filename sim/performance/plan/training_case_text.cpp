// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/training_case_text.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

#include "sim/input/plain_text.hpp"

namespace tranche {
namespace {}  // namespace

std::optional<kernels::Precision> training_precision(const std::string& text) {
  using kernels::Precision;
  const std::string t = lower_case(text);
  if (contains(t, "mxfp8")) return Precision::mxfp8;
  if (contains(t, "fp8") || contains(t, "float8")) return Precision::fp8;
  if (contains(t, "fp4")) return Precision::fp4;
  if (contains(t, "bf16") || contains(t, "bfloat16")) return Precision::bf16;
  if (contains(t, "fp16") || contains(t, "float16")) return Precision::fp16;
  if (contains(t, "tf32")) return Precision::tf32;
  if (contains(t, "fp32")) return Precision::fp32;
  return std::nullopt;
}

std::optional<kernels::Sharding> sharding_from_text(const std::string& text) {
  using kernels::Sharding;
  const std::string t = lower_case(text);
  if (t.empty() || t == "unknown") return std::nullopt;
  if (contains(t, "hsdp") || contains(t, "hybrid")) return Sharding::hybrid;
  if (contains(t, "zero-2") || contains(t, "zero2") || contains(t, "shard_grad_op")) {
    return Sharding::gradients;
  }
  if (contains(t, "zero-3") || contains(t, "zero3") || contains(t, "fsdp") ||
      contains(t, "full_shard") || t == "3") {
    return Sharding::weights;
  }
  if (contains(t, "zero-1") || contains(t, "zero1") || contains(t, "distributed optimizer") ||
      t == "1") {
    return Sharding::optimizer;
  }
  if (t == "2") return Sharding::gradients;
  return Sharding::none;
}

std::optional<RecomputeText> recompute_from_text(const std::string& text,
                                                 kernels::Sharding sharding, double layers) {
  using kernels::Recompute;
  const std::string t = lower_case(text);
  if (t.empty() || t == "unknown") return std::nullopt;
  static const std::regex some_layers(R"((\d+) layers)");
  std::smatch found;
  if (contains(t, "partial")) {
    if (std::regex_search(t, found, some_layers)) {
      return RecomputeText{Recompute::full, std::min(1.0, std::stod(found[1]) / layers)};
    }
    return RecomputeText{Recompute::full, 0.5};
  }
  static const std::regex share_of_layers(R"((\d{1,4}) of (\d{1,4}) layers)");
  if (t.starts_with("full") && std::regex_search(t, found, share_of_layers) &&
      std::stod(found[2]) > 0.0) {
    return RecomputeText{Recompute::full, std::min(1.0, std::stod(found[1]) / std::stod(found[2]))};
  }
  if (t.starts_with("full") || contains(t, "every layer"))
    return RecomputeText{Recompute::full, 1.0};
  if (t.starts_with("none") || t == "no" || t == "0" || contains(t, "disabled")) {
    return RecomputeText{Recompute::none, 1.0};
  }
  if (contains(t, "mlp") || contains(t, "norm") || contains(t, "act")) {
    if (contains(t, "up_proj")) return RecomputeText{Recompute::modules, 1.0};
    return RecomputeText{contains(t, "save_dot") ? Recompute::alternate : Recompute::elementwise,
                         1.0};
  }
  if (contains(t, "selective")) {
    const bool pytorch =
        sharding == kernels::Sharding::weights || sharding == kernels::Sharding::hybrid;
    return RecomputeText{pytorch ? Recompute::alternate : Recompute::selective, 1.0};
  }
  return std::nullopt;
}

}  // namespace tranche
