// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/tranches.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tranche {
namespace {

using kernels::Slot;

}  // namespace

const Permission& permission_named(const Scenario& scenario, const std::string& name) {
  return *std::find_if(scenario.permissions.begin(), scenario.permissions.end(),
                       [&](const Permission& p) { return p.name == name; });
}

TranchePlan::TranchePlan(const Scenario& scenario, const Catalogue& catalogue, ColumnPlan& columns,
                         ChipPlan& chips, DecisionPlan& decisions, StatePlan& state,
                         kernels::FleetData& data)
    : scenario_(scenario),
      catalogue_(catalogue),
      columns_(columns),
      chips_(chips),
      decisions_(decisions),
      state_(state),
      data_(data) {}

void TranchePlan::remark(std::string text) {
  if (std::find(remarks_.begin(), remarks_.end(), text) == remarks_.end())
    remarks_.push_back(std::move(text));
}

std::int32_t TranchePlan::schedule(const Tranche& tranche, const Owner& owner) {
  const double steps_per_s = 1.0 / step_seconds(scenario_.step);
  kernels::ScheduleSpec spec;
  std::vector<kernels::PermissionSpec> permissions;
  bool changes = false, waits = false;
  for (const std::string& name : tranche.permissions) {
    const Permission& p = permission_named(scenario_, name);
    kernels::PermissionSpec permission;
    permission.granted = columns_.input(p.granted, 1.0, owner);
    permission.effective = columns_.input(p.decided_s, steps_per_s, owner);
    permission.delay = columns_.input(p.delay_s, steps_per_s, owner);
    permission.test_delay = columns_.input(p.test_delay_s, steps_per_s, owner);
    decisions_.add(scenario_, p, permission);
    changes = changes || permission.event_begin != permission.event_end || permission.regime >= 0;
    waits = waits || p.in_transit == "waits";
    permissions.push_back(permission);
  }
  if (changes) {
    for (const kernels::PermissionSpec& permission : permissions) {
      const std::int32_t count = closure_count(data_, permission);
      spec.closure_count += count;
      if (permission.idles != 0) spec.idle_count += count;
    }
    spec.transit_waits = waits ? 1 : 0;
  }
  spec.announced = columns_.input(tranche.announced_s, steps_per_s, owner);
  spec.lead_time = columns_.input(tranche.lead_time_s, steps_per_s, owner);
  spec.batches = tranche.batches;
  spec.interval = columns_.input(tranche.batch_interval_s, steps_per_s, owner);
  spec.slip_probability = columns_.input(tranche.slip_probability, 1.0, owner);
  const Distribution& probability = tranche.slip_probability.distribution;
  spec.has_slips =
      tranche.batches > 0 && !(probability.is_constant() && probability.parameters.at(0) == 0.0);
  if (spec.has_slips != 0) {
    const std::string name = "tranches." + tranche.name + ".slip";
    Distribution uniform{Family::uniform, {0.0, 1.0}, {}, {}, {}, {}};
    Input chance = tranche.slip_probability;
    chance.variable = name + ".chance";
    chance.unit.clear();
    spec.slip_uniform = columns_.instances(chance, name + "#chance", uniform, 1.0, tranche.batches);
    const Distribution& length = tranche.slip_s.distribution;
    if (length.is_constant())
      spec.slip_length = columns_.constant(length.parameters.at(0) * steps_per_s);
    else
      spec.slip_length = columns_.instances(tranche.slip_s, tranche.slip_s.variable + "#batch",
                                            length, steps_per_s, tranche.batches);
  }
  return state_.schedule(spec, permissions);
}

void TranchePlan::lower_rule(const Tranche& tranche, const Owner& owner,
                             kernels::AllotmentSpec& allotment) {
  const ChipEntry& chip = *catalogue_.find_chip(tranche.chip);
  double tariff = 0.0;
  for (const std::string& name : tranche.permissions) {
    const Permission& p = permission_named(scenario_, name);
    if (p.rule.empty()) continue;
    const RuleVintage& rule = *catalogue_.find_rule(p.rule);
    const ChipStatus status = status_under(rule, chip);
    tariff = std::max(tariff, status.tariff_rate);
    if (status.eligible == Verdict::no) {
      allotment.eligible = 0;
      remark(
          fmt::format("{} is not eligible under rule {} ({}): nothing of tranche {} is delivered",
                      chip.name, rule.name, status.reason, tranche.name));
    } else if (status.eligible == Verdict::unknown) {
      remark(
          fmt::format("whether {} is eligible under rule {} is unknown ({}); it is taken as "
                      "eligible",
                      chip.name, rule.name, status.reason));
    } else {
      remark(fmt::format("{} is eligible under rule {} ({}){}", chip.name, rule.name, status.reason,
                         status.tariff_rate > 0
                             ? fmt::format("; tariff {:.0f} %", 100.0 * status.tariff_rate)
                             : ""));
    }
  }
  allotment.tariff = columns_.input_or(tranche.tariff, 1.0, owner, tariff);
}

void TranchePlan::add_lines(const Firm& firm, std::int32_t firm_index, kernels::FirmSpec& spec) {
  spec.allotment_begin = size_of(data_.allotments);
  for (const Tranche& tranche : scenario_.tranches) {
    const auto entry = std::find_if(tranche.split.entries.begin(), tranche.split.entries.end(),
                                    [&](const Shares::Entry& e) { return e.name == firm.name; });
    if (entry == tranche.split.entries.end()) continue;
    const Owner owner{firm.name, tranche.name};
    kernels::AllotmentSpec allotment;
    allotment.firm = firm_index;
    allotment.priority = tranche.priority;
    allotment.schedule = schedule(tranche, owner);
    allotment.quantity = columns_.input(tranche.quantity_chips, 1.0, owner);
    allotment.share = tranche.split.dirichlet ? columns_.dirichlet_part(entry->share, owner)
                                              : columns_.input(entry->share, 1.0, owner);
    allotment.share_sum_begin = allotment.share_sum_end = size_of(data_.slots);
    if (tranche.split.dirichlet) {
      for (const Shares::Entry& e : tranche.split.entries)
        data_.slots.push_back(columns_.dirichlet_part(e.share, {e.name, tranche.name}));
      allotment.share_sum_end = size_of(data_.slots);
    }
    lower_rule(tranche, owner, allotment);
    allotment.unit_cost = columns_.input_or(tranche.price_usd, 1.0, owner, 0.0);
    allotment.cost_changes =
        allotment.unit_cost.is_timeline != 0 || allotment.tariff.is_timeline != 0 ? 1 : 0;
    allotment.chip = chips_.chip(
        scenario_, firm, tranche.chip, tranche.chip_where,
        allotment.eligible != 0 ? ChipPlan::Use::in_service : ChipPlan::Use::never_delivered);
    lines_.push_back({&tranche, &firm, size_of(data_.allotments)});
    data_.allotments.push_back(allotment);
  }
  spec.allotment_end = size_of(data_.allotments);
}

}  // namespace tranche
