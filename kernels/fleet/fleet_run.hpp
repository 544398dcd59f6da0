// What the chips of one firm do in one step: what runs on them, what they draw and cost.
// Adds everything to the firm's sums.
#pragma once

#include "kernels/fleet/fleet_step.hpp"

namespace tranche::kernels {

// Counts of chips and what follows from them alone.
template <class Lanes>
TRANCHE_HD_INLINE void add_chips(const FirmStep<Lanes>& at, const LineSpec& line) {
  const auto& lanes = at.lanes;
  const FleetChip chip = at.view.chips[line.chip];
  const float* const delivered = lanes.column(line.delivered);
  const float* const alive = lanes.column(line.alive);
  const float* const cost = lanes.column(line.cost);
  const float chip_w = chip.server_w;
  at.add(Sum::installed, [=](int j) TRANCHE_INLINE_BODY { return alive[j]; });
  at.add(Sum::delivered, [=](int j) TRANCHE_INLINE_BODY { return delivered[j]; });
  at.add(Sum::power_w, [=](int j) TRANCHE_INLINE_BODY { return alive[j] * chip_w; });
  at.add(Sum::cost_usd, [=](int j) TRANCHE_INLINE_BODY { return delivered[j] * cost[j]; });
  for (std::int32_t y = 0; y < at.view.yardstick_count; ++y) {
    const float per_chip = at.view.yardsticks[chip.yardstick_begin + y];
    at.add(fixed_sums + y, [=](int j) TRANCHE_INLINE_BODY { return alive[j] * per_chip; });
  }
}

// What the installed chips of one tranche achieve.
template <class Lanes>
TRANCHE_HD_INLINE void run_line(const FirmStep<Lanes>& at, const LineSpec& line) {
  const auto& lanes = at.lanes;
  const FleetChip chip = at.view.chips[line.chip];
  const float* const alive = lanes.column(line.alive);
  const float* const availability = slot(lanes, at.firm.availability, at.step);
  add_chips(at, line);
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
                             TRANCHE_INLINE_BODY { return alive[j] * availability[j] * share[j]; };
    const bool has_fixed_rate = rate_is_fixed(throughput, workload);
    float* const job_size = at.temporary(job);
    if (!has_fixed_rate || (is_training && (reliability.present || has_detail))) {
      const float* const job_chips = slot(lanes, workload.job_chips, at.step);
      lanes.each([=](int j) TRANCHE_INLINE_BODY { job_size[j] = least(job_chips[j], working(j)); });
    }
    const float* rates = lanes.column(line.rates + w);
    if (!has_fixed_rate) {
      float* const changing = at.temporary(rate);
      chip_rate(at.view, lanes, throughput, workload, at.step, job_size, changing);
      rates = changing;
    }
    if (!is_training) {
      at.add(at.workload_sum(w), [=](int j) TRANCHE_INLINE_BODY { return working(j) * rates[j]; });
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
    at.add(Sum::training_chips, working);
    at.add(Sum::training_chips_goodput,
           [=](int j) TRANCHE_INLINE_BODY { return working(j) * good[j]; });
    at.add(Sum::training_peak,
           [=](int j) TRANCHE_INLINE_BODY { return working(j) * good[j] * peak_per_s; });
    float* const largest = at.sum(Sum::largest_run_flop);
    if (at.written.begins(static_cast<std::int32_t>(Sum::largest_run_flop)))
      lanes.each([=](int j) TRANCHE_INLINE_BODY { largest[j] = 0.0f; });
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      largest[j] = most(largest[j], job_size[j] * rates[j] * good[j] * flop_per_unit);
    });
  }
}

// Sums that nothing was added to are 0.
template <class Lanes>
TRANCHE_HD_INLINE void zero_unwritten(const FirmStep<Lanes>& at, std::int32_t sum) {
  if (!uses(at.view, sum) || !at.written.begins(sum)) return;
  float* const value = at.sum(sum);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { value[j] = 0.0f; });
}

