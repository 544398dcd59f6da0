#include "sim/charts/run_report.hpp"

#include "sim/charts/run_charts.hpp"

namespace tranche {

void write_run_report(const RunDocument& document, FileSet& files) {
  for (const Chart& chart : run_charts(document))
    files.write("charts/" + chart.name + ".vl.json", specification_text(chart));
}

}  // namespace tranche
