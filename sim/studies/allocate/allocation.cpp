// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/allocation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/simulate/input_identity.hpp"
#include "sim/simulate/lowering/headline_metric.hpp"
#include "sim/simulate/lowering/known_metrics.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/studies/allocate/single.hpp"
#include "sim/studies/allocate/values.hpp"

namespace tranche {
namespace {

// The specification for one of several splits; limits on shares of the others are removed.
AllocateSpec question_about(const AllocateSpec& spec, const FurtherSplit& split) {
  AllocateSpec own = spec;
  own.split = split.split;
  own.among = split.among;
  std::erase_if(own.limits, [&](const AllocationLimit& limit) {
    return !limit.share_of.empty() &&
           std::find(own.among.begin(), own.among.end(), limit.share_of) == own.among.end();
  });
  return own;
}

// Optimises several splits in turn until none changes; the first of `splits` is last in each round.
AllocationResult decide_in_turn(const ScenarioSource& source, const Catalogue& catalogue,
                                const AllocateSpec& spec, const AllocationOptions& options) {
  constexpr int max_rounds = 8;
  std::vector<FurtherSplit> splits = spec.together;
  splits.push_back({spec.split, spec.among});
  std::vector<std::vector<double>> shares(splits.size());
  shares.back().assign(spec.among.size(), 1.0 / static_cast<double>(spec.among.size()));
  AllocationResult result;
  for (int round = 1; round <= max_rounds; ++round) {
    const std::vector<std::vector<double>> before = shares;
    for (std::size_t k = 0; k < splits.size(); ++k) {
      std::vector<Assignment> held;
      for (std::size_t other = 0; other < splits.size(); ++other)
        if (other != k && !shares[other].empty())
          held.push_back(shares_assignment(splits[other].split, splits[other].among, shares[other],
                                           spec.where));
      const AllocateSpec own = question_about(spec, splits[k]);
      result = allocate_one(source, catalogue, own, held, options);
      shares[k] = result.best().shares;
    }
    result.rounds = round;
    if (shares == before) break;
  }
  for (std::size_t k = 0; k + 1 < splits.size(); ++k)
    result.together.push_back({splits[k].split, splits[k].among, shares[k]});
  return result;
}

}  // namespace

void check_allocation(const ScenarioSource& source, const Catalogue& catalogue) {
  if (!source.allocate()) return;
  const AllocateSpec& spec = *source.allocate();
  const AllocationOptions options;
  std::vector<FurtherSplit> splits = spec.together;
  splits.push_back({spec.split, spec.among});
  for (const FurtherSplit& split : splits) {
    std::vector<Assignment> held;  // shares that are not optimised yet are equal
    for (const FurtherSplit& other : splits)
      if (other.split != split.split)
        held.push_back(shares_assignment(
            other.split, other.among,
            std::vector<double>(other.among.size(), 1.0 / static_cast<double>(other.among.size())),
            spec.where));
    check_one(source, catalogue, splits.size() == 1 ? spec : question_about(spec, split), held,
              options);
  }
}

AllocationResult allocate(const ScenarioSource& source, const Catalogue& catalogue,
                          const AllocationOptions& options) {
  if (!source.allocate()) {
    Problems problems = source.problems();
    problems.error(
        {.file = source.set().file}, "the scenario has no [allocate]",
        {"`[allocate]` with `split`, and `[[allocate.objective]]`; see docs/formats/scenario.md"});
    throw InputError(problems.list());
  }
  check_headline(source.set(), catalogue);
  AllocateSpec spec = *source.allocate();
  std::string headline;
  for (ObjectiveTerm& term : spec.terms) {
    if (!term.metric.empty()) continue;
    if (headline.empty()) headline = headline_metric(source.set(), catalogue);
    term.metric = headline;
  }
  if (SharedWork(options.execution.ranks).is_shared())
    agree_on(*options.execution.ranks,
             "allocate " + input_identity(source.set(), catalogue,
                                          {fmt::format("{}", options.draws.value_or(0))}));
  if (!spec.together.empty()) return decide_in_turn(source, catalogue, spec, options);
  return allocate_one(source, catalogue, spec, {}, options);
}

}  // namespace tranche
