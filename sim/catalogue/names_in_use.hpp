// SPDX-License-Identifier: Apache-2.0

// Names of chips and models as people, model hubs and tools write them, found in the catalogue.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// A model by a name in use, and what the name says of its number formats.
struct NamedModel {
  const ModelEntry* model = nullptr;       // nullptr: the catalogue has none
  const Checkpoint* checkpoint = nullptr;  // one of the model's, where the name is its name
  std::string precision;                   // "fp8" of "Qwen/Qwen3-235B-A22B-FP8", else empty
};

// By name or alias: letter case, `_` and blanks against `-`, and an owner ("openai/") make no
// difference; endings that leave the shape as it is ("-Instruct", "-Chat", "-Base", "-it", "-hf",
// a date) are dropped; an ending that states a format is a format. Sizes and versions are never
// guessed: "DeepSeek-V3.1" is not deepseek-v3.
NamedModel named_model(const std::vector<ModelEntry>& models, std::string_view name);

// By name or alias, also as nvidia-smi and rocm-smi print it ("NVIDIA H100 80GB HBM3"): without
// the vendor, blanks as `-`. nullptr where the catalogue has none.
const ChipEntry* named_chip(const std::vector<ChipEntry>& chips, std::string_view name);

// The names whose family, before the first `-`, is a word of the text: all H100 of the catalogue
// for "NVIDIA H100 special".
std::vector<std::string> names_of_family(std::string_view text,
                                         const std::vector<std::string>& names);

}  // namespace tranche
