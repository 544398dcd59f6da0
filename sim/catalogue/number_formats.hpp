// SPDX-License-Identifier: Apache-2.0

// Words for number formats, and in which formats a model is stored when it is served.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernels/models/serving/memory.hpp"
#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// A format that weights or a cache are stored in: fp16, bf16, fp8, mxfp8, int8, fp4 (also mxfp4
// and nvfp4), int4 (also w4a16), bfloat16, float16; a text that goes on ("fp8 (assumed)") counts by
// its beginning. Empty for another word.
std::optional<kernels::Precision> stored_format(std::string_view text);

// "fp4"
std::string_view format_name(kernels::Precision format);

// What is said of the formats of a served model; what is not follows from the rest.
struct FormatRequest {
  std::string precision;  // of the weights: a word of stored_format()
  std::optional<kernels::Precision> attention_weights, expert_weights, cache;
  std::string checkpoint = {};  // a name of the model's checkpoints; empty: the usual one
};

// The weights that the model is published in, where that is one set; else nullptr.
const Checkpoint* only_checkpoint(const ModelEntry& model);

// How a model is stored. Weights have the precision's format; where the catalogue has the
// checkpoint asked for, or a usual one, of that precision, its formats (gpt-oss: 4-bit experts
// beside 16-bit attention). The cache is in 8 bit beside weights of at most 8 bit where the
// software sets that by itself (TensorRT-LLM: `sets_narrow_cache`), else in 16 bit. Empty for an
// unknown precision.
std::optional<kernels::ServedModel> served_model(const ModelEntry& model,
                                                 const FormatRequest& request,
                                                 bool sets_narrow_cache);

// "fp4 weights of experts, bf16 of the rest; bf16 cache"
std::string describe_formats(const kernels::ServedModel& model);

// The formats that the chip multiplies the weights in: "bf16", or "fp8 and bf16".
std::string describe_arithmetic(const kernels::ServedModel& model, const kernels::ChipParams& chip);

// Why weights are multiplied in a wider format than they are stored in: "A100-SXM has no fp8
// rate: read as fp8, multiplied in bf16"; empty where none is.
std::string widened_formats(const kernels::ServedModel& model, const kernels::ChipParams& chip,
                            const std::string& chip_name);

}  // namespace tranche
