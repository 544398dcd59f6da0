// SPDX-License-Identifier: Apache-2.0

// A table for people (aligned columns), for programs (CSV) and for both (JSON).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

enum class TextFormat { table, csv, json };

// Parses `table`, `csv` or `json`; empty for another word.
std::optional<TextFormat> text_format(std::string_view name);

// Displayed text, and the exact number behind it if there is one. A cell without either is an
// unknown value.
struct Cell {
  std::string shown = {};
  std::optional<double> number = std::nullopt;

  Cell() = default;
  Cell(std::string text) : shown(std::move(text)) {}  // NOLINT: a text is a cell
  Cell(const char* text) : shown(text) {}             // NOLINT
  Cell(std::string text, double exact) : shown(std::move(text)), number(exact) {}
};

struct Column {
  std::string title;       // column title in tables
  std::string key;         // CSV and JSON key; names the base unit of numbers
  bool for_people = true;  // false: only in CSV and JSON, where width does not matter
};

struct TextTable {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

// Columns of numbers are right-aligned; unknown values are shown as "-".
std::string aligned_text(const TextTable& table);
// RFC 4180, without carriage returns; numbers have the digits that reproduce the value; unknown
// values are empty.
std::string csv_text(const TextTable& table);
// One object per row; unknown values are null.
nlohmann::ordered_json json_rows(const TextTable& table);

// One field of a CSV line, quoted if RFC 4180 requires it.
std::string csv_field(std::string_view text);

// Formats the table as above; JSON is indented and ends with a line break.
std::string format_table(const TextTable& table, TextFormat format);

}  // namespace tranche
