// SPDX-License-Identifier: Apache-2.0

// The front end of reports, built from tools/report by npm and linked into the program.
#pragma once

#include "sim/report/page/report_page.hpp"

namespace tranche::tools {

// Empty texts where npm was not there to build it.
ReportTemplate report_template();

}  // namespace tranche::tools
