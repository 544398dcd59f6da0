// SPDX-License-Identifier: Apache-2.0

// Detects impossible layouts of measured cases: degrees that do not divide chips, heads, experts or
// batch. `model`: the catalogue's, for heads and layers that the row leaves blank; may be nullptr.
#pragma once

#include <cstddef>
#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "sim/input/csv_reader.hpp"

namespace tranche {

// Reason why the layout of a training row is impossible, or empty. Pipeline stages may differ in
// length, as in published runs (61 layers on 16 stages).
std::string training_layout_problem(const CsvTable& table, std::size_t row,
                                    const ModelEntry* model);

// Reason why the layout of a row of served models is impossible, or empty.
std::string inference_layout_problem(const CsvTable& table, std::size_t row,
                                     const ModelEntry* model);

// "stages of up to 5 layers", if a pipeline divides neither the layers nor the layers with one or
// both vocabulary tables; else empty.
std::string uneven_stages(const CsvTable& table, std::size_t row, const ModelEntry* model);

}  // namespace tranche
