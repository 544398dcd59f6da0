// SPDX-License-Identifier: Apache-2.0

// The line that a diagnostic points into, where no reader has kept it.
#pragma once

#include <string>

#include "sim/input/diagnostic.hpp"

namespace tranche {

// Text of the line without its break, read from the file; empty where there is no such file or
// line, as for the command line and defaults.
std::string source_line_of(const SourceSpan& where);

}  // namespace tranche
