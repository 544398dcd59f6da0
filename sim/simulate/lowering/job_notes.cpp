// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/job_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/simulate/lowering/clusters.hpp"
#include "sim/simulate/lowering/warning.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

constexpr double max_idle = 0.1;  // fraction of a job's chips, before it is a warning

std::string count(double chips) {
  return with_separators(static_cast<std::uint64_t>(std::max(chips, 0.0) + 0.5));
}

// Remark about a workload on a chip; a warning if it has help.
struct JobNote {
  std::string text;
  SourceSpan where;
  std::vector<std::string> help;
  bool is_idle = false;  // the workload does no work on the chip
};

std::optional<JobNote> too_small(const Workload& workload, const std::string& chip, double job,
                                 double smallest, const SourceSpan& where) {
  if (job >= smallest) return std::nullopt;
  return JobNote{
      fmt::format("workload `{}` does no work on {}: a job has {} chips, and the smallest plan "
                  "that holds the model needs {}",
                  workload.name, chip, count(job), count(smallest)),
      where,
      {fmt::format("`tranche plan {} --chip {} --count {}` says what is missing", workload.model,
                   chip, count(job))},
      true};
}

std::optional<JobNote> too_large(const Workload& workload, const std::string& chip, double job,
                                 const ThroughputTable& table) {
  const double idle = share_that_adds_nothing(table, job);
  if (idle <= max_idle) return std::nullopt;
  return JobNote{
      fmt::format("workload `{}`: {:.0f} % of the {} chips of a job on {} add next to nothing; "
                  "they do more as several jobs",
                  workload.name, 100.0 * idle, count(job), chip),
      workload.job_chips->where,
      {fmt::format("the largest size that is worth it there is `job_size = {:.0f}`, which is what "
                   "the program takes where none is said",
                   table.largest_job_chips),
       "a larger `global_batch` lets larger jobs scale"}};
}

std::optional<JobNote> note_on(const Workload& workload, const std::string& chip,
                               const ClusterSizes& cluster, const ThroughputTable& table) {
  const double useful = static_cast<double>(table.largest_job_chips);
  const double asked = workload.job_chips ? median_of(*workload.job_chips) : useful;
  const double job = std::min(asked, cluster.largest_chips);
  const bool is_asked = workload.job_chips && asked < cluster.largest_chips;
  if (auto note = too_small(workload, chip, job, smallest_job(table),
                            is_asked ? workload.job_chips->where : cluster.where))
    return note;
  if (workload.job_chips) return too_large(workload, chip, job, table);
  if (cluster.largest_chips <= useful) return std::nullopt;
  return JobNote{
      fmt::format("workload {} says no `job_size`: its {} run as jobs of {} chips, the "
                  "largest size up to which twice the chips do at least {} times as much",
                  workload.name, chip, count(useful), worthwhile_doubling),
      {},
      {}};
}

// Remark for fewer chips than one replica of a served model.
std::optional<JobNote> less_than_a_replica(const Workload& workload, const std::string& chip,
                                           const ClusterSizes& cluster,
                                           const ThroughputTable& table) {
  const double replica = table.how.replica_chips;
  if (!table.possible || cluster.largest_chips >= replica) return std::nullopt;
  return JobNote{fmt::format("workload `{}` does no work on {}: a replica of the model takes {} "
                             "chips, and the largest cluster that serves it has {}",
                             workload.name, chip, count(replica), count(cluster.largest_chips)),
                 cluster.where,
                 {"a narrower `precision` or a shorter `context` may fit into fewer chips"},
                 true};
}

std::vector<JobNote> notes_of(const Scenario& scenario, const Catalogue& catalogue,
                              ChipPlan& chips) {
  std::vector<JobNote> notes;
  for (const Workload& workload : scenario.workloads) {
    if (workload.kind == Workload::Kind::decode) {
      for (const auto& [chip, cluster] : clusters_of(scenario, workload)) {
        if (!(cluster.largest_chips > 0.0)) continue;
        const ThroughputTable& table = chips.throughput(workload, *catalogue.find_chip(chip));
        if (auto note = less_than_a_replica(workload, chip, cluster, table))
          notes.push_back(std::move(*note));
      }
      continue;
    }
    if (workload.kind != Workload::Kind::training) continue;
    if (workload.performance == Workload::Performance::stated) {
      if (!workload.job_chips && scenario.reliability)
        notes.push_back({fmt::format("all chips of a tranche or stock that run workload {} are one "
                                     "job, and its goodput falls with its size: `job_size` says "
                                     "how large jobs are",
                                     workload.name),
                         {},
                         {}});
      continue;
    }
    for (const auto& [chip, cluster] : clusters_of(scenario, workload)) {
      if (!(cluster.largest_chips > 0.0)) continue;
      const ThroughputTable& table = chips.throughput(workload, *catalogue.find_chip(chip));
      if (!table.possible) continue;  // reported where the chip is lowered
      if (auto note = note_on(workload, chip, cluster, table)) notes.push_back(std::move(*note));
    }
  }
  return notes;
}

}  // namespace

void add_job_notes(const ScenarioSet& set, const Catalogue& catalogue, ChipPlan& chips,
                   LoweredScenario& lowered) {
  std::vector<std::string> said;
  for (const Variant& variant : set.variants) {
    chips.set_variant(variant.scenario);
    for (JobNote& note : notes_of(variant.scenario, catalogue, chips)) {
      if (std::find(said.begin(), said.end(), note.text) != said.end()) continue;
      said.push_back(note.text);
      if (variant.name != "base") note.text = fmt::format("{}: {}", variant.name, note.text);
      if (note.is_idle) lowered.work_warnings.push_back(note.text);
      if (note.help.empty())
        lowered.remarks.push_back(note.text);
      else
        add_warning(lowered, note.where, note.text, std::move(note.help));
    }
  }
}

}  // namespace tranche
