// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/lowering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "sim/input/sha256.hpp"
#include "sim/scenario/workload_kinds.hpp"
#include "sim/simulate/lowering/cache.hpp"
#include "sim/simulate/lowering/chips.hpp"
#include "sim/simulate/lowering/column_plan.hpp"
#include "sim/simulate/lowering/job_notes.hpp"
#include "sim/simulate/lowering/known_metrics.hpp"
#include "sim/simulate/lowering/limits.hpp"
#include "sim/simulate/lowering/metrics.hpp"
#include "sim/simulate/lowering/rule_destinations.hpp"
#include "sim/simulate/lowering/sources.hpp"
#include "sim/simulate/lowering/state_plan.hpp"
#include "sim/simulate/lowering/tranches.hpp"
#include "sim/simulate/lowering/work_notes.hpp"

namespace tranche {
namespace {

using kernels::Slot;
using kernels::unlimited;

// True if deliveries have an installation delay.
bool is_delayed(const Firm& firm) {
  if (!firm.installation_delay_s) return false;
  const Distribution& delay = firm.installation_delay_s->distribution;
  return !(delay.is_constant() && delay.parameters[0] == 0.0);
}

// Shares over the workloads of the scenario, one slot each, zero for unnamed ones.
void lower_mix(const Scenario& scenario, const Firm& firm, ColumnPlan& columns,
               kernels::FleetData& data, kernels::FirmSpec& spec) {
  const Owner owner{firm.name, ""};
  std::vector<Slot> shares;
  for (const Workload& workload : scenario.workloads) {
    const auto entry =
        std::find_if(firm.workloads.entries.begin(), firm.workloads.entries.end(),
                     [&](const Shares::Entry& e) { return e.name == workload.name; });
    const double absent = firm.workloads_are_alternatives ? 1.0 : 0.0;
    shares.push_back(entry == firm.workloads.entries.end() ? columns.constant(absent)
                     : firm.workloads.dirichlet ? columns.dirichlet_part(entry->share, owner)
                                                : columns.input(entry->share, 1.0, owner));
  }
  for (const Slot& share : shares)
    if (share.is_timeline != 0) spec.shares_change = 1;
  spec.workload_share_begin = size_of(data.slots);
  data.slots.insert(data.slots.end(), shares.begin(), shares.end());
  spec.share_sum_begin = spec.share_sum_end = size_of(data.slots);
  if (!firm.workloads.dirichlet) return;
  for (const Shares::Entry& entry : firm.workloads.entries)
    data.slots.push_back(columns.dirichlet_part(entry.share, owner));
  spec.share_sum_end = size_of(data.slots);
}

kernels::FirmSpec lower_firm(const Scenario& scenario, const Firm& firm, ColumnPlan& columns,
                             kernels::FleetData& data) {
  const double step_s = step_seconds(scenario.step);
  const Owner owner{firm.name, ""};
  kernels::FirmSpec spec;
  spec.power_cap = columns.input_or(firm.power_cap_w, 1.0, owner, unlimited);
  spec.is_curtailed = spec.power_cap.is_timeline;
  spec.pue = columns.input(firm.pue, 1.0, owner);
  spec.server_overhead = columns.input_or(firm.server_overhead, 1.0, owner, 1.0);
  spec.power_utilisation = columns.input(firm.power_utilisation, 1.0, owner);
  spec.installation_rate =
      columns.input_or(firm.installation_rate_chips_per_s, step_s, owner, unlimited);
  spec.installation_delay = columns.input_or(firm.installation_delay_s, 1.0 / step_s, owner, 0.0);
  spec.site_ready = columns.input_or(firm.site_ready_s, 1.0 / step_s, owner, 0.0);
  spec.availability = columns.input(firm.availability, 1.0, owner);
  spec.retirement = columns.input(firm.retirement_per_s, step_s, owner);
  spec.is_delayed = is_delayed(firm) ? 1 : 0;
  spec.electricity = columns.input(firm.electricity_usd_per_j, 1.0, owner);
  lower_mix(scenario, firm, columns, data, spec);
  return spec;
}

StatePlan::Stocks lower_stocks(const Scenario& scenario, const Firm& firm,
                               const SourcePlan& sources, ColumnPlan& columns, ChipPlan& chips,
                               kernels::FleetData& data) {
  StatePlan::Stocks stocks;
  stocks.begin = size_of(data.stocks);
  for (const Stock& stock : firm.stock)
    data.stocks.push_back({columns.input(stock.units_chips, 1.0, {firm.name, ""}),
                           chips.chip(scenario, firm, stock.chip, stock.units_chips.where),
                           sources.stock(stock.name)});
  stocks.end = size_of(data.stocks);
  return stocks;
}

// Number of steps for which deliveries are kept: more than the longest delay that can be drawn from
// arrival to service; 0 if no firm has a delay.
std::int32_t past_steps(const ScenarioSet& set) {
  double longest = -1.0;
  for (const Variant& variant : set.variants)
    for (const Firm& firm : variant.scenario.firms) {
      if (!is_delayed(firm)) continue;
      // Quantile tables end at probability 2^-32.
      const Distribution& delay = firm.installation_delay_s->distribution;
      const double max_s =
          delay.is_constant() ? delay.parameters[0] : 1.5 * quantile(delay, 1.0 - 1e-10);
      longest = std::max(longest, max_s / step_seconds(variant.scenario.step));
    }
  if (longest < 0.0) return 0;
  const auto steps = static_cast<double>(set.variants.front().scenario.steps);
  return static_cast<std::int32_t>(std::min(std::ceil(longest), steps)) + 2;
}

void lower_workloads(const Scenario& scenario, const Firm& firm, const std::vector<UnitWork>& work,
                     ColumnPlan& columns, kernels::FleetData& data) {
  const Owner owner{firm.name, ""};
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const Workload& workload = scenario.workloads[w];
    kernels::WorkloadSpec spec;
    spec.kind = workload.kind;
    spec.flop_per_unit = static_cast<float>(work[w].flop);
    spec.bytes_per_unit = static_cast<float>(work[w].bytes);
    spec.compute_efficiency = columns.input(workload.compute_efficiency, 1.0, owner);
    spec.bandwidth_efficiency = columns.input(workload.bandwidth_efficiency, 1.0, owner);
    spec.network_efficiency = columns.input(workload.network_efficiency, 1.0, owner);
    spec.achieved = columns.input_or(workload.achieved, 1.0, owner, 1.0);
    spec.job_chips = columns.input_or(workload.job_chips, 1.0, owner, unlimited);
    data.workloads.push_back(spec);
  }
}

kernels::ReliabilitySpec lower_reliability(const Scenario& scenario, ColumnPlan& columns) {
  kernels::ReliabilitySpec spec;
  const Slot zero = columns.constant(0.0);
  spec.node_failures = spec.job_failures = spec.detection = spec.restart = zero;
  spec.checkpoint_write = spec.checkpoint_interval = zero;
  spec.chips_per_node = columns.constant(8.0);
  if (!scenario.reliability) return spec;
  const Reliability& r = *scenario.reliability;
  spec.present = 1;
  spec.node_failures = columns.input(r.failures_per_node_s, 1.0, {});
  spec.job_failures = columns.input(r.job_failures_per_s, 1.0, {});
  spec.chips_per_node = columns.input(r.chips_per_node, 1.0, {});
  spec.detection = columns.input(r.detection_s, 1.0, {});
  spec.restart = columns.input(r.restart_s, 1.0, {});
  spec.checkpoint_write = columns.input(r.checkpoint_write_s, 1.0, {});
  spec.optimal_interval = r.checkpoint_interval_s ? 0 : 1;
  spec.checkpoint_interval = columns.input_or(r.checkpoint_interval_s, 1.0, {}, 0.0);
  return spec;
}

kernels::CounterpartSpec lower_counterpart(const Scenario& scenario, const MetricPlan& metrics,
                                           ColumnPlan& columns) {
  kernels::CounterpartSpec spec;
  spec.level = columns.constant(1.0);
  spec.growth = columns.constant(1.0);
  spec.grown = columns.constant(0.0);
  if (!scenario.counterpart) return spec;
  const Counterpart& c = *scenario.counterpart;
  double factor = 1.0;  // from base units of the compared sum to its metric
  if (const MetricInfo* const metric = find_metric(metrics.metrics, c.metric))
    factor = metric->factor *
             static_cast<double>(metrics.stored[static_cast<std::size_t>(metric->stored)].factor);
  spec.present = 1;
  spec.level = columns.input(c.level, 1.0 / factor, {});
  spec.growth = columns.input(c.growth_per_s, step_seconds(scenario.step), {});
  if (c.growth_per_s.schedule) {
    spec.grown = columns.accumulated(c.growth_per_s, step_seconds(scenario.step), spec.grown, {});
    spec.past_growth = columns.state(scenario.steps);
  }
  spec.months_per_step = scenario.step == Step::month ? 1.0f : 3.0f;
  return spec;
}

// The sum of the workload that data.workloads[i] describes for one firm of one variant.
std::int32_t workload_sum(const kernels::FleetData& data, std::size_t i) {
  const auto workloads = static_cast<std::size_t>(data.numbers.workload_count);
  return kernels::fixed_sums + data.numbers.yardstick_count +
         static_cast<std::int32_t>(i % workloads);
}

// Metrics over the workloads of a kind read the workload directly if there is only one, so that no
// sum has to be kept.
void read_only_workloads(kernels::FleetData& data) {
  for (kernels::MetricSpec& metric : data.metrics) {
    std::set<std::int32_t> found;
    std::size_t count = 0;
    for (std::size_t i = 0; i < data.workloads.size(); ++i)
      if (data.workloads[i].kind != kernels::WorkloadKind::memory_bound &&
          metric.sum == static_cast<std::int32_t>(workload_kind_info(data.workloads[i].kind).sum)) {
        found.insert(workload_sum(data, i));
        ++count;
      }
    // at every firm of every variant
    const auto workloads = static_cast<std::size_t>(data.numbers.workload_count);
    if (found.size() == 1 && count * workloads == data.workloads.size())
      metric.sum = *found.begin();
  }
}

// The sums that the metrics need, and those that are computed together with them: a bit each.
std::uint64_t used_sums(const kernels::FleetData& data) {
  std::uint64_t used = 0;
  const auto use = [&](std::int32_t sum) {
    if (sum >= kernels::sum_bits) return;
    used |= std::uint64_t{1} << sum;
    if (sum < kernels::fixed_sums) used |= kernels::computed_with(static_cast<kernels::Sum>(sum));
  };
  for (const kernels::MetricSpec& metric : data.metrics) {
    use(metric.sum);
    if (metric.kind == kernels::MetricKind::ratio) use(metric.denominator);
  }
  for (std::size_t i = 0; i < data.workloads.size(); ++i) {
    const auto of_kind = static_cast<int>(workload_kind_info(data.workloads[i].kind).sum);
    if ((used >> of_kind & 1u) != 0) use(workload_sum(data, i));
  }
  return used;
}

// Work per unit of each workload, by variant and workload.
std::vector<std::vector<UnitWork>> unit_works(const ScenarioSet& set, const Catalogue& catalogue) {
  std::vector<std::vector<UnitWork>> works;
  for (const Variant& variant : set.variants) {
    works.emplace_back();
    for (const Workload& workload : variant.scenario.workloads)
      works.back().push_back(unit_work(workload, catalogue));
  }
  return works;
}

// Yardsticks to simulate: those that the scenario names or, if it names metrics, those among them;
// all of the catalogue if it names neither.
std::vector<const Yardstick*> wanted_yardsticks(const Scenario& base, const Catalogue& catalogue) {
  std::vector<const Yardstick*> wanted;
  const auto is_asked_for = [&](const std::string& name) {
    if (base.counterpart && base.counterpart->metric == name) return true;
    if (!base.yardsticks.empty()) return std::ranges::count(base.yardsticks, name) > 0;
    return base.metrics.empty() || std::ranges::count(base.metrics, name) > 0;
  };
  for (const Yardstick& yardstick : catalogue.yardsticks)
    if (is_asked_for(yardstick.name)) wanted.push_back(&yardstick);
  return wanted;
}

void set_shared_columns(kernels::FleetData& data, ColumnPlan& columns) {
  kernels::FleetView& numbers = data.numbers;
  const std::int32_t sums = kernels::fixed_sums + numbers.yardstick_count + numbers.workload_count;
  numbers.sums_columns = columns.state(sums);
  numbers.total_columns = columns.state(sums);
  numbers.base_columns = columns.state(size_of(data.metrics) * (numbers.firm_count + 1));
  numbers.value_columns = columns.state(2);
  numbers.binding_column = columns.state();
  numbers.temporary_columns = columns.state(kernels::temporary_count);
  std::int32_t lines = 0, limits = 0;
  for (const kernels::VariantSpec& variant : data.variants)
    lines = std::max(lines, variant.allotment_end - variant.allotment_begin);
  for (const kernels::ServeSpec& serve : data.serves)
    limits = std::max(limits, serve.limit_end - serve.limit_begin);
  numbers.serving_columns = columns.state(kernels::serving_count * lines);
  numbers.room_columns = columns.state(kernels::room_columns_of_limit * limits);
}

}  // namespace

