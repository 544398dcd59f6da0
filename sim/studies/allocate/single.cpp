// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/single.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/studies/allocate/grid.hpp"
#include "sim/studies/allocate/joint_values.hpp"
#include "sim/studies/allocate/rank.hpp"
#include "sim/studies/allocate/refine.hpp"
#include "sim/studies/allocate/shares.hpp"
#include "sim/studies/allocate/values.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] void refuse(const ScenarioSource& source, const SourceSpan& where,
                         const std::string& problem, const std::vector<std::string>& help) {
  Problems problems = source.problems();
  problems.error(where, problem, help);
  throw InputError(problems.list());
}

void check_spec(const ScenarioSource& source, const AllocateSpec& spec) {
  const double count = split_count(spec.among.size(), spec.parts);
  if (count > static_cast<double>(max_candidates)) {
    std::int32_t parts = spec.parts;
    while (split_count(spec.among.size(), parts) > static_cast<double>(max_candidates)) --parts;
    refuse(source, spec.where,
           fmt::format("{} parts among {} give {:.6g} splits, which are too many", spec.parts,
                       spec.among.size(), count),
           {fmt::format("at most {}; `parts = {}` is the most here",
                        with_separators(max_candidates), parts)});
  }
  constexpr std::size_t max_limits = 32;
  if (spec.limits.size() > max_limits)
    refuse(source, spec.where, "more than 32 constraints", {"leave some out"});
}

std::vector<std::string> asked_metrics(const AllocateSpec& spec) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  };
  for (const ObjectiveTerm& term : spec.terms) add(term.metric);
  for (const AllocationLimit& limit : spec.limits) add(limit.metric);
  return names;
}

// Every split of the grid, with the constraints on shares evaluated.
std::vector<AllocationSplit> grid_splits(const AllocateSpec& spec, const AllocationJudge& judge) {
  std::vector<AllocationSplit> splits;
  for (const std::vector<std::int32_t>& parts : all_splits(spec.among.size(), spec.parts)) {
    AllocationSplit split;
    for (const std::int32_t own : parts)
      split.shares.push_back(static_cast<double>(own) / spec.parts);
    split.violated = judge.violated_shares(split.shares);
    splits.push_back(std::move(split));
  }
  return splits;
}

class Allocator {
 public:
  // Optimises the split of `spec`; `held` sets the others.
  Allocator(const ScenarioSource& source, const Catalogue& catalogue, const AllocateSpec& spec,
            const std::vector<Assignment>& held, const AllocationOptions& options)
      : source_(source),
        options_(options),
        work_(options.execution.ranks),
        spec_(spec),
        base_(source.set().variants.front().scenario),
        problem_(split_problem(source, catalogue, spec_, held, asked_metrics(spec_))),
        judge_(spec_, base_, source.problems(), problem_) {
    set_outputs(problem_);
  }

  // Checks the whole specification before the first draw.
  void prepare() {
    result_.draws = options_.draws.value_or(spec_.draws);
    result_.splits = grid_splits(spec_, judge_);
    result_.candidates = result_.splits.size();
    refuse_conflict(source_, spec_, judge_, result_.splits);
    levels_ = levels();
    if (!problem_.is_joint) check_memory(levels_.front().size());
  }

  AllocationResult run() {
    const Clock::time_point start = Clock::now();
    const std::shared_ptr<const SplitSource> source = simulate(levels_);
    const SplitSource& values = *source;
    Clock::time_point search = Clock::now();
    if (judge_.needs_scale()) judge_.set_scale(*values.at(equal()));
    std::vector<std::vector<double>> blocks =
        judge_all(values, judge_, options_.execution, result_.splits);
    // Evaluating a split includes its simulation if firms are simulated together.
    if (problem_.is_joint) search = Clock::now();
    result_.seconds_simulation = std::chrono::duration<double>(search - start).count();
    work_.together([&] { refuse_conflict(source_, spec_, judge_, result_.splits); });
    rank(judge_, blocks, result_.splits);
    result_.feasible = static_cast<std::size_t>(
        std::count_if(result_.splits.begin(), result_.splits.end(),
                      [](const AllocationSplit& split) { return split.violated == 0; }));
    mark_front(judge_.objectives(), result_.feasible, result_.splits);
    work_.together([&] {
      if (work_.is_first()) add_gains(values);
    });
    refine_best();
    result_.seconds_search = seconds_since(search);
    describe();
    return std::move(result_);
  }

