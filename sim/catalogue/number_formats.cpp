// SPDX-License-Identifier: Apache-2.0
#include "sim/catalogue/number_formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "kernels/models/chip/number_formats.hpp"

namespace tranche {
namespace {

using kernels::Precision;

constexpr std::string_view format_names[] = {"fp64",  "fp32", "tf32", "fp16",  "bf16", "fp8",
                                             "mxfp8", "int8", "fp4",  "mxfp4", "int4"};

// The word "fp4" denotes both 4-bit floating-point formats.
bool is_meant(const Checkpoint& checkpoint, const FormatRequest& request, Precision format) {
  const std::optional<Precision> own = stored_format(checkpoint.precision);
  const bool is_asked_for =
      request.checkpoint.empty() ? checkpoint.is_usual : checkpoint.name == request.checkpoint;
  return is_asked_for && (own == format || (own == Precision::mxfp4 && format == Precision::fp4));
}

}  // namespace

std::optional<Precision> stored_format(std::string_view text) {
  struct Word {
    std::string_view begin;
    Precision format;
  };
  static constexpr Word words[] = {
      {"fp16", Precision::fp16},   {"bf16", Precision::bf16},     {"fp8", Precision::fp8},
      {"mxfp8", Precision::mxfp8}, {"int8", Precision::int8},     {"fp4", Precision::fp4},
      {"mxfp4", Precision::mxfp4}, {"nvfp4", Precision::fp4},     {"int4", Precision::int4},
      {"w4a16", Precision::int4},  {"bfloat16", Precision::bf16}, {"float16", Precision::fp16}};
  for (const Word& word : words)
    if (text.starts_with(word.begin)) return word.format;
  return std::nullopt;
}

std::string_view format_name(Precision format) { return format_names[static_cast<int>(format)]; }

const Checkpoint* only_checkpoint(const ModelEntry& model) {
  const auto only = std::find_if(model.checkpoints.begin(), model.checkpoints.end(),
                                 [](const Checkpoint& checkpoint) { return checkpoint.is_only; });
  return only == model.checkpoints.end() ? nullptr : &*only;
}

std::optional<kernels::ServedModel> served_model(const ModelEntry& model,
                                                 const FormatRequest& request,
                                                 bool sets_narrow_cache) {
  const std::optional<Precision> format = stored_format(request.precision);
  if (!format) return std::nullopt;
  kernels::ServedModel served;
  served.shape = model.shape;
  kernels::set_weights(served, *format);
  const auto meant = std::find_if(
      model.checkpoints.begin(), model.checkpoints.end(),
      [&](const Checkpoint& checkpoint) { return is_meant(checkpoint, request, *format); });
  if (meant != model.checkpoints.end()) {
    served.attention_weights = meant->attention_weights;
    served.mlp_weights = meant->mlp_weights;
    served.expert_weights = meant->expert_weights;
  }
  served.attention_weights = request.attention_weights.value_or(served.attention_weights);
  served.expert_weights = request.expert_weights.value_or(served.expert_weights);
  const bool is_narrow = kernels::bytes_per_value(*format) < 2.0;
  served.cache =
      request.cache.value_or(is_narrow && sets_narrow_cache ? Precision::fp8 : Precision::bf16);
  return served;
}

std::string describe_formats(const kernels::ServedModel& model) {
  std::string weights;
  const bool is_mixture = model.shape.experts > 0;
  const auto attention = format_name(model.attention_weights);
  const auto mlp = format_name(model.mlp_weights);
  const auto experts = format_name(model.expert_weights);
  if (is_mixture && experts != attention && mlp == attention)
    weights = fmt::format("{} weights of experts, {} of the rest", experts, attention);
  else if (attention != mlp)
    weights = fmt::format("{} weights of attention, {} of {}", attention, mlp,
                          is_mixture && experts != mlp ? "dense layers" : "the rest") +
              (is_mixture && experts != mlp ? fmt::format(", {} of experts", experts) : "");
  else
    weights = fmt::format("{} weights", mlp);
  return fmt::format("{}; {} cache", weights, format_name(model.cache));
}

std::string describe_arithmetic(const kernels::ServedModel& model,
                                const kernels::ChipParams& chip) {
  std::string out;
  std::vector<Precision> used;
  std::vector<Precision> stored = {model.mlp_weights, model.attention_weights};
  if (model.shape.experts > 0) stored.insert(stored.begin(), model.expert_weights);
  for (const Precision format : stored) {
    const Precision in = kernels::arithmetic_format(chip, format);
    if (std::find(used.begin(), used.end(), in) != used.end()) continue;
    used.push_back(in);
    out += fmt::format("{}{}", out.empty() ? "" : " and ", format_name(in));
  }
  return out;
}

std::string widened_formats(const kernels::ServedModel& model, const kernels::ChipParams& chip,
                            const std::string& chip_name) {
  std::vector<Precision> stored = {model.mlp_weights, model.attention_weights};
  if (model.shape.experts > 0) stored.insert(stored.begin(), model.expert_weights);
  for (const Precision format : stored) {
    if (!kernels::is_widened(chip, format)) continue;
    return fmt::format("{} has no {} rate: read as {}, multiplied in {}", chip_name,
                       format_name(format), format_name(format),
                       format_name(kernels::arithmetic_format(chip, format)));
  }
  return {};
}

}  // namespace tranche
