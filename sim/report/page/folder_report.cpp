// SPDX-License-Identifier: Apache-2.0
#include "sim/report/page/folder_report.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "sim/input/diagnostic.hpp"
#include "sim/input/input_file.hpp"
#include "sim/report/charts/table_charts.hpp"
#include "sim/report/document/study_members.hpp"
#include "sim/report/page/run_report.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  if (const std::string why = why_no_file(path); !why.empty())
    throw InputError(
        {{.where = {.file = path.string()}, .problem = "this file cannot be read: " + why}});
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw InputError({{.where = {.file = path.string()}, .problem = "this file cannot be read"}});
  return {std::istreambuf_iterator<char>(file), {}};
}

struct TableKind {
  const char* file;
  const char* title;
  std::function<std::vector<Chart>(const fs::path& file, const FileSet& files)> charts;
};

template <std::vector<Chart> (*make)(const CsvTable&)>
std::vector<Chart> from_csv(const fs::path& file, const FileSet&) {
  return make(read_csv(file.string()));
}

const std::vector<TableKind>& table_kinds() {
  static const std::vector<TableKind> kinds = {
      {"sweep.json", "Sweep",
       [](const fs::path& f, const FileSet&) {
         return sweep_charts(read_sweep_json(read_text(f), f.string()));
       }},
      {"allocation.json", "Allocation",
       [](const fs::path& f, const FileSet& files) {
         const CsvTable splits = read_csv(files.find("allocation.csv").string());
         return allocation_charts(splits, read_allocation_json(read_text(f), f.string(), splits));
       }},
      {"tornado.csv", "Sensitivity", from_csv<tornado_charts>},
      {"evppi.csv", "Sensitivity", from_csv<information_charts>},
      {"sobol.csv", "Sensitivity", from_csv<sobol_charts>},
      {"prim.csv", "Discovery", from_csv<discovery_charts>},
      {"compare.csv", "Chips side by side", from_csv<comparison_charts>},
      {"roofline.csv", "Chips side by side", from_csv<roofline_charts>},
      {"plan.csv", "Plans of a training job", from_csv<plan_charts>},
      {"validate.csv", "Predictions beside measurements", from_csv<validation_charts>}};
  return kinds;
}

// Title of the study, from a JSON file beside the table if there is one.
std::string title_in(const FileSet& files, const std::string& otherwise) {
  for (const char* const name :
       {"sweep.json", "allocation.json", "sensitivity.json", "discover.json"}) {
    const fs::path file = files.find(name);
    if (!fs::exists(file)) continue;
    return read_study_title(read_text(file), file.string());
  }
  return otherwise;
}

void write_tables_report(const ReportTemplate& front_end, FileSet& files) {
  std::vector<Chart> charts;
  std::string title, made_of;
  bool any = false;
  for (const TableKind& kind : table_kinds()) {
    const fs::path file = files.find(kind.file);
    if (!fs::exists(file)) continue;
    any = true;
    std::vector<Chart> more = kind.charts(file, files);
    if (title.empty()) title = kind.title;
    made_of += (made_of.empty() ? "" : ", ") + std::string(kind.file);
    charts.insert(charts.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  }
  if (!any) {
    std::string known = "`result.json`";
    for (const TableKind& kind : table_kinds()) known += ", `" + std::string(kind.file) + "`";
    throw InputError({{.where = {.file = files.folder().string()},
                       .problem = "there are no results to report in this folder",
                       .help = {"a folder with one of " + known}}});
  }
  for (const Chart& chart : charts)
    files.write("charts/" + chart.name + ".vl.json", specification_text(chart));
  if (!front_end.is_there() || charts.empty()) return;
  title = title_in(files, title);
  files.write(
      "report.html",
      report_page(front_end, title, charts_page_data(title, {"Made of " + made_of + "."}, charts)));
}

}  // namespace

void write_folder_report(const ReportTemplate& front_end, FileSet& files) {
  const fs::path result = files.find("result.json");
  if (fs::exists(result))
    write_run_report(read_run_document(read_text(result), result.string()), front_end, files);
  else
    write_tables_report(front_end, files);
}

bool has_charts(const FileSet& files) {
  return std::ranges::any_of(table_kinds(), [&](const TableKind& kind) {
    return std::ranges::count(files.names(), kind.file) > 0;
  });
}

}  // namespace tranche
