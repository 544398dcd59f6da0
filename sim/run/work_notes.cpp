#include "sim/run/work_notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/input/source_line.hpp"

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

std::vector<std::string> work_problems(const LoweredScenario& lowered) {
  std::vector<std::string> problems;
  for (const ChipWork& work : lowered.works) {
    std::string text = problem_of(work);
    if (!text.empty() && std::find(problems.begin(), problems.end(), text) == problems.end())
      problems.push_back(std::move(text));
  }
  return problems;
}

void add_work_notes(LoweredScenario& lowered) {
  for (const ChipWork& work : lowered.works) {
    const std::string text = problem_of(work);
    const bool is_said = std::any_of(lowered.notes.begin(), lowered.notes.end(),
                                     [&](const Diagnostic& note) { return note.problem == text; });
    if (text.empty() || is_said) continue;
    lowered.notes.push_back(
        {.where = work.where,
         .problem = text,
         .help = {work.is_possible
                      ? "`precision = \"best\"` takes the fastest format that each chip has"
                      : "its chips count as idle there; give firms that have it other work"},
         .source_line = source_line_of(work.where),
         .severity = Severity::warning});
    lowered.remarks.push_back(text);
  }
}

}  // namespace tranche
