// SPDX-License-Identifier: Apache-2.0

// What kind of measured cases a table holds, and which of its rows can be predicted. Rows
// are checked here before any model sees them, so that a slip in a file can neither stop
// the others nor be read as something else.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/input/csv_reader.hpp"
#include "sim/performance/validation/case_columns.hpp"

namespace tranche {

// By the columns; empty when the table is none of them.
std::optional<CaseSchema> case_schema(const CsvTable& table);

// For a table without schema: of each schema the columns it lacks, one line each.
std::vector<std::string> missing_columns(const CsvTable& table);

// Why the row cannot be predicted: "missing n_layers, hidden", fields that are no number or out
// of range, a layout that does not fit its chips. Empty when nothing is wrong.
std::string row_problem(const CsvTable& table, std::size_t row, CaseSchema schema,
                        const Catalogue& catalogue);

// What the models take where the row is blank, beyond what they say themselves:
// "vocabulary of 50257; MLP 4 x hidden". Empty when nothing is.
std::string row_assumptions(const CsvTable& table, std::size_t row, CaseSchema schema,
                            const Catalogue& catalogue);

}  // namespace tranche
