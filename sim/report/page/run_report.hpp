// SPDX-License-Identifier: Apache-2.0

// Report of a run: charts as data, and one page with all of them.
#pragma once

#include "sim/base/atomic_file.hpp"
#include "sim/report/page/report_page.hpp"

namespace tranche {

// Adds charts/*.vl.json, and report.html if the front end was built.
void write_run_report(const RunDocument& document, const ReportTemplate& front_end, FileSet& files);

}  // namespace tranche
