// SPDX-License-Identifier: Apache-2.0

// Pictures of charts without a browser, by programs that are on the machine.
#pragma once

#include <string>
#include <vector>

#include "sim/report/page/report_page.hpp"

namespace tranche::tools {

struct ChartImages {
  std::size_t svg = 0, png = 0;  // pictures made
  std::string note;              // why there are no PNG; empty when there are
};

// Draws each NAME.vl.json as NAME.svg with the front end's script in Node, and as NAME.png
// with rsvg-convert where that is installed. Throws OutputError when Node is missing or fails.
ChartImages draw_charts(const std::vector<std::string>& specifications,
                        const ReportTemplate& front_end);

}  // namespace tranche::tools
