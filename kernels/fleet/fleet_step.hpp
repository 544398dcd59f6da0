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
  limit_id,
  shortfall,
  job,
  rate,
  goodput
};
static_assert(goodput < temporary_count);

// Which sums of a firm have been written in this step; the others still hold what the firm
// before left there. Sums beyond 64 count as written.
class WrittenSums {
 public:
  // Whether it is written now for the first time.
  TRANCHE_HD_INLINE bool begins(std::int32_t sum) {
    if (sum >= 64) return false;
    const std::uint64_t bit = std::uint64_t{1} << sum;
    const bool is_new = (written_ & bit) == 0;
    written_ |= bit;
    return is_new;
  }

 private:
  std::uint64_t written_ = 0;
};

template <class Lanes>
struct FirmStep {
  const FleetView& view;
  const Lanes& lanes;
  const VariantSpec& variant;
  const FirmSpec& firm;
  std::int32_t step;
  WrittenSums& written;

  TRANCHE_HD_INLINE float* temporary(StepColumn column) const {
    return lanes.column(view.temporary_columns + column);
  }
  TRANCHE_HD_INLINE float* sum(std::int32_t which) const {
    return lanes.column(view.sums_columns + which);
  }
  TRANCHE_HD_INLINE float* sum(Sum which) const { return sum(static_cast<std::int32_t>(which)); }
  TRANCHE_HD_INLINE std::int32_t workload_sum(std::int32_t w) const {
    return fixed_sums + view.yardstick_count + w;
  }
  TRANCHE_HD_INLINE bool has_stock() const { return firm.stock_begin != firm.stock_end; }

  // Adds value(j) to a sum, if any metric needs that.
  template <class Value>
  TRANCHE_HD_INLINE void add(std::int32_t which, const Value& value) const {
    if (!uses(view, which)) return;
    float* const total = sum(which);
    if (written.begins(which))
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = value(j); });
    else
      lanes.each([=](int j) TRANCHE_INLINE_BODY { total[j] = total[j] + value(j); });
  }
  template <class Value>
  TRANCHE_HD_INLINE void add(Sum which, const Value& value) const {
    add(static_cast<std::int32_t>(which), value);
  }
};

// How many of `count` batches, of which the first arrives at `arrivals`, have arrived by
// `time`, and how many did so early enough to be ready for service; added to what is there,
// or instead of it.
template <int count, bool is_first, class Lanes>
TRANCHE_HD_INLINE void count_arrivals(const FirmStep<Lanes>& at, std::int32_t arrivals,
                                      float time) {
  float* const now = at.temporary(arrived);
  float* const ready = at.temporary(ready_part);
  const float* arrival[static_cast<std::size_t>(count)];
  for (int b = 0; b < count; ++b) arrival[b] = at.lanes.column(arrivals + b);
  const auto arrived_by = [=](int j, float delay) TRANCHE_INLINE_BODY {
    float batches = 0.0f;
    for (int b = 0; b < count; ++b)
      batches = batches + (arrival[b][j] + delay <= time ? 1.0f : 0.0f);
    return batches;
  };
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    now[j] = (is_first ? 0.0f : now[j]) + arrived_by(j, 0.0f);
  });
  if (at.firm.is_delayed == 0) return;
  const float* const delay = slot(at.lanes, at.firm.installation_delay, at.step);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    ready[j] = (is_first ? 0.0f : ready[j]) + arrived_by(j, delay[j]);
  });
}

template <class Lanes>
TRANCHE_HD_INLINE void count_arrivals(const FirmStep<Lanes>& at, const ScheduleSpec& schedule,
                                      float time) {
  const std::int32_t first = schedule.arrival_columns;
  std::int32_t done = schedule.batches % 4;
  if (done == 0) count_arrivals<4, true>(at, first, time);
  if (done == 1) count_arrivals<1, true>(at, first, time);
  if (done == 2) count_arrivals<2, true>(at, first, time);
  if (done == 3) count_arrivals<3, true>(at, first, time);
  for (done = done == 0 ? 4 : done; done < schedule.batches; done += 4)
    count_arrivals<4, false>(at, first + done, time);
}

// What deliveries of one tranche depend on. A budget and a demand are what the firm has left.
struct DeliveryColumns {
  const float *first, *duration;  // of a ramp
  const float *granted, *allotted, *share, *licence_cap, *total_cap, *ratio_share, *shipments,
      *shipped, *supply_stock, *supply_rate, *cost, *budget, *demand;
  float eligible_chips;

