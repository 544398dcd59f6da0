// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/rank.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/base/parallel_for.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/studies/allocate/grid.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

// Standard error of a difference between two splits, from the same blocks of draws.
double paired_error(const std::vector<double>& a, const std::vector<double>& b) {
  const double count = static_cast<double>(a.size());
  double sum = 0, squares = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] - b[k];
  const double mean_difference = sum / count;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double distance = a[k] - b[k] - mean_difference;
    squares += distance * distance;
  }
  return std::sqrt(squares / (count - 1) / count);
}

// Distributes the evaluated splits of each rank to all ranks.
void exchange_verdicts(const SharedWork& work, std::vector<AllocationSplit>& splits,
                       std::vector<std::vector<double>>& blocks) {
  if (!work.is_shared()) return;
  std::vector<std::vector<double>> objectives, limits;
  std::vector<std::vector<std::uint32_t>> violated;
  for (AllocationSplit& split : splits) {
    objectives.push_back(std::move(split.objectives));
    limits.push_back(std::move(split.limits));
    violated.push_back({split.violated});
  }
  work.exchange(objectives);
  work.exchange(limits);
  work.exchange(violated);
  work.exchange(blocks);
  for (std::size_t i = 0; i < splits.size(); ++i) {
    splits[i].objectives = std::move(objectives[i]);
    splits[i].limits = std::move(limits[i]);
    splits[i].violated = violated[i].front();
  }
}

}  // namespace

void refuse_conflict(const ScenarioSource& source, const AllocateSpec& spec,
                     const AllocationJudge& judge, const std::vector<AllocationSplit>& splits) {
  std::vector<std::uint32_t> violated;
  for (const AllocationSplit& split : splits) violated.push_back(split.violated);
  const std::uint32_t set = conflict(violated, spec.limits.size());
  if (set == 0) return;
  const std::vector<std::string> labels = judge.limit_labels();
  Problems problems = source.problems();
  std::vector<std::string> help;
  const SourceSpan* where = nullptr;
  std::size_t members = 0;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    if ((set >> k & 1u) == 0) continue;
    if (where == nullptr) where = &spec.limits[k].where;
    const auto alone = std::count_if(violated.begin(), violated.end(),
                                     [&](std::uint32_t mask) { return (mask >> k & 1u) == 0; });
    help.push_back(fmt::format("{} of {} splits satisfy `{}`",
                               with_separators(static_cast<std::uint64_t>(alone)),
                               with_separators(violated.size()), labels[k]));
    ++members;
  }
  problems.error(*where,
                 members == 1 ? "no split satisfies this constraint"
                              : fmt::format("these {} constraints cannot hold together", members),
                 help);
  throw InputError(problems.list());
}

std::vector<std::vector<double>> judge_all(const SplitSource& values, const AllocationJudge& judge,
                                           const Execution& execution,
                                           std::vector<AllocationSplit>& splits) {
  std::vector<std::vector<double>> blocks(splits.size());
  const SharedWork work(execution.ranks);
  work.together([&] {
    const auto judge_one = [&](std::size_t i) {
      throw_if_stopped(execution.stop);
      if (splits[i].violated == 0 && work.is_mine(i))
        judge.judge(*values.at(splits[i].shares), splits[i], &blocks[i]);
    };
    constexpr int splits_in_turn = 16;
    parallel_for(splits.size(), execution.threads, judge_one, splits_in_turn);
  });
  exchange_verdicts(work, splits, blocks);
  return blocks;
}

void rank(const AllocationJudge& judge, const std::vector<std::vector<double>>& blocks,
          std::vector<AllocationSplit>& splits) {
  std::vector<std::size_t> order(splits.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool fine_a = splits[a].violated == 0, fine_b = splits[b].violated == 0;
    if (fine_a != fine_b) return fine_a;
    if (!fine_a) return false;
    return judge.advantage(splits[a].objectives[0], splits[b].objectives[0]) > 0;
  });
  const std::vector<double>& best_blocks = blocks[order.front()];
  std::vector<AllocationSplit> sorted;
  for (const std::size_t i : order) {
    AllocationSplit& split = splits[i];
    if (split.violated == 0) {
      const double best = splits[order.front()].objectives[0];
      split.shortfall = judge.advantage(best, split.objectives[0]);
      split.shortfall_error = paired_error(best_blocks, blocks[i]);
      split.is_as_good = split.shortfall <= 2 * split.shortfall_error;
      split.is_within_1_percent = split.shortfall <= 0.01 * std::fabs(best);
    }
  }
  for (const std::size_t i : order) sorted.push_back(std::move(splits[i]));
  splits = std::move(sorted);
}

void mark_front(const std::vector<AllocationObjective>& objectives, std::size_t feasible,
                std::vector<AllocationSplit>& splits) {
  if (objectives.size() < 2) return;
  const auto gain = [&](const AllocationSplit& split, std::size_t o) {
    return objectives[o].better == Better::lower ? -split.objectives[o] : split.objectives[o];
  };
  std::vector<std::size_t> order(feasible);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(gain(splits[a], 0), gain(splits[a], 1)) >
           std::pair(gain(splits[b], 0), gain(splits[b], 1));
  });
  double best_second = -std::numeric_limits<double>::infinity();
  for (const std::size_t i : order) {
    if (gain(splits[i], 1) <= best_second) continue;
    best_second = gain(splits[i], 1);
    splits[i].is_on_front = true;
  }
}

}  // namespace tranche
