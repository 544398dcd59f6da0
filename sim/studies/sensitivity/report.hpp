// SPDX-License-Identifier: Apache-2.0

// What `tranche sensitivity` leaves behind: tables for programs, text for people.
#pragma once

#include <cstddef>
#include <string>

#include "sim/base/atomic_file.hpp"
#include "sim/studies/sensitivity/sensitivity.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// The table of one method, every chosen output, largest first within an output. Columns
// are described in docs/use/sensitivity.md. Empty when the method was not asked for.
TextTable tornado_table(const SensitivityResult& result);
TextTable sobol_table(const SensitivityResult& result);
TextTable morris_table(const SensitivityResult& result);
TextTable evppi_table(const SensitivityResult& result);
TextTable method_table(const SensitivityResult& result, Method method);
std::string file_of(Method method);  // "tornado.csv"

// The manifest and the tables, those of more than 5,000 rows by file name only.
std::string sensitivity_json(const SensitivityResult& result);

// A CSV file for each method and sensitivity.json.
void write_sensitivity(const SensitivityResult& result, FileSet& files);

// For people: one output, `top` inputs a table; others are in the files.
std::string sensitivity_text(const SensitivityResult& result, std::size_t columns, std::size_t top);

}  // namespace tranche
