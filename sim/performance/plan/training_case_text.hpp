// SPDX-License-Identifier: Apache-2.0

// Parses texts of published training tables into enumerators of kernels/models/training/plan.hpp.
#pragma once

#include <optional>
#include <string>

#include "kernels/models/training/plan.hpp"

namespace tranche {

// "bf16", "fp8", "mxfp8", "nvfp4", "fp16", "fp32", "tf32"; empty when unknown.
std::optional<kernels::Precision> training_precision(const std::string& text);

// "FSDP FULL_SHARD (ZeRO-3)", "ZeRO-1 (distributed optimizer)", "none"; empty when blank.
std::optional<kernels::Sharding> sharding_from_text(const std::string& text);

struct RecomputeText {
  kernels::Recompute recompute = kernels::Recompute::none;
  double share = 1.0;  // of the layers, for "full recompute of 5 layers"
};
// "full", "none", "selective (MLP activation + norm)"; empty if blank. "selective" depends on the
// stack: PyTorch FSDP recomputes every second matrix product, Megatron-LM the attention core.
std::optional<RecomputeText> recompute_from_text(const std::string& text,
                                                 kernels::Sharding sharding, double layers);

}  // namespace tranche
