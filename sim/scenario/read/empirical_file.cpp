// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/empirical_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/input/csv_reader.hpp"
#include "sim/input/sha256.hpp"
#include "sim/input/toml_load.hpp"

namespace tranche {
namespace {

// Numbers of a column; empty, with the line reported, if one is missing.
std::optional<std::vector<double>> numbers_of(const CsvTable& table, const std::string& column,
                                              Problems& problems) {
  std::vector<double> values;
  const std::size_t errors_before = problems.error_count();
  for (std::size_t row = 0; row < table.rows.size() && !problems.are_many(); ++row) {
    const SourceSpan where{.file = table.file, .line = table.lines[row], .column = 1};
    const std::size_t fields = table.rows[row].size();
    if (fields < table.columns.size()) {
      problems.error(where, fmt::format("row has {} field{}, the header has {}", fields,
                                        fields == 1 ? "" : "s", table.columns.size()));
      continue;
    }
    const std::string text = table.field(row, column);
    const std::optional<double> value = table.number(row, column);
    if (text.empty()) {
      problems.error(where, fmt::format("no value in column `{}`", column),
                     {"leave the row out, or write what was observed"});
    } else if (!value || !std::isfinite(*value)) {
      problems.error(where,
                     fmt::format("`{}` in column `{}` is not a finite number", text, column));
    } else {
      values.push_back(*value);
    }
  }
  if (problems.error_count() > errors_before) return std::nullopt;
  return values;
}

}  // namespace

std::optional<EmpiricalColumn> read_column(const std::string& path, const std::string& column,
                                           const SourceSpan& asked_from, Problems& problems) {
  const std::optional<std::string> bytes = read_input_file(path, asked_from, problems);
  if (!bytes) return std::nullopt;
  CsvTable table;
  try {
    table = parse_csv(*bytes, path, Comments::hash);
  } catch (const InputError& error) {
    problems.remember_source(path, *bytes);
    for (const Diagnostic& diagnostic : error.diagnostics())
      problems.error(diagnostic.where, diagnostic.problem, diagnostic.help);
    return std::nullopt;
  }
  if (!table.column(column)) {
    problems.error(asked_from, fmt::format("`{}` has no column `{}`", path, column),
                   name_help(column, table.columns, "columns"));
    return std::nullopt;
  }
  if (table.rows.empty()) {
    problems.error(asked_from, fmt::format("`{}` has no numbers in column `{}`", path, column));
    return std::nullopt;
  }
  Problems found;
  std::optional<std::vector<double>> values = numbers_of(table, column, found);
  if (!values) {
    problems.remember_source(path, *bytes);
    for (const Diagnostic& diagnostic : found.list())
      problems.error(diagnostic.where, diagnostic.problem, diagnostic.help);
    return std::nullopt;
  }
  return EmpiricalColumn{.values = std::move(*values),
                         .input = {.path = path, .sha256 = sha256_hex(*bytes)}};
}

}  // namespace tranche
