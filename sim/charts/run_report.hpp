// What people look at after a run: charts as data, and one page with all of them.
#pragma once

#include "sim/charts/run_document.hpp"
#include "sim/results/atomic_file.hpp"

namespace tranche {

// Adds charts/*.vl.json.
void write_run_report(const RunDocument& document, FileSet& files);

}  // namespace tranche
