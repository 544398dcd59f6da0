// SPDX-License-Identifier: Apache-2.0

// Work of the chips of one firm in one step: throughput, power and cost. Adds everything to the
// firm's sums.
#pragma once

#include "kernels/engine/fleet/curtailment.hpp"
#include "kernels/engine/fleet/setup.hpp"

namespace tranche::kernels {

// True if utilisation, goodput or the largest run is needed; their sums are kept together.
TRANCHE_HD_INLINE bool uses_training_detail(const FleetView& view) {
  return uses(view, Sum::training_chips) || uses(view, Sum::training_peak) ||
         uses(view, Sum::largest_run_flop);
}

// Chips of one kind in service, of a tranche or a stock.
struct RunningChips {
  std::int32_t chip;
  const float* in_service;
  const float* working;  // those in service that may be used
  std::int32_t rates;    // columns of units per second and chip, one per workload
};

// Number of chips, and the sums proportional to it.
template <class Lanes>
TRANCHE_HD_INLINE void add_chips(const FirmStep<Lanes>& at, const RunningChips& running) {
  const FleetChip chip = at.view.chips[running.chip];
  const float* const in_service = running.in_service;
  const float chip_w = chip.server_w;
  at.add(Sum::installed, [=](int j) TRANCHE_INLINE_BODY { return in_service[j]; });
  const float* const working = running.working;
  at.add(Sum::power_w, [=](int j) TRANCHE_INLINE_BODY { return working[j] * chip_w; });
  for (std::int32_t y = 0; y < at.view.yardstick_count; ++y) {
    const float per_chip = at.view.yardsticks[chip.yardstick_begin + y];
    at.add(fixed_sums + y, [=](int j) TRANCHE_INLINE_BODY { return in_service[j] * per_chip; });
  }
}

// Work of chips that serve in whole replicas.
template <class Lanes, class Working>
TRANCHE_HD_INLINE void add_served(const FirmStep<Lanes>& at, std::int32_t workload,
                                  float replica_chips, const Working& working, const float* rates) {
  if (replica_chips > 1.0f)
    at.add(at.workload_sum(workload), [=](int j) TRANCHE_INLINE_BODY {
      return in_whole_replicas(working(j), replica_chips) * rates[j];
    });
  else
    at.add(at.workload_sum(workload),
           [=](int j) TRANCHE_INLINE_BODY { return working(j) * rates[j]; });
}

// Throughput of the chips.
template <class Lanes>
TRANCHE_HD_INLINE void run_chips(const FirmStep<Lanes>& at, const RunningChips& running) {
  const auto& lanes = at.lanes;
  const FleetChip chip = at.view.chips[running.chip];
  const float* const in_use = running.working;
  const float* const availability = slot(lanes, at.firm.availability, at.step);
  add_chips(at, running);
  const bool has_detail = uses_training_detail(at.view);
  const ReliabilityColumns reliability =
      reliability_columns(lanes, at.variant.reliability, at.step);
  for (std::int32_t w = 0; w < at.view.workload_count; ++w) {
    const WorkloadSpec workload = at.view.workloads[at.firm.workload_begin + w];
    const ThroughputSpec throughput = at.view.throughputs[chip.throughput_begin + w];
    if (throughput.possible == 0) continue;
    const bool is_training = workload.kind == WorkloadKind::training;
    if (!is_training && !uses(at.view, at.workload_sum(w))) continue;
    const float* const share = lanes.column(at.firm.workload_shares + w);
    const auto working = [=](int j)
                             TRANCHE_INLINE_BODY { return in_use[j] * availability[j] * share[j]; };
    const bool has_fixed_rate = rate_is_fixed(throughput, workload);
    float* const job_size = at.temporary(job);
    if (!has_fixed_rate || (is_training && (reliability.present || has_detail))) {
      const float* const job_chips = slot(lanes, workload.job_chips, at.step);
      const float max_chips = throughput.largest_job_chips;
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        job_size[j] = min_of(min_of(job_chips[j], max_chips), working(j));
      });
    }
    const float* rates = lanes.column(running.rates + w);
    if (!has_fixed_rate) {
      float* const changing = at.temporary(rate);
      chip_rate(at.view, lanes, throughput, workload, at.step, job_size, changing);
      rates = changing;
    }
    if (!is_training) {
      add_served(at, w, throughput.replica_chips, working, rates);
      continue;
    }
    const float flop_per_unit = workload.flop_per_unit, peak_per_s = chip.peak_training_flop_per_s;
    if (!reliability.present && !has_detail) {
      at.add(at.workload_sum(w), [=](int j) TRANCHE_INLINE_BODY { return working(j) * rates[j]; });
      at.add(Sum::training_flop_per_s,
             [=](int j) TRANCHE_INLINE_BODY { return working(j) * rates[j] * flop_per_unit; });
      continue;
    }
    float* const good = at.temporary(goodput);
    job_goodput(lanes, reliability, job_size, good);
    at.add(at.workload_sum(w),
           [=](int j) TRANCHE_INLINE_BODY { return working(j) * rates[j] * good[j]; });
    at.add(Sum::training_flop_per_s, [=](int j) TRANCHE_INLINE_BODY {
      return working(j) * rates[j] * good[j] * flop_per_unit;
    });
    if (!has_detail) continue;
    // Chips whose cluster cannot hold the work train nothing.
    const auto training = [=](int j)
                              TRANCHE_INLINE_BODY { return rates[j] > 0.0f ? working(j) : 0.0f; };
    at.add(Sum::training_chips, training);
    at.add(Sum::training_chips_goodput,
           [=](int j) TRANCHE_INLINE_BODY { return training(j) * good[j]; });
    at.add(Sum::training_peak,
           [=](int j) TRANCHE_INLINE_BODY { return training(j) * good[j] * peak_per_s; });
    float* const largest = at.sum(Sum::largest_run_flop);
    if (at.written.begins(static_cast<std::int32_t>(Sum::largest_run_flop)))
      lanes.each([=](int j) TRANCHE_INLINE_BODY { largest[j] = 0.0f; });
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      largest[j] = max_of(largest[j], job_size[j] * rates[j] * good[j] * flop_per_unit);
    });
  }
}

