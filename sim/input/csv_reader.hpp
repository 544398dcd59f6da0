// SPDX-License-Identifier: Apache-2.0

// Reads comma-separated tables (RFC 4180): quoted fields, doubled quotes, line breaks
// inside quotes, CRLF or LF, a byte-order mark, a missing last line break.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

struct CsvTable {
  std::string file;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> lines;  // where each row starts, from 1

  // Index of a column; empty when the table has none of that name.
  std::optional<std::size_t> column(std::string_view name) const;
  // The field, or "" when the column is absent or the row is short. Outer blanks are gone.
  std::string field(std::size_t row, std::string_view name) const;
  // The field as a number; empty when it is blank or not a number.
  std::optional<double> number(std::size_t row, std::string_view name) const;
};

// Whether a line that begins with `#` is left out.
enum class Comments { none, hash };

// The first line names the columns. A row with more fields than there are columns, two columns
// of one name or an unclosed quote is an InputError that names file and line; short rows are
// accepted. Blank lines are left out, except in a table of one column, where one that rows
// follow is a row with an empty field.
CsvTable parse_csv(std::string_view text, const std::string& file,
                   Comments comments = Comments::none);

// Reads the file; InputError when it cannot be opened.
CsvTable read_csv(const std::string& file);

}  // namespace tranche
