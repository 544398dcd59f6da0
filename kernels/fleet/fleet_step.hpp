// One step of one firm for a batch of draws: deliveries, installation, and what the
// chips that work achieve. Adds everything to the firm's sums.
#pragma once

#include "kernels/fleet/fleet_setup.hpp"

namespace tranche::kernels {

// Temporary columns of a step.
enum StepColumn : std::int32_t {
  rate_left,
  power_left,
  budget_left,
  demand_left,
  arrived,
  ready_part,
  limit_chips,
  limit_id,
  shortfall,
  job,
  rate,
  working_chips,
  goodput,
  ready_count,
  ready_limit
};
static_assert(ready_limit < temporary_count);

template <class Lanes>
struct FirmStep {
  const FleetView& view;
  const Lanes& lanes;
  const VariantSpec& variant;
  const FirmSpec& firm;
  std::int32_t step;

  TRANCHE_HD_INLINE float* temporary(StepColumn column) const {
    return lanes.column(view.temporary_columns + column);
  }
  TRANCHE_HD_INLINE float* sum(Sum which) const {
    return lanes.column(view.sums_columns + static_cast<std::int32_t>(which));
  }
  TRANCHE_HD_INLINE float* yardstick_sum(std::int32_t y) const {
    return lanes.column(view.sums_columns + fixed_sums + y);
  }
  TRANCHE_HD_INLINE float* workload_sum(std::int32_t w) const {
    return lanes.column(view.sums_columns + fixed_sums + view.yardstick_count + w);
  }
};

// Shares of the schedule that have arrived by `time`, and that arrived early enough to be
// ready for service by then.
template <class Lanes>
TRANCHE_HD_INLINE void arrived_shares(const FirmStep<Lanes>& at, const ScheduleSpec& schedule,
                                      float time) {
  float* const now = at.temporary(arrived);
  float* const ready = at.temporary(ready_part);
  const float* const delay = slot(at.lanes, at.firm.installation_delay, at.step);
  const float* const first = at.lanes.column(schedule.arrival_columns);
  if (schedule.batches == 0) {
    const float* const duration = slot(at.lanes, schedule.interval, 0);
    if (at.firm.is_delayed == 0) {
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        now[j] = ramp_fraction(time, first[j], duration[j]);
      });
      return;
    }
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      now[j] = ramp_fraction(time, first[j], duration[j]);
      ready[j] = ramp_fraction(time - delay[j], first[j], duration[j]);
    });
    return;
  }
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { now[j] = ready[j] = 0.0f; });
  for (std::int32_t batch = 0; batch < schedule.batches; ++batch) {
    const float* const arrival = at.lanes.column(schedule.arrival_columns + batch);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      now[j] = now[j] + (arrival[j] <= time ? 1.0f : 0.0f);
      ready[j] = ready[j] + (arrival[j] + delay[j] <= time ? 1.0f : 0.0f);
    });
  }
  const float count = static_cast<float>(schedule.batches);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    now[j] = now[j] / count;
    ready[j] = ready[j] / count;
  });
}

