// Which build this is.
#pragma once

#include <string>

namespace tranche {

std::string version();  // "0.1.0"

}  // namespace tranche
