// SPDX-License-Identifier: Apache-2.0

// Model of a row of measured inference: shape and number formats. Blanks come from the catalogue,
// so that an MoE model never becomes a dense model.
#pragma once

#include <string>

#include "kernels/models/serving/memory.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/input/csv_reader.hpp"

namespace tranche {

// The cell as a count from 1 to 2e9; `otherwise` if it is blank or not such a number.
std::int32_t whole_number(const CsvTable& table, std::size_t row, std::string_view column,
                          std::int32_t otherwise);

// Catalogue entry of the row's model if layers and width agree with it or are blank; nullptr for
// another model.
const ModelEntry* catalogue_model_of(const CsvTable& table, std::size_t row,
                                     const Catalogue& catalogue);

// Assumed format of the weights of a model published in a single format, if the row states none; or
// a note that the row states another format, which is then used. Else empty.
std::string weights_assumption(const CsvTable& table, std::size_t row, const Catalogue& catalogue);

// Contradiction in a row's model: an MoE model of the catalogue without experts, the name of an MoE
// model with another shape, a format in the name that differs from the row's. Else empty.
std::string case_model_problem(const CsvTable& table, std::size_t row, const Catalogue& catalogue);

struct CaseModel {
  kernels::ServedModel served;
  std::string problem;  // the weight precision is not stated or unknown
};
CaseModel case_model(const CsvTable& table, std::size_t row, const Catalogue& catalogue,
                     bool sets_narrow_cache);

}  // namespace tranche
