// SPDX-License-Identifier: Apache-2.0

// Recognises result files of other tools by their first bytes, to tell the user how to convert
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tranche {

struct OtherFile {
  std::string looks_like;  // "the result of a serving benchmark of vLLM (JSON)"
  std::string what_to_do;
};

// Returns the kind of a file by its first bytes; empty for a possible table of cases.
std::optional<OtherFile> other_file(std::string_view beginning);

}  // namespace tranche
