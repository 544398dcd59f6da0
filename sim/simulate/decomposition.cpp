// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/decomposition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "kernels/engine/backend/backend.hpp"
#include "sim/base/parallel_for.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/headline_choice.hpp"
#include "sim/simulate/lowering/cache.hpp"
#include "sim/simulate/lowering/metrics.hpp"
#include "sim/simulate/run.hpp"

namespace tranche {
namespace {

using Mask = std::uint32_t;  // bit i: path i of the what-if is set

// Combinations of paths that the method needs; the first is empty, the last has all paths.
std::vector<Mask> combinations(std::size_t paths, DecompositionMethod method) {
  const Mask all = (Mask{1} << paths) - 1;
  std::vector<Mask> masks;
  if (method == DecompositionMethod::shapley) {
    for (Mask mask = 0; mask <= all; ++mask) masks.push_back(mask);
    return masks;
  }
  masks.push_back(0);
  for (std::size_t i = 0; i < paths; ++i) masks.push_back(Mask{1} << i);
  for (std::size_t i = 2; i <= paths; ++i) masks.push_back((Mask{1} << i) - 1);
  return masks;
}

// A path's contribution as a weighted sum over the values of the combinations.
struct Term {
  std::size_t combination;
  double weight;
};

std::size_t index_of(const std::vector<Mask>& masks, Mask mask) {
  return static_cast<std::size_t>(std::find(masks.begin(), masks.end(), mask) - masks.begin());
}

std::vector<Term> part_terms(const std::vector<Mask>& masks, std::size_t paths, std::size_t path,
                             DecompositionMethod method) {
  const Mask own = Mask{1} << path;
  if (method == DecompositionMethod::sequential)
    return {{index_of(masks, (own << 1) - 1), 1.0}, {index_of(masks, own - 1), -1.0}};
  const auto factorial = [](std::size_t n) { return std::tgamma(static_cast<double>(n) + 1.0); };
  std::vector<Term> terms;
  for (std::size_t i = 0; i < masks.size(); ++i) {
    if ((masks[i] & own) != 0) continue;
    const auto others = static_cast<std::size_t>(std::popcount(masks[i]));
    const double weight = factorial(others) * factorial(paths - others - 1) / factorial(paths);
    terms.push_back({i, -weight});
    terms.push_back({index_of(masks, masks[i] | own), weight});
  }
  return terms;
}

// Values of one output in every combination: [combination][draw].
using Values = std::vector<std::vector<float>>;

struct Output {
  std::int32_t firm, metric, stored;
  double factor;
};

// Every metric of the run for the headline's firm, and the headline's metric for every firm, with
// their indices in `parts`. The stored index of a metric depends on the other contents of a
// scenario, as metrics proportional in all its what-ifs are stored once.
std::vector<Output> wanted_outputs(const LoweredScenario& run, const LoweredScenario& parts,
                                   const HeadlineChoice& headline) {
  std::vector<Output> outputs;
  for (std::int32_t firm = 0; firm < std::ssize(run.firms); ++firm)
    for (std::int32_t metric = 0; metric < std::ssize(run.metrics); ++metric) {
      if (firm != headline.firm && metric != headline.metric) continue;
      const std::string& name = run.metrics[static_cast<std::size_t>(metric)].name;
      const MetricInfo* const info = find_metric(parts.metrics, name);
      if (info == nullptr)
        throw std::logic_error("the metric `" + name +
                               "` is missing where a what-if is taken apart");
      outputs.push_back({firm, metric, info->stored, info->factor});
    }
  return outputs;
}

std::vector<Values> simulate_combinations(LoweredScenario& lowered, const HeadlineChoice& headline,
                                          const std::vector<Output>& outputs, std::uint64_t draws,
                                          const Execution& execution) {
  lowered.data.numbers.steps = headline.step + 1;  // later months are not needed
  const kernels::FleetView view = lowered.data.view();
  std::vector<Values> values(outputs.size());
  std::vector<float*> wanted(static_cast<std::size_t>(kernels::cell_count(view)), nullptr);
  std::vector<std::pair<std::size_t, std::vector<float>*>> shared;  // outputs of one stored metric
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    values[o].assign(static_cast<std::size_t>(view.variant_count), std::vector<float>(draws));
    for (std::int32_t v = 0; v < view.variant_count; ++v) {
      const auto cell = static_cast<std::size_t>(
          kernels::value_cell(view, headline.step, v, outputs[o].firm, outputs[o].stored));
      std::vector<float>& place = values[o][static_cast<std::size_t>(v)];
      if (wanted[cell] == nullptr)
        wanted[cell] = place.data();
      else
        shared.push_back({cell, &place});
    }
  }
  try {
    kernels::for_each_draw(
        lowered.data, {0, draws}, execution.threads,
        [&](std::uint64_t first, std::int64_t cell, const float* batch, int count) {
          float* const place = wanted[static_cast<std::size_t>(cell)];
          if (place != nullptr) std::copy_n(batch, count, place + first);
        },
        execution.stop, headline.step);
  } catch (const std::runtime_error&) {
    throw_if_stopped(execution.stop);
    throw;
  }
  for (const auto& [cell, place] : shared) std::copy_n(wanted[cell], draws, place->begin());
  return values;
}

Statistics of_terms(const Values& values, const std::vector<Term>& terms, double factor) {
  std::vector<float> sums(values.front().size());
  for (std::size_t draw = 0; draw < sums.size(); ++draw) {
    double sum = 0;
    for (const Term& term : terms) sum += term.weight * values[term.combination][draw];
    sums[draw] = static_cast<float>(sum);
  }
  return statistics_of(sums, factor);
}

void add_terms(std::vector<Term>& sum, const std::vector<Term>& terms, double sign) {
  for (const Term& term : terms) sum.push_back({term.combination, sign * term.weight});
}

void add_rows(const Change& what_if, const std::vector<Mask>& masks, const Output& output,
              const Values& values, Decomposition& out) {
  using Kind = DecompositionRow::Kind;
  const std::size_t paths = what_if.assignments.size();
  const std::vector<Term> total = {{masks.size() - 1, 1.0}, {0, -1.0}};
  std::vector<Term> interaction = total;
  std::vector<Term> groups[3];
  const auto add = [&](Kind kind, const std::string& path, PathGroup group,
                       const std::vector<Term>& terms) {
    out.rows.push_back({.kind = kind,
                        .path = path,
                        .group = group,
                        .firm = output.firm,
                        .metric = output.metric,
                        .statistics = of_terms(values, terms, output.factor)});
  };
  for (std::size_t i = 0; i < paths; ++i) {
    const std::string& path = what_if.assignments[i].path;
    const PathGroup group = path_group(path);
    const std::vector<Term> alone = {{index_of(masks, Mask{1} << i), 1.0}, {0, -1.0}};
    const std::vector<Term> part = part_terms(masks, paths, i, out.method);
    add(Kind::alone, path, group, alone);
    add(Kind::part, path, group, part);
    add_terms(interaction, alone, -1.0);
    add_terms(groups[static_cast<int>(group)], part, 1.0);
  }
  for (const PathGroup group : {PathGroup::lever, PathGroup::assumption, PathGroup::other})
    if (!groups[static_cast<int>(group)].empty())
      add(Kind::group, "", group, groups[static_cast<int>(group)]);
  add(Kind::interaction, "", PathGroup::other, interaction);
  add(Kind::total, "", PathGroup::other, total);
}

// Base case, then every combination; empty, with a note, if one of them is not a valid scenario.
std::optional<ScenarioSet> set_of_combinations(const ScenarioSource& source, const Change& what_if,
                                               const std::vector<Mask>& masks, std::string& note) {
  ScenarioSet set;
  set.file = source.set().file;
  for (const Mask mask : masks) {
    if (mask == 0) {
      set.variants.push_back(source.set().variants.front());
      continue;
    }
    Change part = what_if;
    part.assignments.clear();
    for (std::size_t i = 0; i < what_if.assignments.size(); ++i)
      if ((mask >> i & 1u) != 0) part.assignments.push_back(what_if.assignments[i]);
    try {
      set.variants.push_back(source.variant(part));
    } catch (const InputError& error) {
      note = fmt::format("its paths cannot be set apart: {}", error.diagnostics().back().problem);
      return std::nullopt;
    }
  }
  return set;
}

Decomposition decompose_one(const ScenarioSource& source, const Catalogue& catalogue,
                            const Execution& execution, const RunResult& result,
                            const HeadlineChoice& headline, const Change& what_if,
                            LoweringCache& cache) {
  Decomposition out;
  const std::size_t paths = what_if.assignments.size();
  out.step = headline.step;
  out.draws = std::min(result.draws, decomposition_draws);
  out.method =
      paths <= max_shapley_paths ? DecompositionMethod::shapley : DecompositionMethod::sequential;
  if (paths > max_decomposed_paths) {
    out.note = fmt::format("it sets {} paths, and at most {} are taken apart", paths,
                           max_decomposed_paths);
    return out;
  }
  const std::vector<Mask> masks = combinations(paths, out.method);
  const std::optional<ScenarioSet> set = set_of_combinations(source, what_if, masks, out.note);
  if (!set) return out;
  LoweredScenario lowered = lower(*set, catalogue, cache);
  const std::vector<Output> outputs = wanted_outputs(result.lowered, lowered, headline);
  const std::vector<Values> values =
      simulate_combinations(lowered, headline, outputs, out.draws, execution);
  std::vector<Decomposition> parts(outputs.size(), out);
  parallel_for(outputs.size(), result.threads,
               [&](std::size_t o) { add_rows(what_if, masks, outputs[o], values[o], parts[o]); });
  for (Decomposition& part : parts)
    std::move(part.rows.begin(), part.rows.end(), std::back_inserter(out.rows));
  return out;
}

}  // namespace

std::vector<Decomposition> decompose(const ScenarioSource& source, const Catalogue& catalogue,
                                     const RunOptions& options, const RunResult& result) {
  std::vector<Decomposition> out;
  const HeadlineChoice headline =
      headline_choice(result.lowered, result.set.variants.front().scenario.headline);
  LoweringCache own_cache;
  LoweringCache& cache = options.cache != nullptr ? *options.cache : own_cache;
  std::int32_t variant = 0;
  for (const Change& what_if : source.what_ifs()) {
    ++variant;
    if (what_if.assignments.size() < 2) continue;
    out.push_back(
        decompose_one(source, catalogue, options.execution, result, headline, what_if, cache));
    out.back().variant = variant;
  }
  return out;
}

}  // namespace tranche