// What has been delivered of one tranche to the firm: by now, and long enough ago to be in
// service now. Written in two loops, each small enough for the vectoriser.
template <class Lanes>
TRANCHE_HD_INLINE void deliver_line(const FirmStep<Lanes>& at, const LineSpec& line, float time) {
  const auto& lanes = at.lanes;
  const ScheduleSpec schedule = at.view.schedules[line.schedule];
  arrived_shares(at, schedule, time);
  const float* const now = at.temporary(arrived);
  const float* const ready_share = at.temporary(ready_part);
  const float* const granted = lanes.column(schedule.granted_column);
  const float* const allotted = lanes.column(line.allotted);
  const float* const share = lanes.column(line.share_column);
  const float* const licence_cap = slot(lanes, line.licence_cap, at.step);
  const float* const total_cap = slot(lanes, line.total_cap, at.step);
  const float* const ratio_share = slot(lanes, line.ratio_share, at.step);
  const float* const shipments = slot(lanes, line.reference_shipments, at.step);
  const float* const shipped = slot(lanes, line.reference_shipped, at.step);
  const float* const stock = slot(lanes, line.supply_stock, at.step);
  const float* const supply_rate = slot(lanes, line.supply_rate, at.step);
  const float* const cost = lanes.column(line.cost);
  const float* const delay = slot(lanes, at.firm.installation_delay, at.step);
  const float* const budget = at.temporary(budget_left);
  const float* const demand = at.temporary(demand_left);
  float* const delivered = lanes.column(line.delivered);
  float* const id = at.temporary(limit_id);
  float* const ready = at.temporary(ready_count);
  float* const ready_id = at.temporary(ready_limit);
  const float eligible_chips = line.eligible != 0 ? unlimited : -1.0f;

  const auto inputs = [=](int j, float arrived_fraction, float when) TRANCHE_INLINE_BODY {
    DeliveryInputs in;
    in.allotted_chips = allotted[j];
    in.eligible_chips = eligible_chips;
    in.granted = granted[j];
    in.arrived_fraction = arrived_fraction;
    in.licence_cap_chips = licence_cap[j];
    in.total_cap_chips = total_cap[j] * share[j];
    in.ratio_cap_chips = share[j] * ratio_share[j] * most(shipped[j] + shipments[j] * when, 0.0f);
    in.supply_chips = share[j] * most(stock[j] + supply_rate[j] * when, 0.0f);
    in.budget_chips = budget[j] / most(cost[j], 1.0f);
    in.demand_chips = demand[j];
    return in;
  };
  if (line.is_limited != 0) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const Limited so_far = delivered_chips(inputs(j, now[j], time));
      delivered[j] = so_far.chips;
      id[j] = so_far.constraint;
    });
  } else {
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const Limited so_far = delivered_chips(
          {.allotted_chips = allotted[j],
           .eligible_chips = eligible_chips,
           .granted = granted[j],
           .arrived_fraction = now[j]});
      delivered[j] = so_far.chips;
      id[j] = so_far.constraint;
    });
  }
  if (at.firm.is_delayed == 0) return;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const Limited then = delivered_chips(inputs(j, ready_share[j], time - delay[j]));
    const Limited early = ready_chips(then, {delivered[j], id[j]});
    ready[j] = early.chips;
    ready_id[j] = early.constraint;
  });
}

// Installs what is ready of one tranche, after deliver_line. What binds the firm is what
// binds the tranche that is missing most chips.
template <class Lanes>
TRANCHE_HD_INLINE void install_line(const FirmStep<Lanes>& at, const LineSpec& line, float time,
                                    bool is_first, float* binding) {
  const auto& lanes = at.lanes;
  const float* const allotted = lanes.column(line.allotted);
  const float* const cost = lanes.column(line.cost);
  const float* const delivered = lanes.column(line.delivered);
  const float* const id = at.temporary(limit_id);
  const bool is_delayed = at.firm.is_delayed != 0;
  const float* const ready = is_delayed ? at.temporary(ready_count) : delivered;
  const float* const ready_id = is_delayed ? at.temporary(ready_limit) : id;
  const float* const site_ready = slot(lanes, at.firm.site_ready, at.step);
  const float* const pue = slot(lanes, at.firm.pue, at.step);
  const float* const overhead = slot(lanes, at.firm.server_overhead, at.step);
  const float* const survival_step = lanes.column(at.firm.survival_step);
  float* const gross = lanes.column(line.gross);
  float* const alive = lanes.column(line.alive);
  float* const rate = at.temporary(rate_left);
  float* const power = at.temporary(power_left);
  float* const budget = at.temporary(budget_left);
  float* const demand = at.temporary(demand_left);
  float* const largest_shortfall = at.temporary(shortfall);
  const float chip_w = at.view.chips[line.chip].server_w;
  const float worst_so_far = is_first ? -unlimited : 0.0f;

  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float watts_per_chip = chip_w * overhead[j] * pue[j];
    const float kept = alive[j] * survival_step[j];
    const Limited fresh = newly_installed({.delivered = {delivered[j], id[j]},
                                           .ready = {ready[j], ready_id[j]},
                                           .installed_before = gross[j],
                                           .rate_left_chips = rate[j],
                                           .site_chips = site_ready[j] <= time ? unlimited : -1.0f,
                                           .power_left_chips = power[j] / watts_per_chip - kept});
    gross[j] = gross[j] + fresh.chips;
    alive[j] = kept + fresh.chips;
    rate[j] = rate[j] - fresh.chips;
    power[j] = power[j] - alive[j] * watts_per_chip;
    const float missing = allotted[j] - gross[j];
    const float largest = largest_shortfall[j] + worst_so_far;
    binding[j] = missing > largest ? fresh.constraint : binding[j];
    largest_shortfall[j] = most(missing, largest);
  });
  if (at.firm.has_spending == 0) return;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    budget[j] = budget[j] - delivered[j] * cost[j];
    demand[j] = demand[j] - delivered[j];
  });
}

