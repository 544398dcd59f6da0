// SPDX-License-Identifier: Apache-2.0

// Loads a TOML file into a tree of nodes with source positions. The only user of toml++.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/input/config_node.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/input/input_file.hpp"

namespace tranche {

inline constexpr std::size_t input_file_limit_bytes = 16u << 20;

struct LoadedFile {
  Node root;
  InputFile input;
};

// Returns the bytes of a regular file of at most input_file_limit_bytes. Reports errors at
// `asked_from` (the location that names the file; line 0 if there is none).
std::optional<std::string> read_input_file(const std::string& path, const SourceSpan& asked_from,
                                           Problems& problems);

// Reads and parses a file; its text is stored for carets. Accepts a byte order mark and Windows
// line ends.
std::optional<LoadedFile> load_toml(const std::string& path, const SourceSpan& asked_from,
                                    Problems& problems);

// The same for a document in memory that stands for the file at `path`.
std::optional<LoadedFile> load_toml_text(std::string_view text, const std::string& path,
                                         Problems& problems);

// Parses a document in memory; `file` names it in messages.
std::optional<Node> parse_toml(std::string_view document, const std::string& file,
                               Problems& problems);

// Parses one value as TOML ("4", "\"x\"", "{ a = 1 }"), or returns the text as a string if it is
// not TOML. The value's location is `where`, with the length of the text.
Node parse_toml_value(std::string_view text, const SourceSpan& where);

}  // namespace tranche
