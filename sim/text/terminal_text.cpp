// SPDX-License-Identifier: Apache-2.0
#include "sim/text/terminal_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tranche {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// First code point of the text; RFC 3629, no overlong forms, no surrogates.
CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t value = lead & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::array<std::uint32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest[bytes] || value > 0x10FFFF || surrogate) return {};
  return {value, bytes, true};
}

struct Range {
  std::uint32_t first, last;
};

template <std::size_t Size>
bool is_in(const std::array<Range, Size>& ranges, std::uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [=](Range range) { return code >= range.first && code <= range.last; });
}

// Control characters, and characters that reorder or hide text: Unicode 15, Bidi_Control and line
// separators.
bool disturbs_terminal(std::uint32_t code) {
  constexpr std::array<Range, 8> ranges = {{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0x061C, 0x061C},
                                            {0x200E, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2060, 0x206F},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFF9, 0xFFFB}}};
  return is_in(ranges, code);
}

// Blocks of East_Asian_Width wide and fullwidth that occur in names: Unicode 15,
// EastAsianWidth.txt.
bool is_wide(std::uint32_t code) {
  constexpr std::array<Range, 12> ranges = {{{0x1100, 0x115F},
                                             {0x2E80, 0x303E},
                                             {0x3041, 0x33FF},
                                             {0x3400, 0x4DBF},
                                             {0x4E00, 0xA4CF},
                                             {0xA960, 0xA97C},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0x1F300, 0x1FAFF},
                                             {0x20000, 0x3FFFD}}};
  return is_in(ranges, code);
}

bool is_combining(std::uint32_t code) {
  constexpr std::array<Range, 8> ranges = {{{0x0300, 0x036F},
                                            {0x0483, 0x0489},
                                            {0x1AB0, 0x1AFF},
                                            {0x1DC0, 0x1DFF},
                                            {0x200B, 0x200D},
                                            {0x20D0, 0x20FF},
                                            {0xFE00, 0xFE0F},
                                            {0xFE20, 0xFE2F}}};
  return is_in(ranges, code);
}

std::size_t width_of(std::uint32_t code) { return is_combining(code) ? 0 : is_wide(code) ? 2 : 1; }

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.value == '\t' || point.value == '\n' || point.value == '\r')
      out += ' ';
    else if (!point.valid || disturbs_terminal(point.value))
      out += replacement;
    else
      out += text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    columns += width_of(point.value);
    text.remove_prefix(point.bytes);
  }
  return columns;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::string out;
  std::size_t used = 1;  // of the ellipsis
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    used += width_of(point.value);
    if (used > columns) break;
    out += text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
  }
  return out.append(ellipsis);
}

std::string padded_right(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(text) + std::string(columns > width ? columns - width : 0, ' ');
}

std::string padded_left(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(columns > width ? columns - width : 0, ' ') + std::string(text);
}

std::string wrapped(std::string_view text, std::size_t columns, std::string_view indent) {
  std::string out;
  std::size_t used = 0;
  bool line_has_word = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t width = display_width(word);
    if (line_has_word && used + 1 + width > columns) {
      out.append("\n").append(indent);
      used = display_width(indent);
      line_has_word = false;
    }
    if (line_has_word) out += ' ';
    out += word;
    used += width + (line_has_word ? 1 : 0);
    line_has_word = true;
  }
  return out += '\n';
}

}  // namespace tranche
