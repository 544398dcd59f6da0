// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/input/toml_load.hpp"
#include "sim/simulate/lowering/metrics.hpp"

namespace tranche {
namespace {

using kernels::MetricKind;

// Equal shares over all participants, so that each has a line in the simulation.
Change equal_shares(const AllocateSpec& spec, const std::vector<Assignment>& held) {
  const std::vector<double> equal(spec.among.size(), 1.0 / static_cast<double>(spec.among.size()));
  Change change;
  change.name = "equal";
  change.where = spec.where;
  change.label = "with equal shares";
  change.assignments = held;
  change.assignments.push_back(shares_assignment(spec.split, spec.among, equal, spec.where));
  return change;
}

std::int32_t firm_index(const Scenario& scenario, const std::string& name) {
  const auto found = std::find_if(scenario.firms.begin(), scenario.firms.end(),
                                  [&](const Firm& firm) { return firm.name == name; });
  return static_cast<std::int32_t>(found - scenario.firms.begin());
}

// Lines of a firm are in the order of the tranches in which it has a share.
std::int32_t line_of(const Scenario& scenario, const kernels::FirmSpec& spec,
                     const std::string& firm, const std::string& tranche_split) {
  std::int32_t line = spec.allotment_begin;
  for (const Tranche& tranche : scenario.tranches) {
    const bool has_share =
        std::any_of(tranche.split.entries.begin(), tranche.split.entries.end(),
                    [&](const Shares::Entry& entry) { return entry.name == firm; });
    if (tranche_split == fmt::format("tranches.{}.split", tranche.name)) return line;
    if (has_share) ++line;
  }
  return line;
}

std::int32_t new_column(kernels::FleetData& data) { return data.numbers.column_count++; }

void own_share_columns(SplitProblem& problem, const Scenario& scenario, const AllocateSpec& spec) {
  kernels::FleetData& data = problem.lowered.data;
  for (const std::string& name : spec.among) {
    const std::int32_t column = new_column(data);
    problem.share_columns.push_back(column);
    if (problem.over_firms) {
      const std::int32_t firm = firm_index(scenario, name);
      problem.part_firm.push_back(firm);
      kernels::AllotmentSpec& line = data.allotments[static_cast<std::size_t>(
          line_of(scenario, data.firms[static_cast<std::size_t>(firm)], name, spec.split))];
      line.share = {column, 0};
      line.share_sum_begin = line.share_sum_end = 0;
      continue;
    }
    const std::string firm_name = split_path(spec.split).at(1);
    const std::int32_t firm = firm_index(scenario, firm_name);
    problem.part_firm.push_back(firm);
    const kernels::FirmSpec& of_firm = data.firms[static_cast<std::size_t>(firm)];
    const auto workload = std::find_if(scenario.workloads.begin(), scenario.workloads.end(),
                                       [&](const Workload& w) { return w.name == name; }) -
                          scenario.workloads.begin();
    data.slots[static_cast<std::size_t>(of_firm.workload_share_begin + workload)] = {column, 0};
  }
  problem.judged_firms = problem.part_firm;
  if (problem.over_firms) return;
  problem.judged_firms.clear();
  for (std::int32_t firm = 0; firm < data.numbers.firm_count; ++firm)
    problem.judged_firms.push_back(firm);
}

std::size_t add_quantity(SplitProblem& problem, std::int32_t sum, std::int32_t step) {
  for (std::size_t q = 0; q < problem.quantities.size(); ++q)
    if (problem.quantities[q].sum == sum && problem.quantities[q].step == step) return q;
  problem.quantities.push_back(
      {sum, step, sum == static_cast<std::int32_t>(kernels::Sum::largest_run_flop)});
  return problem.quantities.size() - 1;
}

}  // namespace

Assignment shares_assignment(const std::string& split, const std::vector<std::string>& names,
                             const std::vector<double>& shares, const SourceSpan& where) {
  std::string text = "{";
  for (std::size_t p = 0; p < names.size(); ++p)
    text += fmt::format("{} \"{}\" = {:.17g}", p == 0 ? "" : ",", names[p], shares[p]);
  return {.path = split, .path_where = where, .value = parse_toml_value(text + " }", where)};
}

SplitProblem split_problem(const ScenarioSource& source, const Catalogue& catalogue,
                           const AllocateSpec& spec, const std::vector<Assignment>& held,
                           const std::vector<std::string>& metrics) {
  ScenarioSet set;
  set.file = source.set().file;
  set.variants.push_back(source.variant(equal_shares(spec, held)));
  Scenario& scenario = set.variants.front().scenario;
  scenario.metrics = metrics;
  SplitProblem problem;
  problem.over_firms = spec.split.starts_with("tranches.");
  problem.is_joint =
      problem.over_firms &&
      std::any_of(scenario.tranches.begin(), scenario.tranches.end(), [](const Tranche& tranche) {
        return tranche.unused == "passed_on" && tranche.split.entries.size() > 1;
      });
  problem.lowered = lower(set, catalogue);
  if (problem.is_joint)
    problem.lowered.remarks.emplace_back(
        "what a firm leaves is passed on, so every split is simulated for all firms together; with "
        "unused = \"lapses\" in each tranche every share is simulated once, which is faster");
  problem.names = spec.among;
  own_share_columns(problem, scenario, spec);
  return problem;
}

Figure make_figure(SplitProblem& problem, const Scenario& scenario, const Problems& known,
                   const SourceSpan& where, const std::string& metric, const std::string& firm,
                   const std::string& month) {
  const auto refuse = [&](const std::string& text, const std::string& help) {
    Problems problems = known;
    problems.error(where, text, {help});
    throw InputError(problems.list());
  };
  const LoweredScenario& lowered = problem.lowered;
  const MetricInfo* const info = find_metric(lowered.metrics, metric);
  if (info == nullptr)
    refuse(fmt::format("metric `{}` does not apply to this scenario", metric),
           "no workload or counterpart of it gives this metric");
  const auto index = static_cast<std::int32_t>(info - lowered.metrics.data());
  const auto all = static_cast<std::int32_t>(lowered.firms.size()) - 1;
  const bool is_of_one = firm != "all" && firm != "worst";
  if (is_unknown(lowered, 0, is_of_one ? firm_index(scenario, firm) : all, index))
    refuse(fmt::format("`{}` is unknown: a figure of a chip is not known", metric),
           "see the warnings of `tranche check`");
  const kernels::MetricSpec& spec = lowered.data.metrics.at(static_cast<std::size_t>(info->stored));
  Figure figure;
  figure.metric = metric;
  figure.firm = firm;
  figure.month = month;
  figure.unit = info->unit;
  figure.label = fmt::format("{} of {} at {}", metric, firm, month);
  figure.kind = spec.kind;
  figure.better = info->better;
  figure.factor = static_cast<double>(spec.factor) * info->factor;
  figure.firm_index = firm == "all"     ? Figure::all_firms
                      : firm == "worst" ? Figure::worst_firm
                                        : firm_index(scenario, firm);
  for (std::int32_t step = 0; step < scenario.steps; ++step)
    if (step_label(scenario, step) == month) figure.step = step;
  figure.quantity = add_quantity(problem, spec.sum, figure.step);
  if (spec.kind == MetricKind::ratio)
    figure.denominator = add_quantity(problem, spec.denominator, figure.step);
  return figure;
}

void set_outputs(SplitProblem& problem) {
  kernels::FleetData& data = problem.lowered.data;
  std::vector<std::int32_t> sums;
  std::int32_t last_step = 0;
  for (const Quantity& quantity : problem.quantities) {
    last_step = std::max(last_step, quantity.step);
    if (std::find(sums.begin(), sums.end(), quantity.sum) == sums.end())
      sums.push_back(quantity.sum);
  }
  data.metrics.clear();
  for (const std::int32_t sum : sums) data.metrics.push_back({MetricKind::sum, sum, 0, 1.0f});
  data.numbers.base_columns = data.numbers.column_count;
  data.numbers.column_count +=
      static_cast<std::int32_t>(sums.size()) * (data.numbers.firm_count + 1);
  data.numbers.steps = last_step + 1;
}

}  // namespace tranche
