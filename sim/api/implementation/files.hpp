// SPDX-License-Identifier: Apache-2.0

// Publishing the files of a result.
#pragma once

#include "sim/api/written.hpp"
#include "sim/base/atomic_file.hpp"
#include "sim/report/page/report_page.hpp"
#include "sim/text/text_table.hpp"

namespace tranche::api {

tranche::ReportTemplate template_of(const ReportTemplate& report);
tranche::TextFormat format_of(TextFormat format);

// Adds charts and page for the tables of the set, if they can be charted, and publishes all files
// together, so that a page always matches its tables.
Written published(FileSet& files, const ReportTemplate& report);

}  // namespace tranche::api
