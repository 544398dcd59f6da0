#include "sim/run/work_notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/run/lowering_warning.hpp"

namespace tranche {

namespace {

std::string problem_of(const ChipWork& work) {
  if (!work.is_possible)
    return fmt::format("workload `{}` does no work on {}: {}", work.workload, work.chip,
                       work.reason);
  if (work.how.widened.empty()) return {};
  return fmt::format("workload `{}`: {}", work.workload, work.how.widened);
}

}  // namespace

void add_work_notes(LoweredScenario& lowered) {
  for (const ChipWork& work : lowered.works) {
    const std::string text = problem_of(work);
    const auto& said = lowered.work_warnings;
    if (text.empty() || std::find(said.begin(), said.end(), text) != said.end()) continue;
    add_warning(
        lowered, work.where, text,
        {work.is_possible ? "`precision = \"best\"` takes the fastest format that each chip has"
                          : "its chips count as idle there; give firms that have it other work"});
    lowered.work_warnings.push_back(text);
  }
}

}  // namespace tranche
