# SPDX-License-Identifier: Apache-2.0
# Builds the front end of reports with npm, as a step of the build:
#   cmake -DSOURCE=tools/report -DBUILD=build/report -DNPM=npm -DNODE=node -P BuildReport.cmake
# Leaves ${BUILD}/report_template.cpp. Where npm cannot get its packages the file holds an
# empty template: the program still builds, and its runs say that there is no report.
file(COPY ${SOURCE}/ DESTINATION ${BUILD} PATTERN node_modules EXCLUDE PATTERN dist EXCLUDE)
set(ENV{npm_config_update_notifier} false)

function(stop_without_reports why)
  message(WARNING "reports are off: ${why}\n"
    "Charts are still written as specifications. To try again: remove ${BUILD} and build.")
  file(WRITE ${BUILD}/report_template.cpp
"#include \"tools/cli/report_template.hpp\"
namespace tranche::tools {
ReportTemplate report_template() { return {}; }
}  // namespace tranche::tools
")
endfunction()

# Packages are fetched once for each state of the lock file.
file(SHA256 ${SOURCE}/package-lock.json wanted)
set(installed "")
if(EXISTS ${BUILD}/node_modules/.tranche-lock)
  file(READ ${BUILD}/node_modules/.tranche-lock installed)
endif()
if(NOT wanted STREQUAL installed)
  execute_process(COMMAND ${NPM} ci --no-audit --no-fund --ignore-scripts --fetch-retries=1
    WORKING_DIRECTORY ${BUILD} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    stop_without_reports("`npm ci` failed\n${output}")
    return()
  endif()
  file(WRITE ${BUILD}/node_modules/.tranche-lock ${wanted})
endif()
execute_process(COMMAND ${NODE} build.mjs --cpp ${BUILD}/report_template.cpp
  WORKING_DIRECTORY ${BUILD} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  stop_without_reports("`node build.mjs` failed\n${output}")
endif()