// What the firm's stock of chips adds to the sums that its tranches add to.
template <class Lanes>
TRANCHE_HD_INLINE void run_stock(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  const FirmSpec& firm = at.firm;
  const float* const survival = lanes.column(firm.survival);
  const float* const availability = slot(lanes, firm.availability, at.step);
  const float* const chips = lanes.column(firm.stock_chips);
  const float* const watts = lanes.column(firm.stock_w);
  at.add(Sum::installed, [=](int j) TRANCHE_INLINE_BODY { return chips[j] * survival[j]; });
  at.add(Sum::power_w, [=](int j) TRANCHE_INLINE_BODY { return watts[j] * survival[j]; });
  for (std::int32_t y = 0; y < at.view.yardstick_count; ++y) {
    const float* const value = lanes.column(firm.stock_yardsticks + y);
    at.add(fixed_sums + y, [=](int j) TRANCHE_INLINE_BODY { return value[j] * survival[j]; });
  }
  for (std::int32_t w = 0; w < at.view.workload_count; ++w) {
    const WorkloadSpec workload = at.view.workloads[firm.workload_begin + w];
    const float* const units = lanes.column(firm.stock_units + w);
    const float* const share = lanes.column(firm.workload_shares + w);
    const auto rate_of_stock = [=](int j) TRANCHE_INLINE_BODY {
      return units[j] * survival[j] * availability[j] * share[j];
    };
    at.add(at.workload_sum(w), rate_of_stock);
    if (workload.kind != WorkloadKind::training) continue;
    const float flop_per_unit = workload.flop_per_unit;
    at.add(Sum::training_flop_per_s,
           [=](int j) TRANCHE_INLINE_BODY { return rate_of_stock(j) * flop_per_unit; });
  }
  if (!uses_training_detail(at.view)) return;
  const float* const training = lanes.column(firm.stock_training);
  const float* const peak = lanes.column(firm.stock_peak);
  const float* const weighted = lanes.column(firm.stock_goodput);
  const auto working_stock = [=](int j)
                                 TRANCHE_INLINE_BODY { return survival[j] * availability[j]; };
  at.add(Sum::training_chips,
         [=](int j) TRANCHE_INLINE_BODY { return training[j] * working_stock(j); });
  at.add(Sum::training_chips_goodput,
         [=](int j) TRANCHE_INLINE_BODY { return weighted[j] * working_stock(j); });
  at.add(Sum::training_peak, [=](int j) TRANCHE_INLINE_BODY { return peak[j] * working_stock(j); });
}

// The largest run so far is FLOP per second; as a result it is what 90 days of it make.
template <class Lanes>
TRANCHE_HD_INLINE void finish_largest_run(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  const float* const stock_largest = lanes.column(at.firm.stock_largest);
  const float* const survival = lanes.column(at.firm.survival);
  const float* const availability = slot(lanes, at.firm.availability, at.step);
  float* const largest = at.sum(Sum::largest_run_flop);
  constexpr float run_s = 90.0f * 86400.0f;
  if (!at.has_stock()) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { largest[j] = most(largest[j], 0.0f) * run_s; });
    return;
  }
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float working_stock = survival[j] * availability[j];
    largest[j] = most(largest[j], stock_largest[j] * working_stock) * run_s;
  });
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

// Facility power, energy so far, and what it cost.
template <class Lanes>
TRANCHE_HD_INLINE void accumulate_energy(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  const FirmSpec& firm = at.firm;
  const float* const pue = slot(lanes, firm.pue, at.step);
  const float* const overhead = slot(lanes, firm.server_overhead, at.step);
  const float* const utilisation = slot(lanes, firm.power_utilisation, at.step);
  const float* const electricity = slot(lanes, firm.electricity, at.step);
  float* const watts = at.sum(Sum::power_w);
  float* const energy = at.sum(Sum::energy_j);
  float* const spent = at.sum(Sum::cost_usd);
  float* const energy_so_far = lanes.column(firm.energy_cumulative);
  float* const energy_cost = lanes.column(firm.energy_cost);
  const float step_s = at.view.step_seconds;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    watts[j] = watts[j] * overhead[j] * pue[j];
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
      at.add(Sum::decode_units_per_s, own);
    else
      at.add(Sum::memory_bytes_per_s,
             [=](int j) TRANCHE_INLINE_BODY { return units[j] * bytes_per_unit; });
  }
}

// Adds what the firm's stock of chips does, then what follows from the sums of all chips.
template <class Lanes>
TRANCHE_HD_INLINE void run_stock_and_totals(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  if (at.has_stock()) run_stock(at);
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
  add_workloads(at);
  constexpr Sum of_kinds[] = {Sum::training_tokens_per_s, Sum::decode_units_per_s,
                              Sum::memory_bytes_per_s};
  for (const Sum sum : of_kinds) zero_unwritten(at, static_cast<std::int32_t>(sum));
  const float* const installed = at.sum(Sum::installed);
  const float* const availability = slot(lanes, at.firm.availability, at.step);
  at.add(Sum::available, [=](int j) TRANCHE_INLINE_BODY { return installed[j] * availability[j]; });
  if (uses_training_detail(at.view)) finish_largest_run(at);
  if (uses(at.view, Sum::training_flop)) accumulate_flop(at);
  if (uses(at.view, Sum::power_w)) accumulate_energy(at);
}

}  // namespace tranche::kernels
