// SPDX-License-Identifier: Apache-2.0

// Charts and pages from what a folder holds, long after the command that left it there.
#pragma once

#include <string>

#include "sim/base/atomic_file.hpp"
#include "sim/report/page/report_page.hpp"

namespace tranche {

// Adds charts and report.html of the results in the set and in its folder: a run's
// result.json, or the tables of the other commands. The same bytes as the command wrote. Throws
// InputError when there is nothing that a chart can be made of.
void write_folder_report(const ReportTemplate& front_end, FileSet& files);

// Whether the set itself holds tables that charts can be made of.
bool has_charts(const FileSet& files);

}  // namespace tranche
