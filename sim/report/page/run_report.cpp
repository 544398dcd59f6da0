// SPDX-License-Identifier: Apache-2.0
#include "sim/report/page/run_report.hpp"

#include "sim/report/charts/run_charts.hpp"

namespace tranche {

void write_run_report(const RunDocument& document, const ReportTemplate& front_end,
                      FileSet& files) {
  const std::vector<Chart> charts = run_charts(document);
  for (const Chart& chart : charts)
    files.write("charts/" + chart.name + ".vl.json", specification_text(chart));
  if (!front_end.is_there()) return;
  const nlohmann::ordered_json data = run_page_data(document, charts);
  files.write("report.html", report_page(front_end, data.at("title"), data));
}

}  // namespace tranche
