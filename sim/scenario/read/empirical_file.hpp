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

// Reads one column of a CSV file with a header line. Empty lines and lines that begin with `#` are
// skipped. Reports, at its line, a row that is shorter or longer than the header, an empty or
// non-numeric cell of the column, an unclosed quote and a duplicate column; errors of the whole
// file are reported at `asked_from`.
std::optional<EmpiricalColumn> read_column(const std::string& path, const std::string& column,
                                           const SourceSpan& asked_from, Problems& problems);

}  // namespace tranche
