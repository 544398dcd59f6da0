// SPDX-License-Identifier: Apache-2.0

// Names of number formats, and storage formats of served models.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernels/models/serving/memory.hpp"
#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// Returns the storage format of weights or cache: fp16, bf16, fp8, mxfp8, int8, fp4 (also mxfp4 and
// nvfp4), int4 (also w4a16), bfloat16, float16; a longer text ("fp8 (assumed)") is matched by its
// beginning. Empty for another word.
std::optional<kernels::Precision> stored_format(std::string_view text);

// "fp4"
std::string_view format_name(kernels::Precision format);

// Requested formats of a served model; defaults follow from the others.
struct FormatRequest {
  std::string precision;  // of the weights: a word for stored_format()
  std::optional<kernels::Precision> attention_weights, expert_weights, cache;
  std::string checkpoint = {};  // name of one of the model's checkpoints; empty: the usual one
};

// Returns the checkpoint of a model that is published in a single one; else nullptr.
const Checkpoint* only_checkpoint(const ModelEntry& model);

// Returns the storage formats of a model. Weights have the precision's format, or those of the
// requested or usual checkpoint of that precision in the catalogue (gpt-oss: 4-bit experts with
// 16-bit attention). The cache is in 8 bit with weights of at most 8 bit if that is the software's
// default (TensorRT-LLM: `sets_narrow_cache`), else in 16 bit. Empty for an unknown precision.
std::optional<kernels::ServedModel> served_model(const ModelEntry& model,
                                                 const FormatRequest& request,
                                                 bool sets_narrow_cache);

// "fp4 weights of experts, bf16 of the rest; bf16 cache"
std::string describe_formats(const kernels::ServedModel& model);

// Formats in which the chip multiplies the weights: "bf16", or "fp8 and bf16".
std::string describe_arithmetic(const kernels::ServedModel& model, const kernels::ChipParams& chip);

// Reason for multiplication in a wider format than storage: "A100-SXM has no fp8 rate: read as fp8,
// multiplied in bf16"; empty if none.
std::string widened_formats(const kernels::ServedModel& model, const kernels::ChipParams& chip,
                            const std::string& chip_name);

}  // namespace tranche
