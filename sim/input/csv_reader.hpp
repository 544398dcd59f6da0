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
  std::vector<std::size_t> lines;  // line of each row, from 1

  // Index of a column; empty if there is none of that name.
  std::optional<std::size_t> column(std::string_view name) const;
  // Returns the field without outer blanks, or "" if the column is absent or the row is short.
  std::string field(std::size_t row, std::string_view name) const;
  // Returns the field as a finite number; empty if it is blank or no such number.
  std::optional<double> number(std::size_t row, std::string_view name) const;
};

// Whether lines that begin with `#` are skipped.
enum class Comments { none, hash };

// Parses a table; the first line names the columns. A row with more fields than columns, duplicate
// columns or an unclosed quote is an InputError with file and line; short rows are accepted. Blank
// lines are skipped, except in a single-column table, where a blank line before further rows is a
// row with an empty field.
CsvTable parse_csv(std::string_view text, const std::string& file,
                   Comments comments = Comments::none);

// Reads the file; throws InputError if it cannot be opened.
CsvTable read_csv(const std::string& file);

}  // namespace tranche
