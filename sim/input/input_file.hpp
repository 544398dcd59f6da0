// Files that are read as a whole.
#pragma once

#include <filesystem>
#include <string>

namespace tranche {

// Why the file cannot be read as one, "no such file", "it is not a regular file"; empty when it
// can be. A pipe would keep the program waiting for whoever writes into it, a device may have no
// end. Does not open the file.
std::string why_no_file(const std::filesystem::path& path);

}  // namespace tranche
