// SPDX-License-Identifier: Apache-2.0
#include "sim/input/csv_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/input/diagnostic.hpp"
#include "sim/input/input_file.hpp"

namespace tranche {
namespace {

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

[[noreturn]] void refuse(const std::string& file, std::size_t line, std::string problem,
                         std::vector<std::string> help) {
  Problems problems;
  problems.error({file, line, 1, 1}, std::move(problem), std::move(help));
  problems.throw_if_errors();
  throw InputError({});  // not reached: the list has an error
}

// Returns one record from `at`; moves `at` behind its line break and counts lines.
std::vector<std::string> next_record(std::string_view text, std::size_t& at, std::size_t& line,
                                     const std::string& file) {
  std::vector<std::string> fields(1);
  const std::size_t first_line = line;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        fields.back() += '"';
        ++at;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      return fields;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  if (quoted) refuse(file, first_line, "a quoted field is not closed", {"close it with `\"`"});
  return fields;
}

}  // namespace

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == name) return i;
  }
  return std::nullopt;
}

std::string CsvTable::field(std::size_t row, std::string_view name) const {
  const auto index = column(name);
  if (!index || *index >= rows[row].size()) return "";
  return trimmed(rows[row][*index]);
}

std::optional<double> CsvTable::number(std::size_t row, std::string_view name) const {
  const std::string text = field(row, name);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(value)) return std::nullopt;  // "nan", "inf"
  return value;
}

CsvTable parse_csv(std::string_view text, const std::string& file, Comments comments) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvTable table;
  table.file = file;
  std::size_t at = 0;
  std::size_t line = 1;
  // Blank lines of a single-column table: missing values, unless they end the file.
  std::vector<std::size_t> blank_lines;
  while (at < text.size()) {
    if (comments == Comments::hash && text[at] == '#') {
      at = std::min(text.find('\n', at), text.size() - 1) + 1;
      ++line;
      continue;
    }
    const std::size_t first_line = line;
    std::vector<std::string> record = next_record(text, at, line, file);
    if (record.size() == 1 && trimmed(record[0]).empty()) {
      if (table.columns.size() == 1) blank_lines.push_back(first_line);
      continue;
    }
    if (table.columns.empty()) {
      std::set<std::string> names;
      for (const std::string& name : record) {
        table.columns.push_back(trimmed(name));
        if (!table.columns.back().empty() && !names.insert(table.columns.back()).second) {
          refuse(file, first_line, "column `" + table.columns.back() + "` is named twice",
                 {"give one of them another name"});
        }
      }
      continue;
    }
    if (record.size() > table.columns.size()) {
      refuse(file, first_line,
             "row has " + std::to_string(record.size()) + " fields, the header has " +
                 std::to_string(table.columns.size()),
             {"put a field that holds a comma in double quotes"});
    }
    for (const std::size_t blank : blank_lines) {
      table.rows.emplace_back(1);
      table.lines.push_back(blank);
    }
    blank_lines.clear();
    table.rows.push_back(std::move(record));
    table.lines.push_back(first_line);
  }
  if (table.columns.empty())
    refuse(file, 1, "the table is empty", {"a first line of column names"});
  return table;
}

CsvTable read_csv(const std::string& file) {
  if (const std::string why = why_no_file(file); !why.empty())
    refuse(file, 0, "cannot open `" + file + "`: " + why, {"a readable CSV file"});
  std::ifstream in(file, std::ios::binary);
  if (!in) refuse(file, 0, "cannot open `" + file + "`", {"a readable CSV file"});
  std::ostringstream text;
  text << in.rdbuf();
  return parse_csv(text.str(), file);
}

}  // namespace tranche
