// SPDX-License-Identifier: Apache-2.0

// Layouts of measured cases that cannot have run: parts that do not divide their chips, heads,
// experts or batch.
#pragma once

#include <cstddef>
#include <string>

#include "sim/input/csv_reader.hpp"

namespace tranche {

// Why the layout of a training row cannot be, or empty. Stages of a pipeline may differ in
// length: published runs have them (61 layers on 16 stages).
std::string training_layout_problem(const CsvTable& table, std::size_t row);

// Why the layout of a row of served models cannot be, or empty.
std::string inference_layout_problem(const CsvTable& table, std::size_t row);

// "stages of up to 5 layers", where a pipeline does not divide the layers, nor the layers with one
// or both tables of the vocabulary; else empty.
std::string uneven_stages(const CsvTable& table, std::size_t row);

}  // namespace tranche