 private:
  std::vector<double> equal() const {
    return std::vector<double>(spec_.among.size(), 1.0 / static_cast<double>(spec_.among.size()));
  }

  // Shares of the grid that the constraints allow, and those of the reference splits.
  LevelShares levels() {
    std::vector<char> wanted(static_cast<std::size_t>(spec_.parts) + 1, 0);
    for (const AllocationSplit& split : result_.splits)
      if (split.violated == 0)
        for (const double share : split.shares)
          wanted[static_cast<std::size_t>(std::lround(share * spec_.parts))] = 1;
    LevelShares levels;
    for (std::size_t k = 0; k < wanted.size(); ++k)
      if (wanted[k] != 0)
        add_level(levels,
                  std::vector<double>(spec_.among.size(), static_cast<double>(k) / spec_.parts));
    compared_.push_back({.over = "equal", .shares = equal(), .draws = {}});
    if (const auto shares = stock_shares(base_, spec_))
      compared_.push_back({.over = "proportional", .shares = *shares, .draws = {}});
    if (const auto shares = written_shares(base_, spec_))
      compared_.push_back({.over = "as_written", .shares = *shares, .draws = {}});
    for (const AllocationGain& gain : compared_) add_level(levels, gain.shares);
    return levels;
  }

  // Memory holds a value for each draw, share, name and sum.
  void check_memory(std::size_t levels) const {
    constexpr double max_bytes = 8e9;
    const double bytes = sizeof(float) * static_cast<double>(result_.draws) *
                         static_cast<double>(levels) * static_cast<double>(spec_.among.size()) *
                         static_cast<double>(problem_.quantities.size());
    if (bytes <= max_bytes) return;
    refuse(source_, spec_.where,
           fmt::format("{} draws at {} shares of {} names need {:.3g} GB",
                       with_separators(result_.draws), levels, spec_.among.size(), bytes / 1e9),
           {fmt::format("at most {:.0f} GB; ask for fewer draws or `parts`", max_bytes / 1e9)});
  }

  // Source of values for splits of these shares; for any split if firms are simulated together.
  std::shared_ptr<const SplitSource> simulate(LevelShares shares) {
    if (!problem_.is_joint)
      return std::make_shared<SplitValues>(problem_, std::move(shares), result_.draws,
                                           options_.execution);
    if (!joint_) {
      std::uint64_t splits = judge_.needs_scale() ? 1 : 0;
      for (std::size_t i = 0; i < result_.splits.size(); ++i)
        splits += result_.splits[i].violated == 0 && work_.is_mine(i) ? 1u : 0u;
      joint_ = std::make_shared<JointValues>(problem_, result_.draws, splits, options_.execution);
    }
    return joint_;
  }

  void add_gains(const SplitSource& values) {
    const bool lower = judge_.objectives().front().better == Better::lower;
    const std::vector<float> best = judge_.draws_of_objective(*values.at(result_.best().shares));
    for (AllocationGain gain : compared_) {
      throw_if_stopped(options_.execution.stop);
      AllocationSplit split{.shares = gain.shares, .objectives = {}, .limits = {}};
      const std::unique_ptr<SplitFigures> there = values.at(gain.shares);
      split.violated = judge_.violated_shares(gain.shares);
      judge_.judge(*there, split, nullptr);
      gain.violated = split.violated;
      std::vector<float> draws = judge_.draws_of_objective(*there);
      std::size_t better = 0;
      for (std::size_t j = 0; j < draws.size(); ++j) {
        draws[j] = best[j] - draws[j];
        better += (lower ? draws[j] < 0 : draws[j] > 0) ? 1u : 0u;
      }
      gain.value = split.objectives[0];
      gain.difference = result_.best().objectives[0] - gain.value;
      gain.share_better = static_cast<double>(better) / static_cast<double>(draws.size());
      gain.draws = statistics_of(draws);
      result_.gains.push_back(std::move(gain));
    }
  }

