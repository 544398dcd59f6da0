// SPDX-License-Identifier: Apache-2.0

// Charts and report.html beside the tables that a command writes.
#pragma once

#include <string>
#include <vector>

#include "sim/base/atomic_file.hpp"

namespace tranche::tools {

// Adds them to the set, made of its files and of what its folder holds, as `tranche report`
// does; moves all into place together, so that a page never shows other tables than those
// beside it; and says where the page is. Returns the files added, relative to the folder.
std::vector<std::string> publish_with_report(FileSet& files);

}  // namespace tranche::tools
