// SPDX-License-Identifier: Apache-2.0
#include "sim/results/headline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "sim/results/source_rows.hpp"

namespace tranche {
namespace {

HeadlineCase headline_case(const RunResult& result, const HeadlineFigures& headline,
                           std::int32_t variant) {
  const kernels::FleetView view = result.lowered.data.view();
  const MetricInfo& metric = result.lowered.metrics[static_cast<std::size_t>(headline.metric)];
  HeadlineCase out{.variant = variant, .firms = {}, .differences = {}};
  for (std::int32_t firm = 0; firm <= view.firm_count; ++firm) {
    const auto cell = kernels::value_cell(view, headline.step, variant, firm, metric.stored);
    out.firms.push_back(metric_statistics(result.lowered, result.tally, cell, variant, firm,
                                          headline.metric, false));
    if (variant == 0) continue;
    const auto paired = kernels::difference_cell(view, headline.step, variant, firm, metric.stored);
    out.differences.push_back(metric_statistics(result.lowered, result.tally, paired, variant, firm,
                                                headline.metric, true));
  }
  if (variant > 0)
    out.probability_better =
        probability_better(out.differences[static_cast<std::size_t>(headline.firm)], metric.better);
  return out;
}

}  // namespace

HeadlineFigures headline_figures(const RunResult& result) {
  const LoweredScenario& lowered = result.lowered;
  HeadlineFigures headline{
      headline_choice(lowered, result.set.variants.front().scenario.headline), {}, {}, {}};
  for (std::int32_t variant = 0; variant < std::ssize(lowered.variants); ++variant)
    headline.cases.push_back(headline_case(result, headline, variant));

  const Better better = lowered.metrics[static_cast<std::size_t>(headline.metric)].better;
  if (lowered.variants.size() < 2 || better == Better::neither) return headline;
  // If many draws have no difference, medians tie and the mean decides.
  const auto gain = [&](const HeadlineCase& what_if) {
    const Statistics& difference = what_if.differences[static_cast<std::size_t>(headline.firm)];
    const double sign = better == Better::higher ? 1.0 : -1.0;
    return std::pair{sign * difference.p50, sign * difference.mean};
  };
  const auto [worst, best] =
      std::minmax_element(headline.cases.begin() + 1, headline.cases.end(),
                          [&](const auto& a, const auto& b) { return gain(a) < gain(b); });
  headline.best = best->variant;
  headline.worst = worst->variant;
  return headline;
}

std::optional<AddedByTranches> added_by_tranches(const RunResult& result,
                                                 const HeadlineFigures& headline) {
  const LoweredScenario& lowered = result.lowered;
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const auto added = whole_source(lowered, SourceInfo::Kind::all_tranches);
  const auto had = whole_source(lowered, SourceInfo::Kind::all_stock);
  if (!added || !had || !adds_up_over_sources(lowered, metric)) return {};
  return AddedByTranches{*added, source_statistics(result, 0, headline.firm, *added, metric),
                         source_statistics(result, 0, headline.firm, *had, metric)};
}

DrawShares draw_shares(const Statistics& difference, Better better) {
  if (better == Better::lower) return {difference.share_negative, difference.share_positive};
  return {difference.share_positive, difference.share_negative};
}

std::string firm_title(const RunResult& result, std::int32_t firm) {
  const std::vector<Firm>& firms = result.set.variants.front().scenario.firms;
  const auto index = static_cast<std::size_t>(firm);
  if (index + 1 == result.lowered.firms.size()) return "all firms";
  if (index < firms.size() && !firms[index].title.empty()) return firms[index].title;
  return result.lowered.firms[index];
}

std::string variant_title(const RunResult& result, std::int32_t variant) {
  const Variant& of_set = result.set.variants[static_cast<std::size_t>(variant)];
  return variant == 0 || of_set.title.empty() ? of_set.name : of_set.title;
}

std::vector<std::string> model_assumptions(const RunResult& result) {
  // An assumption that differs between chips names the chip.
  std::map<std::pair<std::string, std::string>, std::size_t> uses;
  std::map<std::string, std::size_t> works;
  for (const ChipWork& work : result.lowered.works) {
    if (!work.is_possible) continue;
    ++works[work.workload];
    for (const std::string& text : work.how.assumed) ++uses[{work.workload, text}];
  }
  std::vector<std::string> out;
  for (const ChipWork& work : result.lowered.works) {
    if (!work.is_possible) continue;
    for (const std::string& text : work.how.assumed) {
      const bool is_common = uses[{work.workload, text}] == works[work.workload];
      std::string line = is_common ? fmt::format("{}: {}", work.workload, text)
                                   : fmt::format("{} on {}: {}", work.workload, work.chip, text);
      if (std::find(out.begin(), out.end(), line) == out.end()) out.push_back(std::move(line));
    }
  }
  return out;
}

std::vector<Input> unswept_assumptions(const Scenario& scenario) {
  std::vector<Input> out;
  for_each_input(scenario, [&](const Input& input) {
    if (input.variable.empty() || input.role != Role::assumption ||
        input.confidence != Confidence::assumed || !input.distribution.is_constant())
      return;
    const bool known = std::any_of(out.begin(), out.end(), [&](const Input& other) {
      return other.variable == input.variable;
    });
    if (!known) out.push_back(input);
  });
  std::stable_partition(out.begin(), out.end(),
                        [](const Input& input) { return !input.is_default; });
  return out;
}

}  // namespace tranche