std::uint64_t variable_key(const std::string& name) {
  const std::string hex = sha256_hex(name);
  return std::stoull(hex.substr(0, 16), nullptr, 16);
}

std::vector<std::string> computable_metrics(const ScenarioSet& set, const Catalogue& catalogue) {
  const std::vector<std::vector<UnitWork>> works = unit_works(set, catalogue);
  const Scenario& base = set.variants.front().scenario;
  std::vector<std::string> names;
  for (const MetricInfo& metric :
       plan_metrics(base, works, wanted_yardsticks(base, catalogue)).metrics)
    names.push_back(metric.name);
  return names;
}

LoweredScenario lower(const ScenarioSet& set, const Catalogue& catalogue) {
  LoweringCache cache;
  return lower(set, catalogue, cache);
}

LoweredScenario lower(const ScenarioSet& set, const Catalogue& catalogue, LoweringCache& cache,
                      CountBy count_by) {
  LoweredScenario lowered;
  kernels::FleetData& data = lowered.data;
  const Scenario& base = set.variants.front().scenario;

  const std::vector<const Yardstick*> yardsticks = wanted_yardsticks(base, catalogue);
  data.numbers.seed = base.seed;
  data.numbers.steps = base.steps;
  data.numbers.firm_count = size_of(base.firms);
  data.numbers.workload_count = size_of(base.workloads);
  data.numbers.yardstick_count = size_of(yardsticks);
  data.numbers.step_seconds = static_cast<float>(step_seconds(base.step));

  ColumnPlan columns(data, base, &cache.quantiles);
  ChipPlan chips(data, catalogue, yardsticks, columns, cache);
  DecisionPlan decisions(data, columns);
  StatePlan state(data, columns, past_steps(set));
  const SourcePlan sources(set);
  const auto remark = [&](const std::string& text) {
    if (std::find(lowered.remarks.begin(), lowered.remarks.end(), text) == lowered.remarks.end())
      lowered.remarks.push_back(text);
  };
  const std::vector<std::vector<UnitWork>> works = unit_works(set, catalogue);
  MetricPlan metrics = plan_metrics(base, works, yardsticks);
  for (const Variant& variant : set.variants) {
    const Scenario& scenario = variant.scenario;
    const std::vector<UnitWork>& work = works[lowered.variants.size()];
    lowered.variants.push_back(variant.name);
    for (const std::string& text : columns.set_correlations(scenario, chips.set_variant(scenario)))
      remark(text);
    kernels::VariantSpec spec;
    spec.firm_begin = size_of(data.firms);
    spec.schedule_begin = size_of(data.schedules);
    TranchePlan tranches(scenario, catalogue, columns, chips, decisions, state, data);
    std::vector<StatePlan::Stocks> stocks;
    spec.allotment_begin = size_of(data.allotments);
    for (const Firm& firm : scenario.firms) {
      kernels::FirmSpec firm_spec = lower_firm(scenario, firm, columns, data);
      stocks.push_back(lower_stocks(scenario, firm, sources, columns, chips, data));
      firm_spec.workload_begin = size_of(data.workloads);
      lower_workloads(scenario, firm, work, columns, data);
      tranches.add_lines(firm, size_of(data.firms), firm_spec);
      data.firms.push_back(firm_spec);
    }
    spec.allotment_end = size_of(data.allotments);
    for (const PlannedAllotment& allotment : tranches.allotments())
      data.allotments[static_cast<std::size_t>(allotment.allotment)].source =
          sources.tranche(allotment.tranche->name);
    spec.schedule_end = size_of(data.schedules);
    // A remark of the base case is given once.
    for (const std::string& text : tranches.remarks())
      if (std::find(lowered.remarks.begin(), lowered.remarks.end(), text) == lowered.remarks.end())
        remark(variant.name == "base" ? text : variant.name + ": " + text);
    spec.reliability = lower_reliability(scenario, columns);
    spec.counterpart = lower_counterpart(scenario, metrics, columns);
    state.give_columns(spec, stocks);
    lower_limits(scenario, tranches.allotments(), columns, data, spec);
    data.variants.push_back(spec);
  }
  lowered.works = chips.works();
  add_work_notes(lowered);
  add_job_notes(set, catalogue, chips, lowered);
  add_destination_notes(set, catalogue, lowered);
  share_proportional_yardsticks(metrics, data.yardsticks, yardsticks.size());
  data.metrics = std::move(metrics.stored);
  lowered.metrics = std::move(metrics.metrics);
  mark_unknown(set, catalogue, lowered);
  read_only_workloads(data);
  data.numbers.used_sums = used_sums(data);
  set_shared_columns(data, columns);
  columns.finish();
  lowered.inputs = columns.take_inputs();

  for (const Firm& firm : base.firms) lowered.firms.push_back(firm.name);
  lowered.firms.emplace_back("all");
  for (std::int32_t step = 0; step < base.steps; ++step)
    lowered.steps.push_back(step_label(base, step));
  if (count_by == CountBy::source) sources.count(base, lowered);
  return lowered;
}

}  // namespace tranche
