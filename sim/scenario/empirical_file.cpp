#include "sim/scenario/empirical_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "sim/input/sha256.hpp"
#include "sim/input/toml_load.hpp"

namespace tranche {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1);
}

// Cells of a line; commas inside double quotes do not separate.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  bool in_quotes = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') in_quotes = !in_quotes;
    if (i == line.size() || (line[i] == ',' && !in_quotes)) {
      cells.emplace_back(trimmed(line.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  return cells;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<EmpiricalColumn> read_column(const std::string& path, const std::string& column,
                                           const SourceSpan& asked_from, Problems& problems) {
  const std::optional<std::string> bytes = read_input_file(path, asked_from, problems);
  if (!bytes) return std::nullopt;
  std::string_view rest = *bytes;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  EmpiricalColumn result{.values = {}, .input = {.path = path, .sha256 = sha256_hex(*bytes)}};
  std::optional<std::size_t> index;
  for (std::size_t line_number = 1; !rest.empty(); ++line_number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (trimmed(line).empty() || line.starts_with('#')) continue;
    const std::vector<std::string> cells = cells_of(line);
    if (!index) {
      const auto at = std::find(cells.begin(), cells.end(), column);
      if (at == cells.end()) {
        problems.error(asked_from, fmt::format("`{}` has no column `{}`", path, column),
                       name_help(column, cells, "columns"));
        return std::nullopt;
      }
      index = static_cast<std::size_t>(at - cells.begin());
      continue;
    }
    if (*index >= cells.size() || cells[*index].empty()) continue;
    const std::optional<double> value = number(cells[*index]);
    if (!value) {
      problems.error(asked_from, fmt::format("`{}` line {}: `{}` is not a finite number", path,
                                             line_number, cells[*index]));
      return std::nullopt;
    }
    result.values.push_back(*value);
  }
  if (result.values.empty()) {
    problems.error(asked_from, fmt::format("`{}` has no numbers in column `{}`", path, column));
    return std::nullopt;
  }
  return result;
}

}  // namespace tranche
