// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/output_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/input/calendar.hpp"

namespace tranche {
namespace {

std::int32_t index_in(const std::vector<std::string>& names, const std::string& name,
                      const std::string& option, const std::string& what) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::int32_t>(found - names.begin());
  refuse_name({fmt::format("({})", option), 1, 1, std::max<std::size_t>(name.size(), 1)}, name,
              fmt::format("unknown {} `{}`", what, name), name_help(name, names, what + "s"));
}

std::vector<std::string> metric_names_of(const LoweredScenario& lowered) {
  std::vector<std::string> names;
  for (const MetricInfo& metric : lowered.metrics) names.push_back(metric.name);
  return names;
}

std::vector<std::int32_t> all_below(std::size_t count) {
  std::vector<std::int32_t> indices(count);
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

}  // namespace

void refuse_name(const SourceSpan& where, const std::string& source_line,
                 const std::string& problem, std::vector<std::string> help) {
  Problems problems;
  problems.remember_source(where.file, source_line);
  problems.error(where, problem, std::move(help));
  problems.throw_if_errors();
  throw std::logic_error("an error was recorded");
}

std::int32_t metric_index(const LoweredScenario& lowered, const std::string& name,
                          const std::string& option) {
  return index_in(metric_names_of(lowered), name, option, "metric");
}

std::int32_t firm_index(const LoweredScenario& lowered, const std::string& name,
                        const std::string& option) {
  return index_in(lowered.firms, name, option, "firm");
}

std::int32_t variant_index(const std::vector<std::string>& variants, const std::string& name,
                           const std::string& option) {
  return index_in(variants, name, option, "what-if");
}

std::int32_t step_index(const LoweredScenario& lowered, const Scenario& scenario,
                        const std::string& month, const std::string& option) {
  const SourceSpan where{fmt::format("({})", option), 1, 1, std::max<std::size_t>(month.size(), 1)};
  const std::optional<YearMonth> asked = parse_year_month(month);
  if (!asked)
    refuse_name(where, month, fmt::format("`{}` is not a month", month), {"write it as `2027-06`"});
  const int months = months_between(scenario.start, *asked);
  const int months_per_step = scenario.step == Step::month ? 1 : 3;
  const auto steps = static_cast<int>(lowered.steps.size());
  if (months < 0 || months >= steps * months_per_step)
    refuse_name(where, month, fmt::format("`{}` is outside the scenario's months", month),
                {fmt::format("from {} to {}", lowered.steps.front(), lowered.steps.back())});
  return months / months_per_step;
}

ChoiceOfOutputs choose_outputs(const LoweredScenario& lowered, const Scenario& scenario,
                               const std::vector<std::string>& metrics,
                               const std::vector<std::string>& months,
                               const std::vector<std::string>& firms, bool everything) {
  ChoiceOfOutputs choice;
  const auto add = [](std::vector<std::int32_t>& list, std::int32_t index) {
    if (std::find(list.begin(), list.end(), index) == list.end()) list.push_back(index);
  };
  for (const std::string& name : metrics)
    add(choice.metrics, metric_index(lowered, name, "--metric"));
  for (const std::string& month : months)
    add(choice.steps, step_index(lowered, scenario, month, "--month"));
  for (const std::string& name : firms) add(choice.firms, firm_index(lowered, name, "--firm"));
  const std::vector<std::string> names = metric_names_of(lowered);
  if (choice.metrics.empty()) {
    const auto found = std::find(names.begin(), names.end(), scenario.headline.metric);
    choice.metrics = everything ? all_below(names.size())
                                : std::vector<std::int32_t>{static_cast<std::int32_t>(
                                      found == names.end() ? 0 : found - names.begin())};
  }
  if (choice.steps.empty())
    choice.steps =
        everything ? all_below(lowered.steps.size())
                   : std::vector<std::int32_t>{
                         scenario.headline.month.empty()
                             ? static_cast<std::int32_t>(lowered.steps.size()) - 1
                             : step_index(lowered, scenario, scenario.headline.month, "headline")};
  if (choice.firms.empty())
    choice.firms =
        everything
            ? all_below(lowered.firms.size())
            : std::vector<std::int32_t>{firm_index(lowered, scenario.headline.firm, "headline")};
  return choice;
}

std::vector<OutputChoice> outputs_of(const ChoiceOfOutputs& choice, std::int32_t variant) {
  std::vector<OutputChoice> outputs;
  for (const std::int32_t firm : choice.firms)
    for (const std::int32_t step : choice.steps)
      for (const std::int32_t metric : choice.metrics)
        outputs.push_back({variant, firm, step, metric});
  return outputs;
}

}  // namespace tranche
