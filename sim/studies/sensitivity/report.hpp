// SPDX-License-Identifier: Apache-2.0

// Tables and terminal report of `tranche sensitivity`.
#pragma once

#include <cstddef>
#include <string>

#include "sim/base/atomic_file.hpp"
#include "sim/studies/sensitivity/sensitivity.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// Table of one method: every chosen output, largest first within an output. Columns are described
// in docs/use/sensitivity.md. Empty if the method was not requested.
TextTable tornado_table(const SensitivityResult& result);
TextTable sobol_table(const SensitivityResult& result);
TextTable morris_table(const SensitivityResult& result);
TextTable evppi_table(const SensitivityResult& result);
TextTable method_table(const SensitivityResult& result, Method method);
std::string file_of(Method method);  // "tornado.csv"

// The manifest and the tables; those of more than 5,000 rows by file name only.
std::string sensitivity_json(const SensitivityResult& result);

// Writes a CSV file for each method and sensitivity.json.
void write_sensitivity(const SensitivityResult& result, FileSet& files);

// Terminal report: one output, `top` inputs per table; the rest is in the files.
std::string sensitivity_text(const SensitivityResult& result, std::size_t columns, std::size_t top);

}  // namespace tranche
