// SPDX-License-Identifier: Apache-2.0
#include "sim/input/line_columns.hpp"

#include <algorithm>

namespace tranche {
namespace {

// True for a continuation byte of UTF-8.
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

LineColumns::LineColumns(std::string_view document) {
  std::size_t begin = 0;
  while (begin <= document.size()) {
    const std::size_t end = std::min(document.find('\n', begin), document.size());
    lines_.push_back(document.substr(begin, end - begin));
    begin = end + 1;
  }
}

std::size_t LineColumns::byte_column(std::size_t number, std::size_t character_column) {
  const std::string_view text = line(number);
  const auto [found, is_new] = begins_.try_emplace(number);
  std::vector<std::uint32_t>& begins = found->second;
  if (is_new && std::any_of(text.begin(), text.end(), is_continuation)) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (at == 0 || !is_continuation(text[at])) begins.push_back(static_cast<std::uint32_t>(at));
    }
  }
  const std::size_t index = character_column > 0 ? character_column - 1 : 0;
  if (begins.empty()) return std::min(index, text.size()) + 1;
  return (index < begins.size() ? begins[index] : text.size()) + 1;
}

}  // namespace tranche
