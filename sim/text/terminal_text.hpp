// SPDX-License-Identifier: Apache-2.0

// Text for a terminal: widths, padding, wrapping, and sanitised names. Independent of the locale.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tranche {

// Returns the text with everything that could disturb a terminal replaced by U+FFFD: control
// characters, changes of writing direction, bytes that are not UTF-8. Every blank becomes a space.
std::string printable(std::string_view text);

// Number of columns of printable text: 2 for wide East Asian characters and emoji, 0 for combining
// marks.
std::size_t display_width(std::string_view text);

// At most `columns` wide; an ellipsis marks a cut.
std::string shortened(std::string_view text, std::size_t columns);
std::string padded_right(std::string_view text, std::size_t columns);  // text, then blanks
std::string padded_left(std::string_view text, std::size_t columns);   // blanks, then text

// Breaks at spaces so that no line is wider than `columns`; lines after the first begin with
// `indent`. A word wider than a line is kept whole. Ends with a line break.
std::string wrapped(std::string_view text, std::size_t columns, std::string_view indent = "");

}  // namespace tranche
