// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/make_report.hpp"

#include <fmt/format.h>

#include "sim/report/page/folder_report.hpp"
#include "tools/cli/report_template.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {

api::ReportTemplate page_template() {
  const ReportTemplate front_end = report_template();
  return {.page = front_end.page, .script = front_end.script};
}

void say_report(const api::Written& written) {
  if (written.report.empty()) return;
  write_standard_error(
      report_template().is_there()
          ? fmt::format("report: {}/report.html\n", written.folder)
          : fmt::format(
                "charts: {}/charts (this program was built without npm, so without a page)\n",
                written.folder));
}

std::vector<std::string> publish_with_report(FileSet& files) {
  const ReportTemplate front_end = report_template();
  const std::size_t before = files.names().size();
  write_folder_report(front_end, files);
  files.publish();
  std::vector<std::string> made(files.names().begin() + static_cast<std::ptrdiff_t>(before),
                                files.names().end());
  say_report({.folder = files.folder().string(), .files = {}, .report = made, .entries = {}});
  return made;
}

}  // namespace tranche::tools
