// SPDX-License-Identifier: Apache-2.0

// Front end of reports, built from tools/report by npm and linked into the program.
#pragma once

#include "sim/report/page/report_page.hpp"

namespace tranche::tools {

// Empty if npm was not available at build time.
ReportTemplate report_template();

}  // namespace tranche::tools
