// SPDX-License-Identifier: Apache-2.0

// Charts and report.html for the tables that a command writes.
#pragma once

#include <string>
#include <vector>

#include "sim/api/written.hpp"
#include "sim/base/atomic_file.hpp"

namespace tranche::tools {

// Adds charts and page to the set, from its files and those in its folder, as `tranche report`
// does; publishes all files together, so that a page always matches the tables; and prints the path
// of the page. Returns the files added, relative to the folder.
std::vector<std::string> publish_with_report(FileSet& files);

// The front end of this program; empty in one built without npm.
api::ReportTemplate page_template();

// Prints the path of the page, or of the charts, among these files; nothing without any.
void say_report(const api::Written& written);

}  // namespace tranche::tools
