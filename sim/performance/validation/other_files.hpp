// SPDX-License-Identifier: Apache-2.0

// Result files of other tools, told apart by how they begin, so that a user who hands one over is
// told what it is and what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tranche {

struct OtherFile {
  std::string looks_like;  // "the result of a serving benchmark of vLLM (JSON)"
  std::string what_to_do;
};

// What a file is, by its first bytes; empty for what may be a table of cases.
std::optional<OtherFile> other_file(std::string_view beginning);

}  // namespace tranche
