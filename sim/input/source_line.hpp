// SPDX-License-Identifier: Apache-2.0

// Source line of a diagnostic whose file no reader has kept.
#pragma once

#include <string>
#include <string_view>

#include "sim/input/diagnostic.hpp"

namespace tranche {

// Returns the text of the line without its break, read from the file; empty if there is no such
// file or line, as for the command line and defaults.
std::string source_line_of(const SourceSpan& where);
// The same from the text of the file, which may begin with a byte order mark.
std::string source_line_of(const SourceSpan& where, std::string_view text);

}  // namespace tranche
