// SPDX-License-Identifier: Apache-2.0

// Keys of the scenario language that were renamed. A former key works for one release, with a
// warning that names the current one.
#pragma once

#include <string>

#include "sim/input/config_node.hpp"
#include "sim/input/diagnostic.hpp"

namespace tranche {

// Renames former keys in the tables of a file that was just read. A table that has the current
// key as well keeps both, so that the reader reports the former one as unknown.
void rename_former_keys(Node& root, Problems& problems);

// A dotted path with the current keys: "licences.bis.aggregate_share_cap" for
// "licences.bis.aggregate_tpp_share".
std::string current_path(const std::string& path, const SourceSpan& where, Problems& problems);

}  // namespace tranche