  // Shares around the grid's best, in eighths of its step.
  LevelShares fine_levels() const {
    constexpr int eighths = 8;
    LevelShares levels;
    for (int k = -eighths; k <= eighths; ++k) {
      std::vector<double> shares = result_.best().shares;
      for (double& share : shares)
        share = std::clamp(share + static_cast<double>(k) / eighths / spec_.parts, 0.0, 1.0);
      add_level(levels, shares);
    }
    return levels;
  }

  void refine_best() {
    result_.refined = result_.best();
    if (!can_refine()) {
      result_.refinement = "off: this build has no NLopt";
      return;
    }
    // The search interpolates draws linearly between the eighths …
    const std::shared_ptr<const SplitSource> fine = simulate(fine_levels());
    const auto value = [&](const std::vector<double>& shares) {
      throw_if_stopped(options_.execution.stop);
      AllocationSplit split{.shares = shares, .objectives = {}, .limits = {}};
      split.violated = judge_.violated_shares(shares);
      if (split.violated == 0) judge_.judge(*fine->at(shares), split, nullptr);
      return split.violated == 0 ? judge_.advantage(split.objectives[0], 0.0)
                                 : -std::numeric_limits<double>::infinity();
    };
    std::vector<double> shares;
    work_.together([&] {
      if (work_.is_first()) shares = *refine(result_.best().shares, 1.0 / spec_.parts, value);
    });
    shares = work_.from_first(shares);
    // … and the split it finds is then simulated exactly.
    AllocationSplit found{.shares = shares, .objectives = {}, .limits = {}};
    LevelShares exact;
    add_level(exact, found.shares);
    const std::shared_ptr<const SplitSource> again = simulate(exact);
    found.violated = judge_.violated_shares(found.shares);
    judge_.judge(*again->at(found.shares), found, nullptr);
    const double gain = judge_.advantage(found.objectives[0], result_.best().objectives[0]);
    result_.is_refined = found.violated == 0 && gain > 0;
    if (result_.is_refined) {
      found.shortfall = -gain;
      result_.refined = std::move(found);
    }
    result_.refinement = result_.is_refined ? "a better split was found between those of the grid"
                                            : "no better split was found between those of the grid";
  }

  void describe() {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    result_.scenario = base_.name;
    result_.title = base_.title;
    result_.spec = spec_;
    result_.names = spec_.among;
    result_.objectives = judge_.objectives();
    result_.limit_labels = judge_.limit_labels();
    result_.seed = base_.seed;
    result_.threads =
        options_.execution.threads > 0 ? options_.execution.threads : omp_get_max_threads();
    result_.inputs = source_.set().inputs;
    result_.remarks = problem_.lowered.remarks;
    result_.started_utc = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  }

  const ScenarioSource& source_;
  const AllocationOptions& options_;
  const SharedWork work_;
  const AllocateSpec& spec_;
  const Scenario& base_;
  SplitProblem problem_;
  AllocationJudge judge_;
  LevelShares levels_;
  std::shared_ptr<const SplitSource> joint_;  // used if firms are simulated together
  std::vector<AllocationGain> compared_;
  AllocationResult result_;
};

}  // namespace

void check_one(const ScenarioSource& source, const Catalogue& catalogue, const AllocateSpec& spec,
               const std::vector<Assignment>& held, const AllocationOptions& options) {
  check_spec(source, spec);
  Allocator(source, catalogue, spec, held, options).prepare();
}

AllocationResult allocate_one(const ScenarioSource& source, const Catalogue& catalogue,
                              const AllocateSpec& spec, const std::vector<Assignment>& held,
                              const AllocationOptions& options) {
  std::optional<Allocator> allocator;
  SharedWork(options.execution.ranks).together([&] {
    check_spec(source, spec);
    allocator.emplace(source, catalogue, spec, held, options);
    allocator->prepare();
  });
  return allocator->run();
}

}  // namespace tranche
