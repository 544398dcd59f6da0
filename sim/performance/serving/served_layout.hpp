// SPDX-License-Identifier: Apache-2.0

// Layouts of a replica of a served model over chips, and their checks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernels/models/serving/memory.hpp"

namespace tranche {

// Fixed part of the layout of a replica; the search covers the rest.
struct ServedLayout {
  std::optional<std::int32_t> tensor, pipeline, expert, attention_data_parallel;
};

// Reason why no chips can run the layout: TP that does not divide the heads, more stages than
// layers, EP that does not divide the experts (above four chips in whole fours, up to a
// quarter of the experts may have a second copy instead) or the chips of a stage, EP or replicated
// attention of a model without experts. Empty for a valid layout.
std::string layout_problem(const kernels::ModelParams& model, const kernels::InferencePlan& plan);

// The same for the fixed part alone.
std::string layout_problem(const kernels::ModelParams& model, const ServedLayout& asked);

// Reason why a layout over several scale-up domains cannot be computed: the chip's network is not
// known. Empty otherwise.
std::string network_problem(const kernels::ChipParams& chip, const kernels::InferencePlan& plan);

}  // namespace tranche
