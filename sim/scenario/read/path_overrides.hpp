// SPDX-License-Identifier: Apache-2.0

// Changing a merged scenario by dotted paths: --set and what-ifs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/input/config_node.hpp"
#include "sim/input/diagnostic.hpp"

namespace tranche {

struct Assignment {
  std::string path;  // "tranches.first.chip"
  SourceSpan path_where;
  Node value;
};

enum class SetBy { command_line, what_if };

// Sets the value at the path. A path that neither exists nor can be created is an error with the
// nearest existing one. A plain value in place of a table with `value` or a distribution keeps its
// `each`, and its `unit` if it has none itself.
void assign(Node& root, const Assignment& assignment, SetBy by, Problems& problems);

// Parses "path=value" of the command line; `line` is its position among the arguments. Reports a
// missing `=`.
std::optional<Assignment> parse_assignment(const std::string& argument, std::size_t line,
                                           Problems& problems);

// The assignments of a what-if's `set`; dotted keys may be quoted or not.
std::vector<Assignment> assignments_of(const Node& set, Problems& problems);

inline constexpr std::string_view command_line_file = "(--set)";

}  // namespace tranche
