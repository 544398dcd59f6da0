// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/reference_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/reference/reference_schedule.hpp"

namespace tranche::reference {
namespace {

class Builder {
 public:
  Builder(const Scenario& scenario, const Catalogue& catalogue, const Drawn& drawn)
      : scenario_(scenario), catalogue_(catalogue), drawn_(drawn) {}

  Case build() {
    case_.steps = scenario_.steps;
    case_.step_seconds = step_seconds(scenario_.step);
    for (const Yardstick& yardstick : catalogue_.yardsticks)
      case_.yardsticks.push_back(yardstick.name);
    for (const tranche::Workload& workload : scenario_.workloads) add_workload(workload);
    for (const tranche::Firm& firm : scenario_.firms) add_firm(firm);
    for (const Permission& permission : scenario_.permissions) add_licence(permission);
    for (const tranche::Tranche& tranche : scenario_.tranches) add_tranche(tranche);
    add_rest();
    return std::move(case_);
  }

 private:
  double number(const Input& input, const Place& place = {}) const {
    return input.distribution.is_constant() ? input.distribution.parameters.at(0)
                                            : drawn_(input, place);
  }
  // A share; for a Dirichlet distribution the input holds the concentration.
  double part(const Shares& shares, const std::string& name, const Place& place) const {
    for (const Shares::Entry& entry : shares.entries)
      if (entry.name == name)
        return shares.dirichlet ? drawn_(entry.share, place) : number(entry.share, place);
    return 0;
  }
  BySteps parts(const tranche::Firm& firm, const std::string& workload, const Place& place) const {
    const bool is_whole = firm.workloads_are_alternatives ||
                          (firm.workloads.entries.empty() && scenario_.workloads.size() == 1);
    for (const Shares::Entry& entry : firm.workloads.entries)
      if (entry.name == workload && entry.share.schedule) return series(entry.share, place);
    return BySteps(static_cast<std::size_t>(case_.steps),
                   is_whole ? 1.0 : part(firm.workloads, workload, place));
  }
  double limit(const std::optional<Input>& input, const Place& place = {}) const {
    return input ? number(*input, place) : unlimited;
  }
  BySteps series(const Input& input, const Place& place = {}) const {
    if (input.schedule)
      return values_of(*input.schedule,
                       {case_.steps, scenario_.step == tranche::Step::month ? 1 : 3},
                       [&](const Input& point) { return number(point, place); });
    return BySteps(static_cast<std::size_t>(case_.steps), number(input, place));
  }
  BySteps series_of(const std::optional<Input>& input, double otherwise,
                    const Place& place = {}) const {
    return input ? series(*input, place)
                 : BySteps(static_cast<std::size_t>(case_.steps), otherwise);
  }
  // `stock` plus a rate per second, up to the end of each step.
  BySteps accumulated(const std::optional<Input>& stock, const std::optional<Input>& rate,
                      const Place& place = {}) const {
    BySteps total = series_of(stock, 0.0, place);
    const BySteps rates = series_of(rate, 0.0, place);
    double sum = 0;
    for (std::size_t s = 0; s < total.size(); ++s) {
      sum += rates[s] * case_.step_seconds;
      total[s] += sum;
    }
    return total;
  }
  double steps(const Input& input, const Place& place = {}) const {
    return number(input, place) / case_.step_seconds;
  }
  double per_step(const Input& input, const Place& place = {}) const {
    return number(input, place) * case_.step_seconds;
  }
  std::vector<double> by_step(const Input& input, const std::string& firm) const {
    if (input.schedule) return series(input, {.firm = firm});
    std::vector<double> values;
    for (int s = 0; s < case_.steps; ++s)
      values.push_back(number(input, {.firm = firm, .index = s}));
    return values;
  }
  const ChipEntry& entry(const std::string& name) const {
    const ChipEntry* const found = catalogue_.find_chip(name);
    if (found == nullptr) throw std::out_of_range(name);
    return *found;
  }

  Chip chip(const std::string& name) const {
    Chip out;
    out.tdp_w = entry(name).tdp_w.value().value;
    for (const ServerPower& power : scenario_.server_power)
      if (power.chip == name) out.server_w = power.watts.distribution.parameters.at(0);
    for (const Yardstick& yardstick : catalogue_.yardsticks)
      out.yardsticks.push_back(yardstick_value(yardstick, entry(name), catalogue_).value_or(0));
    return out;
  }

  // Inputs that define the work are certain.
  static double figure(const std::optional<Input>& input) {
    return input ? input->distribution.parameters.at(0) : 0.0;
  }

