// SPDX-License-Identifier: Apache-2.0
#include "sim/input/source_line.hpp"

#include <filesystem>
#include <fstream>

namespace tranche {

std::string source_line_of(const SourceSpan& where) {
  std::error_code ignored;
  if (where.line == 0 || !std::filesystem::is_regular_file(where.file, ignored)) return {};
  std::ifstream file(where.file);
  std::string line;
  for (std::size_t n = 0; n < where.line; ++n)
    if (!std::getline(file, line)) return {};
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string source_line_of(const SourceSpan& where, std::string_view text) {
  if (where.line == 0) return {};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t n = 1; n < where.line; ++n) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return std::string(line);
}

}  // namespace tranche
