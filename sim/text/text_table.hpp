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

// `table`, `csv` or `json`; empty for another word.
std::optional<TextFormat> text_format(std::string_view name);

// What a person reads, and the exact number behind it when there is one. A cell
// without either is a value that is not known.
struct Cell {
  std::string shown = {};
  std::optional<double> number = std::nullopt;

  Cell() = default;
  Cell(std::string text) : shown(std::move(text)) {}  // NOLINT: a text is a cell
  Cell(const char* text) : shown(text) {}             // NOLINT
  Cell(std::string text, double exact) : shown(std::move(text)), number(exact) {}
};

struct Column {
  std::string title;       // above the column for people
  std::string key;         // in CSV and JSON; names the base unit of numbers
  bool for_people = true;  // else in CSV and JSON only, where width does not matter
};

struct TextTable {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

// Columns of numbers are aligned right; unknown values are shown as "-".
std::string aligned_text(const TextTable& table);
// RFC 4180, without carriage returns; numbers with the digits that bring back the same value;
// unknown is empty.
std::string csv_text(const TextTable& table);
// One object per row; unknown is null.
nlohmann::ordered_json json_rows(const TextTable& table);

// One field of a CSV line, quoted where RFC 4180 asks for it.
std::string csv_field(std::string_view text);

// All of the above; JSON is indented and ends with a line break.
std::string format_table(const TextTable& table, TextFormat format);

}  // namespace tranche
