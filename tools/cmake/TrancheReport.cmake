# SPDX-License-Identifier: Apache-2.0
# The front end of reports. Sets TRANCHE_REPORT_SOURCE, to be compiled into the program.
find_program(TRANCHE_NPM npm)
find_program(TRANCHE_NODE NAMES node nodejs)
set(TRANCHE_REPORT_DIR ${PROJECT_BINARY_DIR}/report)
set(TRANCHE_REPORT_SOURCE ${TRANCHE_REPORT_DIR}/report_template.cpp)
if(TRANCHE_NPM AND TRANCHE_NODE)
  file(GLOB report_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/report/*.*
    ${PROJECT_SOURCE_DIR}/tools/report/source/* ${PROJECT_SOURCE_DIR}/tools/report/tests/*)
  add_custom_command(OUTPUT ${TRANCHE_REPORT_SOURCE}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR}/tools/report
      -DBUILD=${TRANCHE_REPORT_DIR} -DNPM=${TRANCHE_NPM} -DNODE=${TRANCHE_NODE}
      -P ${PROJECT_SOURCE_DIR}/tools/cmake/BuildReport.cmake
    DEPENDS ${report_files} ${PROJECT_SOURCE_DIR}/tools/cmake/BuildReport.cmake
    COMMENT "Building the front end of reports" VERBATIM)
else()
  message(STATUS "tranche: no npm, so reports are off; charts are written as specifications")
  file(WRITE ${TRANCHE_REPORT_SOURCE}
"#include \"tools/cli/report_template.hpp\"
namespace tranche::tools {
ReportTemplate report_template() { return {}; }
}  // namespace tranche::tools
")
endif()
