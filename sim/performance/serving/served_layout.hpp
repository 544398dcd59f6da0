// SPDX-License-Identifier: Apache-2.0

// How a copy of a served model is spread over chips, and which layouts cannot be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernels/models/serving/memory.hpp"

namespace tranche {

// What is said of how a copy of the model is spread over chips; what is not said is searched.
struct ServedLayout {
  std::optional<std::int32_t> tensor, pipeline, expert, attention_data;
};

// Why no chips can run the layout: TP that does not divide the heads, more stages than layers,
// EP that divides neither the experts nor the chips of a stage, EP or copied attention of a model
// without experts. Empty for a layout that can be.
std::string layout_problem(const kernels::ModelParams& model, const kernels::InferencePlan& plan);

// The same of what is said alone, whatever the rest would be.
std::string layout_problem(const kernels::ModelParams& model, const ServedLayout& asked);

}  // namespace tranche