  void add_workload(const tranche::Workload& in) {
    Workload out;
    out.name = in.name;
    out.kind = static_cast<Workload::Kind>(static_cast<int>(in.kind));
    out.counts_tokens = in.unit == "tokens";
    out.flop_per_unit = figure(in.flop_per_unit);
    out.bytes_per_unit = figure(in.bytes_per_unit);
    if (in.kind == tranche::Workload::Kind::training && !in.flop_per_unit) out.flop_per_unit = 1;
    if (in.kind == tranche::Workload::Kind::decode && !in.bytes_per_unit)
      out.bytes_per_unit =
          figure(in.weight_bytes) / figure(in.batch_sequences) + figure(in.kv_bytes_per_sequence);
    case_.workloads.push_back(out);
  }

  // Roofline: only the component that binds at peak rates.
  UnitTime unit_time(std::size_t w, const ChipEntry& chip) const {
    const tranche::Workload& in = scenario_.workloads[w];
    const Workload& work = case_.workloads[w];
    const auto peak = [&](const std::string& precision) {
      const auto found = chip.dense_flop_per_s.find(precision);
      return found == chip.dense_flop_per_s.end() ? 0.0 : found->second.value;
    };
    UnitTime time;
    time.peak_flop_per_s = peak(in.precision) > 0 ? peak(in.precision) : peak("bf16");
    const double compute_s = work.flop_per_unit / time.peak_flop_per_s;
    if (work.kind == Workload::Kind::training) {
      time.compute_s = compute_s;
      return time;
    }
    if (work.kind == Workload::Kind::decode) {
      const double needed =
          figure(in.weight_bytes) + figure(in.batch_sequences) * figure(in.kv_bytes_per_sequence);
      const double domain = chip.scale_up_chips ? chip.scale_up_chips->value : 1;
      const double usable = 0.9 * chip.memory_capacity_bytes.value().value;
      if (needed > usable * domain) return time;
      time.replica_chips = std::max(1.0, std::ceil(needed / usable));
    }
    const double memory_s = work.bytes_per_unit / chip.memory_bandwidth_bytes_per_s.value().value;
    (compute_s > memory_s ? time.compute_s : time.memory_s) = std::max(compute_s, memory_s);
    return time;
  }
  std::vector<UnitTime> unit_times(const std::string& chip) const {
    std::vector<UnitTime> times;
    for (std::size_t w = 0; w < case_.workloads.size(); ++w)
      times.push_back(unit_time(w, entry(chip)));
    return times;
  }

  void add_firm(const tranche::Firm& in) {
    const Place here{.firm = in.name};
    Firm out;
    out.name = in.name;
    out.power_cap_w = series_of(in.power_cap_w, unlimited, here);
    out.is_curtailed = in.power_cap_w && in.power_cap_w->schedule;
    out.pue = number(in.pue, here);
    if (in.server_overhead) out.server_overhead = number(*in.server_overhead, here);
    out.installation_rate = series_of(in.installation_rate_chips_per_s, unlimited, here);
    for (double& chips : out.installation_rate) chips *= case_.step_seconds;
    if (in.installation_delay_s) out.installation_delay = steps(*in.installation_delay_s, here);
    if (in.site_ready_s) out.site_ready = steps(*in.site_ready_s, here);
    out.retirement = per_step(in.retirement_per_s, here);
    out.budget_usd = series_of(in.budget_usd, unlimited, here);
    out.demand_chips = series_of(in.demand_chips, unlimited, here);
    out.electricity_usd_per_j = series(in.electricity_usd_per_j, here);
    out.power_utilisation = by_step(in.power_utilisation, in.name);
    out.availability = by_step(in.availability, in.name);
    std::vector<UnitTime> times;
    for (const tranche::Stock& stock : in.stock) {
      out.stocks.push_back({stock.name, chip(stock.chip), number(stock.units_chips, here)});
      for (const UnitTime& time : unit_times(stock.chip)) times.push_back(time);
    }
    case_.stock_times.push_back(times);
    for (const tranche::Workload& workload : scenario_.workloads) {
      Use use;
      use.share = parts(in, workload.name, here);
      use.job_chips = limit(workload.job_chips, here);
      use.compute_efficiency = by_step(workload.compute_efficiency, in.name);
      use.bandwidth_efficiency = by_step(workload.bandwidth_efficiency, in.name);
      out.uses.push_back(use);
    }
    case_.firms.push_back(out);
  }

