// SPDX-License-Identifier: Apache-2.0

// Report page: the front end's template with the data of one report.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/charts/chart.hpp"
#include "sim/report/document/run_document.hpp"

namespace tranche {

// Build output of tools/report. Both are empty in a program built without npm.
struct ReportTemplate {
  std::string page = {};    // HTML with placeholders for title, data and script
  std::string script = {};  // runs in the page, and in Node to draw pictures
  bool is_there() const { return !page.empty() && !script.empty(); }
};

// Returns a self-contained file: the template with title and data.
std::string report_page(const ReportTemplate& front_end, const std::string& title,
                        const nlohmann::ordered_json& data);

// Data of a run's page. Metrics after the first that exceed `most_packed_bytes` are left to
// summary.csv, with a note in the page.
inline constexpr std::size_t max_packed_bytes = 1'700'000;
nlohmann::ordered_json run_page_data(const RunDocument& document, const std::vector<Chart>& charts,
                                     std::size_t max_bytes = max_packed_bytes);

// Page of fixed charts, with lines of text above them.
nlohmann::ordered_json charts_page_data(const std::string& title,
                                        const std::vector<std::string>& sentences,
                                        const std::vector<Chart>& charts);

}  // namespace tranche
