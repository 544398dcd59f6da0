// SPDX-License-Identifier: Apache-2.0

// Search in texts that people wrote: names of chips, kernels and software, layouts, notes.
#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace tranche {

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// ASCII letters in lower case.
inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace tranche