  void add_licence(const Permission& in) {
    Licence out;
    // No numbers are drawn for a licence that no tranche needs.
    const bool is_used = std::any_of(
        scenario_.tranches.begin(), scenario_.tranches.end(), [&](const tranche::Tranche& t) {
          return std::count(t.permissions.begin(), t.permissions.end(), in.name) > 0;
        });
    if (!is_used) {
      out.per_buyer_cap = out.total_cap = out.share_of_reference = out.reference_shipped =
          series_of({}, unlimited);
      case_.licences.push_back(out);
      return;
    }
    out.per_buyer_cap = series_of(in.per_buyer_cap_chips, unlimited);
    out.total_cap = series_of(in.total_cap_chips, unlimited);
    out.share_of_reference = series_of(in.aggregate_share_cap, unlimited);
    out.reference_shipped =
        accumulated(in.reference_shipped_chips, in.reference_shipments_chips_per_s);
    case_.licences.push_back(out);
  }

  void add_tranche(const tranche::Tranche& in) {
    const Place here{.tranche = in.name};
    Tranche out;
    out.name = in.name;
    out.chip = chip(in.chip);
    out.quantity = number(in.quantity_chips, here);
    out.batches = in.batches;
    out.interval = steps(in.batch_interval_s, here);
    for (int b = 0; b < in.batches; ++b) {
      const Place batch{.tranche = in.name, .index = b};
      Input chance = in.slip_probability;
      const double probability = number(chance, here);
      chance.variable = "tranches." + in.name + ".slip.chance";  // even between 0 and 1
      const bool slips = probability > 0 && drawn_(chance, batch) < probability;
      out.slips.push_back(slips ? steps(in.slip_s, batch) : 0);
    }
    out.priority = in.priority;
    out.passes_on = in.unused == "passed_on";
    out.has_others = in.split.entries.size() > 1;
    out.supply = in.supply_stock_chips || in.supply_rate_chips_per_s
                     ? accumulated(in.supply_stock_chips, in.supply_rate_chips_per_s, here)
                     : series_of({}, unlimited);
    double tariff = 0;
    std::vector<const Permission*> permissions;
    for (std::size_t p = 0; p < scenario_.permissions.size(); ++p) {
      const Permission& permission = scenario_.permissions[p];
      if (std::count(in.permissions.begin(), in.permissions.end(), permission.name) == 0) continue;
      permissions.push_back(&permission);
      out.licences.push_back(static_cast<int>(p));
      if (number(permission.granted) == 0) out.is_granted = false;
      if (permission.rule.empty()) continue;
      const ChipStatus status =
          status_under(*catalogue_.find_rule(permission.rule), entry(in.chip));
      if (status.eligible == Verdict::no) out.is_eligible = false;
      tariff = std::max(tariff, status.tariff_rate);
    }
    out.price_with_tariff_usd = series_of(in.price_usd, 0.0, here);
    const BySteps tariffs = series_of(in.tariff, tariff, here);
    for (std::size_t s = 0; s < tariffs.size(); ++s) out.price_with_tariff_usd[s] *= 1 + tariffs[s];
    for (const tranche::Firm& firm : scenario_.firms) {
      const bool is_only = in.split.entries.empty() && scenario_.firms.size() == 1;
      out.shares.push_back(is_only ? 1.0 : part(in.split, firm.name, here));
      const Place both{.firm = firm.name, .tranche = in.name};
      Schedule schedule;
      schedule.announced = steps(in.announced_s);
      schedule.lead_time = steps(in.lead_time_s, both);
      for (const Permission* const permission : permissions) {
        schedule.effective.push_back(steps(permission->decided_s) +
                                     steps(permission->delay_s, both));
        if (permission->kind == Permission::Kind::licence)
          schedule.test_delays.push_back(steps(permission->test_delay_s, both));
      }
      out.schedules.push_back(schedule);
    }
    case_.tranches.push_back(out);
    case_.tranche_times.push_back(unit_times(in.chip));
  }

  void add_rest() {
    if (const auto& in = scenario_.reliability) {
      Reliability out;
      out.failures_per_node_s = number(in->failures_per_node_s);
      out.job_failures_per_s = number(in->job_failures_per_s);
      out.chips_per_node = number(in->chips_per_node);
      out.recovery_s = number(in->detection_s) + number(in->restart_s);
      out.checkpoint_write_s = number(in->checkpoint_write_s);
      if (in->checkpoint_interval_s) out.checkpoint_interval_s = number(*in->checkpoint_interval_s);
      case_.reliability = out;
    }
    if (const auto& in = scenario_.counterpart)
      case_.counterpart = {in->metric, number(in->level), case_.step_seconds / seconds_per_month,
                           series(in->growth_per_s)};
    if (case_.counterpart)
      for (double& growth : case_.counterpart->growth) growth *= case_.step_seconds;
  }

  const Scenario& scenario_;
  const Catalogue& catalogue_;
  const Drawn& drawn_;
  Case case_;
};

}  // namespace

Case case_of(const Scenario& scenario, const Catalogue& catalogue, const Drawn& drawn) {
  return Builder(scenario, catalogue, drawn).build();
}

}  // namespace tranche::reference