  template <class Lanes>
  TRANCHE_HD_INLINE DeliveryColumns(const FirmStep<Lanes>& at, const LineSpec& line,
                                    const ScheduleSpec& schedule, bool is_alone)
      : first(at.lanes.column(schedule.arrival_columns)),
        duration(slot(at.lanes, schedule.interval, 0)),
        granted(at.lanes.column(schedule.granted_column)),
        allotted(at.lanes.column(line.allotted)),
        share(at.lanes.column(line.share_column)),
        licence_cap(slot(at.lanes, line.licence_cap, at.step)),
        total_cap(slot(at.lanes, line.total_cap, at.step)),
        ratio_share(slot(at.lanes, line.ratio_share, at.step)),
        shipments(slot(at.lanes, line.reference_shipments, at.step)),
        shipped(slot(at.lanes, line.reference_shipped, at.step)),
        supply_stock(slot(at.lanes, line.supply_stock, at.step)),
        supply_rate(slot(at.lanes, line.supply_rate, at.step)),
        cost(at.lanes.column(line.cost)),
        budget(is_alone ? slot(at.lanes, at.firm.budget, at.step) : at.temporary(budget_left)),
        demand(is_alone ? slot(at.lanes, at.firm.demand, at.step) : at.temporary(demand_left)),
        eligible_chips(line.eligible != 0 ? unlimited : -1.0f) {}

  // Delivered by `time` when this part of the schedule has arrived.
  template <bool is_limited>
  TRANCHE_HD_INLINE Limited delivered(int j, float arrived_fraction, float time) const {
    DeliveryInputs in;
    in.allotted_chips = allotted[j];
    in.eligible_chips = eligible_chips;
    in.granted = granted[j];
    in.arrived_fraction = arrived_fraction;
    if constexpr (is_limited) {
      in.licence_cap_chips = licence_cap[j];
      in.total_cap_chips = total_cap[j] * share[j];
      in.ratio_cap_chips = share[j] * ratio_share[j] * most(shipped[j] + shipments[j] * time, 0.0f);
      in.supply_chips = share[j] * most(supply_stock[j] + supply_rate[j] * time, 0.0f);
      in.budget_chips = budget[j] / most(cost[j], 1.0f);
      in.demand_chips = demand[j];
    }
    return delivered_chips<is_limited>(in);
  }
};

// What of a tranche has been delivered by now, and what limits that.
template <bool is_limited, bool is_even, class Lanes>
TRANCHE_HD_INLINE void deliver_line(const FirmStep<Lanes>& at, const DeliveryColumns& delivery,
                                    float batches, float time, float* delivered) {
  const DeliveryColumns in = delivery;
  const float* const now = at.temporary(arrived);
  float* const constraint = at.temporary(limit_id);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float fraction =
        is_even ? ramp_fraction(time, in.first[j], in.duration[j]) : now[j] / batches;
    const Limited by_now = in.template delivered<is_limited>(j, fraction, time);
    delivered[j] = by_now.chips;
    constraint[j] = by_now.constraint;
  });
}

