// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/work_notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/simulate/lowering/warning.hpp"

namespace tranche {

namespace {

struct WorkNote {
  std::string text, help;
};

std::vector<WorkNote> notes_of(const ChipWork& work) {
  if (!work.is_possible)
    return {
        {fmt::format("workload `{}` does no work on {}: {}", work.workload, work.chip, work.reason),
         "its chips count as idle there; give firms that have it other work"}};
  std::vector<WorkNote> notes;
  if (!work.how.widened.empty())
    notes.push_back({fmt::format("workload `{}`: {}", work.workload, work.how.widened),
                     "`precision = \"best\"` takes the fastest format that each chip has"});
  if (!work.how.not_modelled.empty())
    notes.push_back(
        {fmt::format("workload `{}`, not modelled: {}", work.workload, work.how.not_modelled),
         "with a long context the work is faster than is said here"});
  if (!work.how.prediction) return notes;
  const PredictionEvidence& e = *work.how.prediction;
  if (e.own_runs > 0)
    notes.push_back({fmt::format("workload `{}` on {}: {} x {:.2f} by {} own run{}", work.workload,
                                 work.chip, e.is_of_time ? "time" : "rate", e.own_factor,
                                 e.own_runs, e.own_runs == 1 ? "" : "s"),
                     "`model_error` of it is drawn about this factor"});
  else if (e.own_runs_elsewhere > 0)
    notes.push_back({fmt::format("workload `{}` on {}: own runs measure other things and change "
                                 "nothing here",
                                 work.workload, work.chip),
                     "served models: times per token correct a workload with `batch`, throughput "
                     "one without"});
  return notes;
}

}  // namespace

void add_work_notes(LoweredScenario& lowered) {
  for (const ChipWork& work : lowered.works) {
    for (const WorkNote& note : notes_of(work)) {
      const auto& said = lowered.work_warnings;
      if (std::find(said.begin(), said.end(), note.text) != said.end()) continue;
      add_warning(lowered, work.where, note.text, {note.help});
      lowered.work_warnings.push_back(note.text);
    }
  }
}

}  // namespace tranche
