// SPDX-License-Identifier: Apache-2.0
#include "sim/input/input_file.hpp"

#include <system_error>

namespace tranche {

std::string why_no_file(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return "no such file";
  if (fs::is_regular_file(status)) return {};
  if (fs::is_directory(status)) return "it is a directory";
  return status.type() == fs::file_type::none || status.type() == fs::file_type::unknown
             ? error.message()
             : "it is not a regular file";
}

}  // namespace tranche