// Utilisation, goodput and the largest run; their sums are kept together.
TRANCHE_HD_INLINE bool uses_training_detail(const FleetView& view) {
  return uses(view, Sum::training_chips) || uses(view, Sum::training_peak) ||
         uses(view, Sum::largest_run_flop);
}

// What the installed chips of one tranche achieve.
template <class Lanes>
TRANCHE_HD_INLINE void run_line(const FirmStep<Lanes>& at, const LineSpec& line) {
  const auto& lanes = at.lanes;
  const FleetChip chip = at.view.chips[line.chip];
  const float* const delivered = lanes.column(line.delivered);
  const float* const alive = lanes.column(line.alive);
  const float* const cost = lanes.column(line.cost);
  const float* const availability = slot(lanes, at.firm.availability, at.step);
  float* const installed = at.sum(Sum::installed);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { installed[j] = installed[j] + alive[j]; });
  if (uses(at.view, Sum::delivered)) {
    float* const total = at.sum(Sum::delivered);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = total[j] + delivered[j]; });
  }
  if (uses(at.view, Sum::power_w)) {
    float* const watts = at.sum(Sum::power_w);
    const float chip_w = chip.server_w;
    lanes.each([=](int j) TRANCHE_INLINE_BODY { watts[j] = watts[j] + alive[j] * chip_w; });
  }
  if (uses(at.view, Sum::cost_usd)) {
    float* const spent = at.sum(Sum::cost_usd);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { spent[j] = spent[j] + delivered[j] * cost[j]; });
  }
  for (std::int32_t y = 0; y < at.view.yardstick_count; ++y) {
    float* const value = at.yardstick_sum(y);
    const float per_chip = at.view.yardsticks[chip.yardstick_begin + y];
    lanes.each([=](int j) TRANCHE_INLINE_BODY { value[j] = value[j] + alive[j] * per_chip; });
  }
  float* const job_size = at.temporary(job);
  float* const working = at.temporary(working_chips);
  const ReliabilityColumns reliability =
      reliability_columns(lanes, at.variant.reliability, at.step);
  for (std::int32_t w = 0; w < at.view.workload_count; ++w) {
    const WorkloadSpec workload = at.view.workloads[at.firm.workload_begin + w];
    const ThroughputSpec throughput = at.view.throughputs[chip.throughput_begin + w];
    if (throughput.possible == 0) continue;
    const float* const share = lanes.column(at.firm.workload_shares + w);
    const float* const job_chips = slot(lanes, workload.job_chips, at.step);
    float* const units = at.workload_sum(w);
    float* rates = lanes.column(line.rates + w);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      working[j] = alive[j] * availability[j] * share[j];
      job_size[j] = least(job_chips[j], working[j]);
    });
    if (!rate_is_fixed(throughput, workload)) {
      rates = at.temporary(rate);
      chip_rate(at.view, lanes, throughput, workload, at.step, job_size, rates);
    }
    if (workload.kind != WorkloadKind::training) {
      lanes.each([=](int j) TRANCHE_INLINE_BODY { units[j] = units[j] + working[j] * rates[j]; });
      continue;
    }
    float* const chips = at.sum(Sum::training_chips);
    float* const weighted = at.sum(Sum::training_chips_goodput);
    float* const peak = at.sum(Sum::training_peak);
    float* const flop = at.sum(Sum::training_flop_per_s);
    float* const largest = at.sum(Sum::largest_run_flop);
    float* const good = at.temporary(goodput);
    job_goodput(lanes, reliability, job_size, good);
    const float flop_per_unit = workload.flop_per_unit, peak_per_s = chip.peak_training_flop_per_s;
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float achieved = working[j] * rates[j] * good[j];
      units[j] = units[j] + achieved;
      flop[j] = flop[j] + achieved * flop_per_unit;
    });
    if (!uses_training_detail(at.view)) continue;
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      chips[j] = chips[j] + working[j];
      weighted[j] = weighted[j] + working[j] * good[j];
      peak[j] = peak[j] + working[j] * good[j] * peak_per_s;
      largest[j] = most(largest[j], job_size[j] * rates[j] * good[j] * flop_per_unit);
    });
  }
}

}  // namespace tranche::kernels
