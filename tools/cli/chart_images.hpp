// SPDX-License-Identifier: Apache-2.0

// Draws charts as image files without a browser, by installed programs.
#pragma once

#include <string>
#include <vector>

#include "sim/report/page/report_page.hpp"

namespace tranche::tools {

struct ChartImages {
  std::size_t svg = 0, png = 0;  // number of files
  std::string note;              // reason for missing PNG files; empty if there are none
};

// Draws each NAME.vl.json as NAME.svg with the front end's script in Node, and as NAME.png with
// rsvg-convert if it is installed. Throws OutputError if Node is missing or fails.
ChartImages draw_charts(const std::vector<std::string>& specifications,
                        const ReportTemplate& front_end);

}  // namespace tranche::tools
