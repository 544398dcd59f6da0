// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/warning.hpp"

#include <utility>

#include "sim/input/source_line.hpp"

namespace tranche {

void add_warning(LoweredScenario& lowered, const SourceSpan& where, const std::string& problem,
                 std::vector<std::string> help) {
  lowered.remarks.push_back(problem);
  lowered.notes.push_back({.where = where,
                           .problem = problem,
                           .help = std::move(help),
                           .source_line = source_line_of(where),
                           .severity = Severity::warning});
}

}  // namespace tranche
