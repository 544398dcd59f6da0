// SPDX-License-Identifier: Apache-2.0

// Tables and terminal report of `tranche discover`.
#pragma once

#include <cstddef>
#include <string>

#include "sim/base/atomic_file.hpp"
#include "sim/studies/discover/discover.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// Columns are described in docs/use/sensitivity.md.
TextTable trajectory_table(const DiscoverResult& result);  // prim.csv
TextTable box_table(const DiscoverResult& result);         // prim_box.csv: the chosen box
TextTable limits_table(const DiscoverResult& result);      // prim_limits.csv: of every box
std::string discover_json(const DiscoverResult& result);
void write_discovery(const DiscoverResult& result, FileSet& files);

std::string discover_text(const DiscoverResult& result, std::size_t columns);

}  // namespace tranche
