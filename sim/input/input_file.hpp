// SPDX-License-Identifier: Apache-2.0

// Input files, read as a whole.
#pragma once

#include <filesystem>
#include <string>

namespace tranche {

// An input file of a result: its path as given, and the SHA-256 of its bytes in hexadecimal.
struct InputFile {
  std::string path;
  std::string sha256;
};

// Returns the reason why the path cannot be read as a file, "no such file", "it is not a regular
// file"; empty if it can. Pipes are refused because reading would block, and devices because they
// may have no end. Does not open the file.
std::string why_no_file(const std::filesystem::path& path);

}  // namespace tranche
