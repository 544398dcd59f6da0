// Charts and report.html beside the tables that a command has just written.
#pragma once

#include <string>
#include <vector>

namespace tranche::tools {

// Makes them from the folder, as `tranche report` does, and says where the page is. Returns
// the files made, relative to the folder.
std::vector<std::string> make_report(const std::string& folder);

}  // namespace tranche::tools
