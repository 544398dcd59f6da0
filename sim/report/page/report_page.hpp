// SPDX-License-Identifier: Apache-2.0

// The page that people open: the front end's template with the data of one report in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/charts/chart.hpp"
#include "sim/report/document/run_document.hpp"

namespace tranche {

// What tools/report builds. Both are empty in a program that was built without npm.
struct ReportTemplate {
  std::string page = {};    // HTML with a place for the title, the data and the script
  std::string script = {};  // runs in the page, and in Node to draw pictures
  bool is_there() const { return !page.empty() && !script.empty(); }
};

// One file that needs no other: title and data in their places.
std::string report_page(const ReportTemplate& front_end, const std::string& title,
                        const nlohmann::ordered_json& data);

// What the page of a run shows. Metrics after the first that do not fit into
// `most_packed_bytes` are left to summary.csv; the page says so.
inline constexpr std::size_t most_packed_bytes = 1'700'000;
nlohmann::ordered_json run_page_data(const RunDocument& document, const std::vector<Chart>& charts,
                                     std::size_t most_bytes = most_packed_bytes);

// A page of charts that cannot be changed, with lines of words above them.
nlohmann::ordered_json charts_page_data(const std::string& title,
                                        const std::vector<std::string>& sentences,
                                        const std::vector<Chart>& charts);

}  // namespace tranche
