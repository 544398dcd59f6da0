// SPDX-License-Identifier: Apache-2.0

// Number formats: one row for each word that files and the command line use.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/models/chip/chip_params.hpp"

namespace tranche {

// What a word may be used for.
enum PrecisionUse : unsigned {
  as_rate = 1,           // a key of the dense rates of a chip in the catalogue
  as_work = 2,           // `precision` of a workload
  as_checkpoint = 4,     // published weights of a model
  as_stored = 8,         // weights or cache of a served model
  as_cache = 16,         // `kv_precision`
  as_trained = 32,       // `tranche plan --precision`
  as_best_trained = 64,  // a candidate of "best" in training
  as_best = 128,         // a candidate of "best" elsewhere
};

struct PrecisionInfo {
  std::string_view name;
  kernels::Precision format;
  std::string_view rate;  // the rate of the catalogue that applies; empty: none is published
  unsigned uses;
};

inline constexpr std::array precision_table = [] {
  using enum kernels::Precision;
  return std::to_array<PrecisionInfo>({
      {"fp64", fp64, "fp64", as_rate | as_work},
      {"fp64_tensor", fp64, "fp64_tensor", as_rate | as_work},
      {"fp32", fp32, "fp32", as_rate | as_work},
      {"tf32", tf32, "tf32", as_rate | as_work},
      {"bf16", bf16, "bf16",
       as_rate | as_work | as_checkpoint | as_stored | as_cache | as_trained | as_best_trained |
           as_best},
      // The catalogue keeps one rate for both 16-bit formats, and one for each width below.
      {"fp16", fp16, "bf16", as_work | as_checkpoint | as_stored | as_cache | as_trained},
      {"fp8", fp8, "fp8",
       as_rate | as_work | as_checkpoint | as_stored | as_cache | as_trained | as_best_trained |
           as_best},
      {"mxfp8", mxfp8, "fp8", as_work | as_stored | as_trained},
      {"int8", int8, "int8", as_rate | as_work | as_checkpoint | as_stored | as_cache | as_best},
      {"fp4", fp4, "fp4",
       as_rate | as_work | as_checkpoint | as_stored | as_cache | as_trained | as_best},
      {"nvfp4", fp4, "fp4", as_work | as_stored | as_cache},
      {"mxfp4", mxfp4, "fp4", as_work | as_checkpoint | as_stored | as_cache},
      {"int4", int4, "", as_work | as_checkpoint | as_stored | as_best},
      {"w4a16", int4, "", as_stored},
      {"bfloat16", bf16, "bf16", as_stored},
      {"float16", fp16, "bf16", as_stored},
  });
}();
static_assert(
    [] {
      for (int format = 0; format < kernels::precision_count; ++format) {
        bool is_named = false;
        for (const PrecisionInfo& info : precision_table)
          is_named = is_named || static_cast<int>(info.format) == format;
        if (!is_named) return false;
      }
      return true;
    }(),
    "every format has a word");

// The row of a word; nullptr for another word.
constexpr const PrecisionInfo* precision_info(std::string_view name) {
  for (const PrecisionInfo& info : precision_table)
    if (info.name == name) return &info;
  return nullptr;
}

// The words that may be used for all of `uses`, in the order of the table.
std::vector<std::string> precision_names(unsigned uses);

}  // namespace tranche
