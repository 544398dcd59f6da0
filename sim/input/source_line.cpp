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

}  // namespace tranche
