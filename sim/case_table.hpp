// Rows of a CSV file of measured cases, read by column name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

struct CaseTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  bool has(std::string_view column) const;
  // The text of a cell; empty when there is no such column.
  std::string_view text(std::size_t row, std::string_view column) const;
  // The number in a cell; empty when it holds none.
  std::optional<double> number(std::size_t row, std::string_view column) const;
};

// Reads RFC 4180: quoted cells, doubled quotes. Throws InputError when the file cannot
// be read or a row has another number of cells than the header.
CaseTable read_case_table(const std::string& path);

}  // namespace tranche
