// SPDX-License-Identifier: Apache-2.0

// Looks up names of chips and models as spelled by people, model hubs and tools.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// A model found by name, and the number formats that the name states.
struct NamedModel {
  const ModelEntry* model = nullptr;       // nullptr: not in the catalogue
  const Checkpoint* checkpoint = nullptr;  // the model's checkpoint of this name, if any
  std::string precision;                   // "fp8" of "Qwen/Qwen3-235B-A22B-FP8", else empty
};

// Finds a model by name or alias. Ignored: letter case, `_` and blanks against `-`, and an owner
// ("openai/"); endings that keep the shape ("-Instruct", "-Chat", "-Base", "-it", "-hf", a date)
// are removed; an ending that states a format is returned as format. Sizes and versions are never
// guessed: "DeepSeek-V3.1" is not deepseek-v3.
NamedModel named_model(const std::vector<ModelEntry>& models, std::string_view name);

// Finds a chip by name or alias, including the output of nvidia-smi and rocm-smi ("NVIDIA H100 80GB
// HBM3"): without the vendor, blanks as `-`. nullptr if the catalogue has none.
const ChipEntry* named_chip(const std::vector<ChipEntry>& chips, std::string_view name);

// Returns the names whose family, the part before the first `-`, is a word of the text: all H100 of
// the catalogue for "NVIDIA H100 special".
std::vector<std::string> names_of_family(std::string_view text,
                                         const std::vector<std::string>& names);

}  // namespace tranche
