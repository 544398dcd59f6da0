// SPDX-License-Identifier: Apache-2.0

// Columns of CSV files, for empirical distributions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/input/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

struct EmpiricalColumn {
  std::vector<double> values;  // as written, in file order
  InputFile input;
};

// The numbers of one column of a CSV file with a header line. Empty lines and lines that begin
// with `#` are skipped. Reports, at its line, a row that is shorter or longer than the header, a
// cell of the column that is empty or no number, a quote that is not closed and a column that is
// named twice; what concerns the file as a whole at `asked_from`.
std::optional<EmpiricalColumn> read_column(const std::string& path, const std::string& column,
                                           const SourceSpan& asked_from, Problems& problems);

}  // namespace tranche