// Takes chips that may not be used from those available.
template <class Lanes>
TRANCHE_HD_INLINE void without_idle(const FirmStep<Lanes>& at) {
  const float* const idle = at.lanes.column(at.firm.idle_chips);
  const float* const availability = slot(at.lanes, at.firm.availability, at.step);
  at.add(Sum::available, [=](int j) TRANCHE_INLINE_BODY { return -(idle[j] * availability[j]); });
}

// Sums that a tranche adds to its firm. Before the first delivery there are none.
template <class Lanes>
TRANCHE_HD_INLINE void run_allotment(const FirmStep<Lanes>& at, const AllotmentSpec& allotment) {
  const float* const delivered = at.lanes.column(allotment.delivered);
  const float* const in_service = at.lanes.column(allotment.in_service);
  if (!at.lanes.any_above_zero(delivered, in_service)) return;
  const float* const cost = at.lanes.column(allotment.cost);
  at.add(Sum::delivered, [=](int j) TRANCHE_INLINE_BODY { return delivered[j]; });
  if (allotment.cost_changes != 0) {
    const float* const paid = at.lanes.column(allotment.paid);
    at.add(Sum::cost_usd, [=](int j) TRANCHE_INLINE_BODY { return paid[j]; });
  } else {
    at.add(Sum::cost_usd, [=](int j) TRANCHE_INLINE_BODY { return delivered[j] * cost[j]; });
  }
  const ScheduleSpec& schedule = at.view.schedules[allotment.schedule];
  if (schedule.idle_count == 0) {
    run_chips(at, {allotment.chip, in_service, in_service, allotment.rates});
    return;
  }
  const float* const in_use = at.lanes.column(schedule.in_use);
  float* const idle = at.lanes.column(at.firm.idle_chips);
  float* const working = at.lanes.column(at.firm.idle_chips + 1);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    working[j] = in_service[j] * in_use[j];
    idle[j] = idle[j] + (in_service[j] - working[j]);
  });
  run_chips(at, {allotment.chip, in_service, working, allotment.rates});
}

// Sets sums without any addend to 0.
template <class Lanes>
TRANCHE_HD_INLINE void zero_unwritten(const FirmStep<Lanes>& at, std::int32_t sum) {
  if (!uses(at.view, sum) || !at.written.begins(sum)) return;
  float* const value = at.sum(sum);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { value[j] = 0.0f; });
}

// The largest run so far is kept as FLOP per second; the result is that rate over 90 days.
template <class Lanes>
TRANCHE_HD_INLINE void finish_largest_run(const FirmStep<Lanes>& at) {
  float* const largest = at.sum(Sum::largest_run_flop);
  constexpr float run_s = 90.0f * 86400.0f;
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { largest[j] = largest[j] * run_s; });
}

template <class Lanes>
TRANCHE_HD_INLINE void accumulate_flop(const FirmStep<Lanes>& at) {
  const float* const flop = at.sum(Sum::training_flop_per_s);
  float* const so_far = at.lanes.column(at.firm.flop_cumulative);
  float* const cumulative = at.sum(Sum::training_flop);
  const float step_s = at.view.step_seconds;
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    so_far[j] = so_far[j] + flop[j] * step_s;
    cumulative[j] = so_far[j];
  });
}

