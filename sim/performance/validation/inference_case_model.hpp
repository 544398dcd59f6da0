// SPDX-License-Identifier: Apache-2.0

// The model that a row of measured inference served: its shape and its number formats. What the
// row leaves blank comes from the catalogue, so that a mixture never becomes a dense model.
#pragma once

#include <string>

#include "kernels/models/serving/memory.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/input/csv_reader.hpp"

namespace tranche {

// The cell as a count from 1 to 2e9; `otherwise` where it is blank or no such number.
std::int32_t whole_number(const CsvTable& table, std::size_t row, std::string_view column,
                          std::int32_t otherwise);

// The catalogue's entry of the row's model where layers and width agree with it or are blank;
// nullptr for another model.
const ModelEntry* catalogue_model_of(const CsvTable& table, std::size_t row,
                                     const Catalogue& catalogue);

// What is taken for the weights of a model that is published in one format only, where the row
// states none; or that the row states another format, which is taken at its word. Empty else.
std::string weights_assumption(const CsvTable& table, std::size_t row, const Catalogue& catalogue);

// Why a row says of its model what cannot be: a mixture of the catalogue with no experts, the name
// of a mixture over another shape, a format in the name against the one of the row. Empty else.
std::string case_model_problem(const CsvTable& table, std::size_t row, const Catalogue& catalogue);

struct CaseModel {
  kernels::ServedModel served;
  std::string problem;  // the weight precision is not stated or not known
};
CaseModel case_model(const CsvTable& table, std::size_t row, const Catalogue& catalogue,
                     bool sets_narrow_cache);

}  // namespace tranche
