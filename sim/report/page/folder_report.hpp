// SPDX-License-Identifier: Apache-2.0

// Charts and pages from the files of a results folder.
#pragma once

#include <string>

#include "sim/base/atomic_file.hpp"
#include "sim/report/page/report_page.hpp"

namespace tranche {

// Adds charts and report.html of the results in the set and in its folder: result.json of a run, or
// the tables of other commands. The bytes equal those that the command wrote. Throws InputError if
// there is nothing to chart.
void write_folder_report(const ReportTemplate& front_end, FileSet& files);

// True if the set itself has tables that can be charted.
bool has_charts(const FileSet& files);

}  // namespace tranche