// Facility power.
template <class Lanes>
TRANCHE_HD_INLINE void finish_power(const FirmStep<Lanes>& at) {
  const float* const pue = slot(at.lanes, at.firm.pue, at.step);
  const float* const overhead = slot(at.lanes, at.firm.server_overhead, at.step);
  float* const watts = at.sum(Sum::power_w);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { watts[j] = watts[j] * overhead[j] * pue[j]; });
}

// Cumulative energy and its cost.
template <class Lanes>
TRANCHE_HD_INLINE void accumulate_energy(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  const FirmSpec& firm = at.firm;
  const float* const utilisation = slot(lanes, firm.power_utilisation, at.step);
  const float* const electricity = slot(lanes, firm.electricity, at.step);
  const float* const watts = at.sum(Sum::power_w);
  float* const energy = at.sum(Sum::energy_j);
  float* const spent = at.sum(Sum::cost_usd);
  float* const energy_so_far = lanes.column(firm.energy_cumulative);
  float* const energy_cost = lanes.column(firm.energy_cost);
  const float step_s = at.view.step_seconds;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float used_j = watts[j] * utilisation[j] * step_s;
    energy_so_far[j] = energy_so_far[j] + used_j;
    energy_cost[j] = energy_cost[j] + used_j * electricity[j];
    energy[j] = energy_so_far[j];
    spent[j] = spent[j] + energy_cost[j];
  });
}

// Sums over the workloads of each kind.
template <class Lanes>
TRANCHE_HD_INLINE void add_workloads(const FirmStep<Lanes>& at) {
  for (std::int32_t w = 0; w < at.view.workload_count; ++w) {
    const WorkloadSpec workload = at.view.workloads[at.firm.workload_begin + w];
    const float* const units = at.sum(at.workload_sum(w));
    const auto own = [=](int j) TRANCHE_INLINE_BODY { return units[j]; };
    const float bytes_per_unit = workload.bytes_per_unit;
    if (workload.kind == WorkloadKind::training)
      at.add(Sum::training_tokens_per_s, own);
    else if (workload.kind == WorkloadKind::decode)
      at.add(Sum::decode_tokens_per_s, own);
    else
      at.add(Sum::memory_bound_bytes_per_s,
             [=](int j) TRANCHE_INLINE_BODY { return units[j] * bytes_per_unit; });
  }
}

// Sums derived from the work of the firm's chips in this step.
template <class Lanes>
TRANCHE_HD_INLINE void finish_sums(const FirmStep<Lanes>& at) {
  constexpr Sum of_chips[] = {Sum::delivered,
                              Sum::installed,
                              Sum::power_w,
                              Sum::cost_usd,
                              Sum::training_flop_per_s,
                              Sum::training_chips,
                              Sum::training_chips_goodput,
                              Sum::training_peak,
                              Sum::largest_run_flop};
  for (const Sum sum : of_chips) zero_unwritten(at, static_cast<std::int32_t>(sum));
  for (std::int32_t s = 0; s < at.view.yardstick_count + at.view.workload_count; ++s)
    zero_unwritten(at, fixed_sums + s);
  if (at.firm.is_curtailed != 0) curtail(at);
  add_workloads(at);
  constexpr Sum of_kinds[] = {Sum::training_tokens_per_s, Sum::decode_tokens_per_s,
                              Sum::memory_bound_bytes_per_s};
  for (const Sum sum : of_kinds) zero_unwritten(at, static_cast<std::int32_t>(sum));
  const float* const installed = at.sum(Sum::installed);
  const float* const availability = slot(at.lanes, at.firm.availability, at.step);
  at.add(Sum::available, [=](int j) TRANCHE_INLINE_BODY { return installed[j] * availability[j]; });
  if (at.firm.idle_chips >= 0) without_idle(at);
  if (at.firm.is_curtailed != 0) scale_by_power(at, static_cast<std::int32_t>(Sum::available));
  if (uses_training_detail(at.view)) finish_largest_run(at);
  if (uses(at.view, Sum::power_w)) finish_power(at);
}

// Sums with index 64 and above are added to from the start.
template <class Lanes>
TRANCHE_HD_INLINE void begin_sums(const FirmStep<Lanes>& at) {
  if (at.firm.idle_chips >= 0) {
    float* const idle = at.lanes.column(at.firm.idle_chips);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { idle[j] = 0.0f; });
  }
  for (std::int32_t s = 64; s < at.workload_sum(at.view.workload_count); ++s) {
    float* const value = at.sum(s);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { value[j] = 0.0f; });
  }
}

}  // namespace tranche::kernels
