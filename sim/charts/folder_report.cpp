#include "sim/charts/folder_report.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/charts/run_report.hpp"
#include "sim/input/diagnostic.hpp"

namespace tranche {
namespace {

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw InputError({{.where = {.file = path.string()}, .problem = "this file cannot be read"}});
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void write_folder_report(const std::string& folder, const ReportTemplate& front_end,
                         FileSet& files) {
  const auto result = std::filesystem::path(folder) / "result.json";
  if (!std::filesystem::exists(result))
    throw InputError({{.where = {.file = folder},
                       .problem = "there are no results to report in this folder",
                       .help = {"a folder that `tranche run` wrote, with `result.json` in it"}}});
  write_run_report(read_run_document(read_text(result), result.string()), front_end, files);
}

}  // namespace tranche
