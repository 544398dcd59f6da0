#include "sim/case_table.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "sim/diagnostic.hpp"

namespace tranche {
namespace {

// Splits the whole text into records; a quoted cell may hold commas and line ends.
std::vector<std::vector<std::string>> records_of(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string cell;
  bool quoted = false;
  const auto end_cell = [&] { record.push_back(std::move(cell)); cell.clear(); };
  const auto end_record = [&] {
    end_cell();
    if (record.size() > 1 || !record.front().empty()) records.push_back(std::move(record));
    record.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') { cell += '"'; ++i; }
      else if (c == '"') quoted = false;
      else cell += c;
    } else if (c == '"') quoted = true;
    else if (c == ',') end_cell();
    else if (c == '\n') end_record();
    else if (c != '\r') cell += c;
  }
  if (!cell.empty() || !record.empty()) end_record();
  return records;
}

}  // namespace

bool CaseTable::has(std::string_view column) const {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

std::string_view CaseTable::text(std::size_t row, std::string_view column) const {
  const auto at = std::find(columns.begin(), columns.end(), column);
  if (at == columns.end()) return {};
  return rows[row][static_cast<std::size_t>(at - columns.begin())];
}

std::optional<double> CaseTable::number(std::size_t row, std::string_view column) const {
  const std::string_view cell = text(row, column);
  double value = 0.0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc{} || end != cell.data() + cell.size()) return std::nullopt;
  return value;
}

CaseTable read_case_table(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Problems problems;
  if (!file) {
    problems.error({.file = path}, "cannot read the file");
    problems.throw_if_errors();
  }
  std::stringstream text;
  text << file.rdbuf();
  CaseTable table;
  table.rows = records_of(text.str());
  if (table.rows.empty()) {
    problems.error({.file = path}, "the file has no header");
    problems.throw_if_errors();
  }
  table.columns = table.rows.front();
  table.rows.erase(table.rows.begin());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (table.rows[row].size() != table.columns.size()) {
      problems.error({.file = path, .line = row + 2},
                     "the row has " + std::to_string(table.rows[row].size()) + " cells, the header " +
                         std::to_string(table.columns.size()));
    }
  }
  problems.throw_if_errors();
  return table;
}

}  // namespace tranche
