// SPDX-License-Identifier: Apache-2.0

// Kind of measured cases in a table, and the rows that can be predicted. Rows are checked before
// any model uses them, so that an error in one row neither stops the others nor is misread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/input/csv_reader.hpp"
#include "sim/performance/validation/case_columns.hpp"

namespace tranche {

// Returns the schema by the columns; empty if the table fits none.
std::optional<CaseSchema> case_schema(const CsvTable& table);

// For a table without schema: the missing columns of each schema, one line each.
std::vector<std::string> missing_columns(const CsvTable& table);

// Reason why the row cannot be predicted: "missing n_layers, hidden", fields that are not numbers
// or out of range, a layout that does not fit its chips. Empty if the row is valid.
std::string row_problem(const CsvTable& table, std::size_t row, CaseSchema schema,
                        const Catalogue& catalogue);

// Values that the models assume for blanks of the row, beyond their own remarks: "vocabulary of
// 50257; MLP 4 x hidden". Empty if there are none.
std::string row_assumptions(const CsvTable& table, std::size_t row, CaseSchema schema,
                            const Catalogue& catalogue);

}  // namespace tranche
