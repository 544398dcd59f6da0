// SPDX-License-Identifier: Apache-2.0
#include "sim/api/table.hpp"

#include <fmt/format.h>

#include <charconv>

#include "sim/api/implementation/guarded.hpp"
#include "sim/api/implementation/names.hpp"
#include "sim/api/implementation/tables.hpp"
#include "sim/input/csv_reader.hpp"

namespace tranche::api {
namespace {

const std::string& field_of(const Table& table, std::size_t row, const std::string& column) {
  const std::size_t index = index_of_name(column, table.columns, "column", "columns");
  if (row >= table.rows.size())
    throw RequestRefused(
        fmt::format("there is no row {}: the table has {}, from 0", row, table.rows.size()));
  return table.rows[row][index];
}

}  // namespace

Table table_of_csv(const std::string& csv) {
  CsvTable read = parse_csv(csv, "(table)");
  for (std::vector<std::string>& row : read.rows) row.resize(read.columns.size());
  return {.columns = std::move(read.columns), .rows = std::move(read.rows)};
}

Expected<std::string> Table::text(std::size_t row, const std::string& column) const {
  return guarded([&] { return field_of(*this, row, column); });
}

Expected<std::optional<double>> Table::number(std::size_t row, const std::string& column) const {
  return guarded([&]() -> std::optional<double> {
    const std::string& field = field_of(*this, row, column);
    if (field.empty()) return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc() || end != field.data() + field.size())
      throw RequestRefused(fmt::format("`{}` in column `{}` is not a number", field, column));
    return value;
  });
}

}  // namespace tranche::api
