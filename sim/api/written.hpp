// SPDX-License-Identifier: Apache-2.0

// Writing results into a folder, and printing them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tranche::api {

// Front end of reports: an HTML page with placeholders, and its script, as tools/report builds
// them. Empty: results are written without a page.
struct ReportTemplate {
  std::string page = {}, script = {};
};

// What was written; all files appear together or not at all.
struct Written {
  std::string folder;
  std::vector<std::string> files;    // relative to the folder: tables, "result.json"
  std::vector<std::string> report;   // "charts/….vl.json", "report.html"; empty if none applies
  std::vector<std::string> entries;  // as in a listing of the folder: "summary.csv", "charts/"
};

enum class TextFormat { table, csv, json };

}  // namespace tranche::api
