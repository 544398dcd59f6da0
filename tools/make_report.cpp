#include "tools/make_report.hpp"

#include <fmt/format.h>

#include "sim/charts/folder_report.hpp"
#include "tools/report_template.hpp"
#include "tools/standard_output.hpp"

namespace tranche::tools {

std::vector<std::string> make_report(const std::string& folder) {
  const ReportTemplate front_end = report_template();
  FileSet files(folder);
  write_folder_report(folder, front_end, files);
  files.publish();
  if (files.names().empty()) return {};
  write_standard_error(
      front_end.is_there()
          ? fmt::format("report: {}/report.html\n", folder)
          : fmt::format(
                "charts: {}/charts (this program was built without npm, so without a page)\n",
                folder));
  return files.names();
}

}  // namespace tranche::tools
