// SPDX-License-Identifier: Apache-2.0

// Input files, which are read as a whole.
#pragma once

#include <filesystem>
#include <string>

namespace tranche {

// An input file of a result: its path as given, and the SHA-256 of its bytes in hexadecimal.
struct InputFile {
  std::string path;
  std::string sha256;
};

// Why the file cannot be read as one, "no such file", "it is not a regular file"; empty when it
// can be. A pipe would keep the program waiting for whoever writes into it, a device may have no
// end. Does not open the file.
std::string why_no_file(const std::filesystem::path& path);

}  // namespace tranche
