#include "sim/charts/folder_report.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "sim/charts/run_report.hpp"
#include "sim/charts/table_charts.hpp"
#include "sim/input/diagnostic.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw InputError({{.where = {.file = path.string()}, .problem = "this file cannot be read"}});
  return {std::istreambuf_iterator<char>(file), {}};
}

Json read_json(const fs::path& path) {
  try {
    return Json::parse(read_text(path));
  } catch (const Json::exception& problem) {
    throw InputError({{.where = {.file = path.string()},
                       .problem = "this is not JSON",
                       .help = {problem.what()}}});
  }
}

struct TableKind {
  const char* file;
  const char* title;
  std::function<std::vector<Chart>(const fs::path& folder)> charts;
};

template <std::vector<Chart> (*make)(const CsvTable&)>
std::vector<Chart> from_csv(const fs::path& file) {
  return make(read_csv(file.string()));
}

const std::vector<TableKind>& table_kinds() {
  static const std::vector<TableKind> kinds = {
      {"sweep.json", "Sweep", [](const fs::path& f) { return sweep_charts(read_json(f)); }},
      {"allocation.json", "Allocation",
       [](const fs::path& f) {
         return allocation_charts(read_csv((f.parent_path() / "allocation.csv").string()),
                                  read_json(f));
       }},
      {"tornado.csv", "Sensitivity", from_csv<tornado_charts>},
      {"sobol.csv", "Sensitivity", from_csv<sobol_charts>},
      {"prim.csv", "Discovery", from_csv<discovery_charts>},
      {"compare.csv", "Chips side by side", from_csv<comparison_charts>},
      {"roofline.csv", "Chips side by side", from_csv<roofline_charts>},
      {"plan.csv", "Plans of a training job", from_csv<plan_charts>},
      {"validate.csv", "Predictions beside measurements", from_csv<validation_charts>}};
  return kinds;
}

// What the study is called, where a JSON file beside the table says so.
std::string title_in(const fs::path& folder, const std::string& otherwise) {
  for (const char* const name :
       {"sweep.json", "allocation.json", "sensitivity.json", "discover.json"}) {
    if (!fs::exists(folder / name)) continue;
    const Json json = read_json(folder / name);
    const Json scenario = json.value("scenario", Json::object());
    for (const char* const key : {"title", "name"})
      if (scenario.contains(key) && scenario[key].is_string() &&
          !scenario[key].get<std::string>().empty())
        return scenario[key];
  }
  return otherwise;
}

void write_tables_report(const fs::path& folder, const ReportTemplate& front_end, FileSet& files) {
  std::vector<Chart> charts;
  std::string title, made_of;
  bool any = false;
  for (const TableKind& kind : table_kinds()) {
    if (!fs::exists(folder / kind.file)) continue;
    any = true;
    std::vector<Chart> more;
    try {
      more = kind.charts(folder / kind.file);
    } catch (const Json::exception& problem) {
      throw InputError({{.where = {.file = (folder / kind.file).string()},
                         .problem = "this is not what the command wrote",
                         .help = {problem.what()}}});
    }
    if (title.empty()) title = kind.title;
    made_of += (made_of.empty() ? "" : ", ") + std::string(kind.file);
    charts.insert(charts.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  }
  if (!any) {
    std::string known = "`result.json`";
    for (const TableKind& kind : table_kinds()) known += ", `" + std::string(kind.file) + "`";
    throw InputError({{.where = {.file = folder.string()},
                       .problem = "there are no results to report in this folder",
                       .help = {"a folder with one of " + known}}});
  }
  for (const Chart& chart : charts)
    files.write("charts/" + chart.name + ".vl.json", specification_text(chart));
  if (!front_end.is_there() || charts.empty()) return;
  title = title_in(folder, title);
  files.write(
      "report.html",
      report_page(front_end, title, charts_page_data(title, {"Made of " + made_of + "."}, charts)));
}

}  // namespace

void write_folder_report(const std::string& folder, const ReportTemplate& front_end,
                         FileSet& files) {
  const fs::path result = fs::path(folder) / "result.json";
  if (fs::exists(result))
    write_run_report(read_run_document(read_text(result), result.string()), front_end, files);
  else
    write_tables_report(folder, front_end, files);
}

}  // namespace tranche
