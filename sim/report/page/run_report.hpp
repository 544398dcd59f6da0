// SPDX-License-Identifier: Apache-2.0

// What people look at after a run: charts as data, and one page with all of them.
#pragma once

#include "sim/base/atomic_file.hpp"
#include "sim/report/page/report_page.hpp"

namespace tranche {

// Adds charts/*.vl.json, and report.html where the front end is there.
void write_run_report(const RunDocument& document, const ReportTemplate& front_end, FileSet& files);

}  // namespace tranche
