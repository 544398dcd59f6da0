// SPDX-License-Identifier: Apache-2.0
#include "sim/api/implementation/files.hpp"

#include <cstddef>

#include "sim/report/page/folder_report.hpp"

namespace tranche::api {

tranche::ReportTemplate template_of(const ReportTemplate& report) {
  return {.page = report.page, .script = report.script};
}

tranche::TextFormat format_of(TextFormat format) {
  switch (format) {
    case TextFormat::csv:
      return tranche::TextFormat::csv;
    case TextFormat::json:
      return tranche::TextFormat::json;
    case TextFormat::table:
      break;
  }
  return tranche::TextFormat::table;
}

Written published(FileSet& files, const ReportTemplate& report) {
  Written written;
  written.folder = files.folder().string();
  written.files = files.names();
  if (has_charts(files)) write_folder_report(template_of(report), files);
  files.publish();
  written.report.assign(files.names().begin() + static_cast<std::ptrdiff_t>(written.files.size()),
                        files.names().end());
  written.entries = files.entries();
  return written;
}

}  // namespace tranche::api