// Delivers and installs one tranche. What is known of it and its firm leaves out what they do
// not need:
//   is_limited  a cap, supply, budget or demand could bind
//   is_delayed  what is delivered is not ready at once
//   is_even     the schedule is a ramp; else count_arrivals has been called
//   is_alone    the firm has this tranche only and no stock, so that nothing was used up
template <bool is_limited, bool is_delayed, bool is_even, bool is_alone, class Lanes>
TRANCHE_HD_INLINE void serve_line(const FirmStep<Lanes>& at, const LineSpec& line, float time,
                                  bool is_first, float* binding) {
  const auto& lanes = at.lanes;
  const ScheduleSpec& schedule = at.view.schedules[line.schedule];
  const float batches = static_cast<float>(schedule.batches);
  const DeliveryColumns in(at, line, schedule, is_alone);
  float* const delivered = lanes.column(line.delivered);
  // In a pass of its own: where both constraints that ready_chips compares are chosen in one
  // loop, compilers make truth values of them that they cannot vectorise.
  if constexpr (is_delayed) deliver_line<is_limited, is_even>(at, in, batches, time, delivered);
  const float* const constraint = at.temporary(limit_id);
  const float* const delay = slot(lanes, at.firm.installation_delay, at.step);
  const float* const arrived_early = at.temporary(is_delayed ? ready_part : arrived);
  const float* const site_ready = slot(lanes, at.firm.site_ready, at.step);
  const float* const pue = slot(lanes, at.firm.pue, at.step);
  const float* const overhead = slot(lanes, at.firm.server_overhead, at.step);
  const float* const survival_step = lanes.column(at.firm.survival_step);
  const float* const rate_before =
      is_alone ? slot(lanes, at.firm.installation_rate, at.step) : at.temporary(rate_left);
  const float* const power_before =
      is_alone ? slot(lanes, at.firm.power_cap, at.step) : at.temporary(power_left);
  float* const rate_after = at.temporary(rate_left);
  float* const power_after = at.temporary(power_left);
  float* const budget_after = at.temporary(budget_left);
  float* const demand_after = at.temporary(demand_left);
  float* const largest_shortfall = at.temporary(shortfall);
  float* const gross = lanes.column(line.gross);
  float* const alive = lanes.column(line.alive);
  const float chip_w = at.view.chips[line.chip].server_w;
  const float worst_so_far = is_first ? -unlimited : 0.0f;

  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float then = is_delayed ? time - delay[j] : time;
    const float fraction =
        is_even ? ramp_fraction(then, in.first[j], in.duration[j]) : arrived_early[j] / batches;
    const Limited early = in.template delivered<is_limited>(j, fraction, then);
    Limited by_now = early, ready = early;
    if constexpr (is_delayed) {
      by_now = {delivered[j], constraint[j]};
      ready = ready_chips(early, by_now);
    }
    const float watts_per_chip = chip_w * overhead[j] * pue[j];
    const float kept = alive[j] * survival_step[j];
    const Limited fresh =
        newly_installed({.delivered = by_now,
                         .ready = ready,
                         .installed_before = gross[j],
                         .rate_left_chips = rate_before[j],
                         .site_chips = site_ready[j] <= time ? unlimited : -1.0f,
                         .power_left_chips = power_before[j] / watts_per_chip - kept});
    const float installed = gross[j] + fresh.chips, running = kept + fresh.chips;
    if constexpr (!is_delayed) delivered[j] = by_now.chips;
    gross[j] = installed;
    alive[j] = running;
    if constexpr (is_alone) {
      binding[j] = fresh.constraint;
    } else {
      rate_after[j] = rate_before[j] - fresh.chips;
      power_after[j] = power_before[j] - running * watts_per_chip;
      // What binds the firm is what binds the tranche that is missing most chips.
      const float missing = in.allotted[j] - installed;
      const float largest = largest_shortfall[j] + worst_so_far;
      binding[j] = missing > largest ? fresh.constraint : binding[j];
      largest_shortfall[j] = most(missing, largest);
      if constexpr (is_limited) {
        budget_after[j] = in.budget[j] - by_now.chips * in.cost[j];
        demand_after[j] = in.demand[j] - by_now.chips;
      }
    }
  });
}

// Calls serve_line with what is known of the tranche, one flag after the other.
template <class Lanes, bool... known>
TRANCHE_HD_INLINE void serve_line_with(const FirmStep<Lanes>& at, const LineSpec& line, float time,
                                       bool is_first, float* binding, const bool* flags) {
  if constexpr (sizeof...(known) == 4) {
    serve_line<known...>(at, line, time, is_first, binding);
  } else if (flags[sizeof...(known)]) {
    serve_line_with<Lanes, known..., true>(at, line, time, is_first, binding, flags);
  } else {
    serve_line_with<Lanes, known..., false>(at, line, time, is_first, binding, flags);
  }
}

// Whether nothing that a tranche of the firm uses up was used by stock or another tranche.
TRANCHE_HD_INLINE bool has_one_line(const FirmSpec& firm) {
  return firm.line_end - firm.line_begin == 1 && firm.stock_begin == firm.stock_end;
}

// Utilisation, goodput and the largest run; their sums are kept together.
TRANCHE_HD_INLINE bool uses_training_detail(const FleetView& view) {
  return uses(view, Sum::training_chips) || uses(view, Sum::training_peak) ||
         uses(view, Sum::largest_run_flop);
}

}  // namespace tranche::kernels
