// SPDX-License-Identifier: Apache-2.0

// Merges a scenario file with all files it extends into one tree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/input/config_node.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Loads the file, or its `text` if that is given, after the file it extends (relative to it), and
// merges: sections key by key, values as a whole. What-ifs of equal name are replaced; others and
// correlations are added. Reports problems, such as circular references; adds every file read.
std::optional<Node> load_merged(const std::string& path, const std::optional<std::string>& text,
                                Problems& problems, std::vector<InputFile>& inputs);

// True if tables at this path merge key by key; elsewhere a table is a value.
bool merges_by_key(const std::vector<std::string>& path);

}  // namespace tranche
