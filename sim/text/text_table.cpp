// SPDX-License-Identifier: Apache-2.0
#include "sim/text/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

void trim_line_end(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
}

}  // namespace

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::optional<TextFormat> text_format(std::string_view name) {
  if (name == "table") return TextFormat::table;
  if (name == "csv") return TextFormat::csv;
  if (name == "json") return TextFormat::json;
  return std::nullopt;
}

std::string aligned_text(const TextTable& table) {
  const std::size_t count = table.columns.size();
  std::vector<std::size_t> widths(count);
  std::vector<bool> numeric(count, false);
  for (std::size_t j = 0; j < count; ++j) {
    widths[j] = display_width(table.columns[j].title);
    for (const std::vector<Cell>& row : table.rows) {
      widths[j] = std::max(widths[j], display_width(row[j].shown));
      if (row[j].number) numeric[j] = true;
    }
  }
  std::string out;
  const auto add_line = [&](const auto& text_at) {
    std::string line;
    for (std::size_t j = 0; j < count; ++j) {
      if (!table.columns[j].for_people) continue;
      if (!line.empty()) line += "  ";
      line += numeric[j] ? padded_left(text_at(j), widths[j]) : padded_right(text_at(j), widths[j]);
    }
    trim_line_end(line);
    out += line + '\n';
  };
  add_line([&](std::size_t j) -> std::string_view { return table.columns[j].title; });
  std::size_t rule_width = 0;
  for (std::size_t j = 0; j < count; ++j) {
    if (table.columns[j].for_people) rule_width += widths[j] + (rule_width > 0 ? 2 : 0);
  }
  out += std::string(rule_width, '-') + '\n';
  for (const std::vector<Cell>& row : table.rows) {
    add_line([&](std::size_t j) -> std::string_view {
      return row[j].shown.empty() ? std::string_view("-") : std::string_view(row[j].shown);
    });
  }
  return out;
}

std::string csv_text(const TextTable& table) {
  std::string out;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    out += (j > 0 ? "," : "") + csv_field(table.columns[j].key);
  }
  out += '\n';
  for (const std::vector<Cell>& row : table.rows) {
    for (std::size_t j = 0; j < row.size(); ++j) {
      if (j > 0) out += ',';
      out += row[j].number ? fmt::format("{}", *row[j].number) : csv_field(row[j].shown);
    }
    out += '\n';
  }
  return out;
}

nlohmann::ordered_json json_rows(const TextTable& table) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const std::vector<Cell>& row : table.rows) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t j = 0; j < row.size(); ++j) {
      nlohmann::ordered_json value = nullptr;
      if (row[j].number) {
        value = *row[j].number;
      } else if (!row[j].shown.empty()) {
        value = row[j].shown;
      }
      object[table.columns[j].key] = std::move(value);
    }
    rows.push_back(std::move(object));
  }
  return rows;
}

std::string format_table(const TextTable& table, TextFormat format) {
  switch (format) {
    case TextFormat::table:
      return aligned_text(table);
    case TextFormat::csv:
      return csv_text(table);
    case TextFormat::json:
      return json_rows(table).dump(2) + '\n';
  }
  return {};
}

}  // namespace tranche
