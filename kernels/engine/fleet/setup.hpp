// SPDX-License-Identifier: Apache-2.0

// Quantities of a draw that are constant over steps: arrival times, shares of tranches and chips,
// and throughput of one chip.
#pragma once

#include "kernels/engine/fleet/install.hpp"
#include "kernels/engine/fleet/payments.hpp"
#include "kernels/engine/fleet/regimes.hpp"
#include "kernels/engine/fleet/timeline.hpp"
#include "kernels/models/reliability/goodput.hpp"

namespace tranche::kernels {

// The failure model and checkpoint interval of one draw, read lane by lane.
struct ReliabilityColumns {
  const float *node_failures, *job_failures, *chips_per_node, *detection, *restart, *write,
      *interval;
  bool present, optimal;
};

template <class Lanes>
TRANCHE_HD_INLINE ReliabilityColumns reliability_columns(const Lanes& lanes,
                                                         const ReliabilitySpec& spec,
                                                         std::int32_t step) {
  return {slot(lanes, spec.node_failures, step),
          slot(lanes, spec.job_failures, step),
          slot(lanes, spec.chips_per_node, step),
          slot(lanes, spec.detection, step),
          slot(lanes, spec.restart, step),
          slot(lanes, spec.checkpoint_write, step),
          slot(lanes, spec.checkpoint_interval, step),
          spec.present != 0,
          spec.optimal_interval != 0};
}

// out = goodput, as a fraction, of jobs of `job` chips (at least one); 1 without a failure model.
template <class Lanes>
TRANCHE_HD_INLINE void job_goodput(const Lanes& lanes, const ReliabilityColumns& reliability,
                                   const float* job, float* out) {
  if (!reliability.present) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = 1.0f; });
    return;
  }
  const float *const node_failures = reliability.node_failures,
                     *const job_failures = reliability.job_failures,
                     *const chips_per_node = reliability.chips_per_node,
                     *const detection = reliability.detection, *const restart = reliability.restart,
                     *const write = reliability.write, *const interval = reliability.interval;
  const bool optimal = reliability.optimal;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const FailureModel model{node_failures[j], job_failures[j], chips_per_node[j],
                             detection[j] + restart[j], write[j]};
    const float chips = max_of(job[j], 1.0f);
    const float best =
        optimal_checkpoint_interval_s(job_failure_rate_per_s(model, chips), write[j]);
    out[j] = goodput_fraction(model, chips, optimal ? best : interval[j]);
  });
}

// out = share of one part; Dirichlet shares are the drawn gammas over their sum.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_share(const FleetView& view, const Lanes& lanes, Slot share,
                                    std::int32_t sum_begin, std::int32_t sum_end, float* out) {
  const float* const own = slot(lanes, share, 0);
  if (sum_begin == sum_end) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = own[j]; });
    return;
  }
  float* const sum = lanes.column(view.temporary_columns);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { sum[j] = 0.0f; });
  for (std::int32_t s = sum_begin; s < sum_end; ++s) {
    const float* const part = slot(lanes, view.slots[s], 0);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { sum[j] = sum[j] + part[j]; });
  }
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = own[j] / max_of(sum[j], 1e-30f); });
}

template <class Lanes>
TRANCHE_HD_INLINE void find_workload_shares(const FleetView& view, const Lanes& lanes,
                                            const FirmSpec& firm) {
  for (std::int32_t w = 0; w < view.workload_count; ++w)
    set_up_share(view, lanes, view.slots[firm.workload_share_begin + w], firm.share_sum_begin,
                 firm.share_sum_end, lanes.column(firm.workload_shares + w));
}

// out = units of work per second of one chip in a cluster of `cluster` chips.
template <class Lanes>
TRANCHE_HD_INLINE void chip_rate(const FleetView& view, const Lanes& lanes,
                                 const ThroughputSpec& throughput, const WorkloadSpec& workload,
                                 std::int32_t step, const float* cluster, float* out) {
  if (throughput.possible == 0) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = 0.0f; });
    return;
  }
  const float* const compute = slot(lanes, workload.compute_efficiency, step);
  const float* const bandwidth = slot(lanes, workload.bandwidth_efficiency, step);
  const float* const network = slot(lanes, workload.network_efficiency, step);
  const float* const achieved = slot(lanes, workload.achieved, step);
  const float* const error = slot(lanes, throughput.model_error, 0);
  const ThroughputPoint* const points = view.points + throughput.point_begin;
  if (throughput.size_dependent == 0) {
    const ThroughputPoint point = points[0];
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      out[j] = achieved[j] * error[j] * units_per_s(point, {compute[j], bandwidth[j], network[j]});
    });
  } else {
    // Loops over the sizes that occur, which are few in a batch: a lookup per draw is slower.
    const LaneRange sizes = lanes.range_of(cluster);
    const std::int32_t last = size_place(sizes.most).place;
    for (std::int32_t place = size_place(sizes.least).place; place <= last; ++place) {
      const ThroughputPoint a = points[place], b = points[place + 1];
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const SizePlace own = size_place(cluster[j]);
        const float rate =
            achieved[j] * error[j] *
            units_per_s(between(a, b, own.part), {compute[j], bandwidth[j], network[j]});
        out[j] = own.place == place ? rate : out[j];
      });
    }
  }
}

// True if the rate is constant over steps; it is then computed once.
TRANCHE_HD_INLINE bool rate_is_fixed(const ThroughputSpec& throughput,
                                     const WorkloadSpec& workload) {
  return throughput.possible == 0 ||
         (throughput.size_dependent == 0 && workload.compute_efficiency.is_constant() &&
          workload.bandwidth_efficiency.is_constant() &&
          workload.network_efficiency.is_constant() && workload.achieved.is_constant());
}

// Rates of a chip that are constant over steps.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_rates(const FleetView& view, const Lanes& lanes, const FirmSpec& firm,
                                    std::int32_t chip, std::int32_t rates) {
  for (std::int32_t w = 0; w < view.workload_count; ++w) {
    const WorkloadSpec workload = view.workloads[firm.workload_begin + w];
    const ThroughputSpec throughput = view.throughputs[view.chips[chip].throughput_begin + w];
    float* const rate_of_chip = lanes.column(rates + w);
    if (rate_is_fixed(throughput, workload))
      chip_rate(view, lanes, throughput, workload, 0, rate_of_chip, rate_of_chip);
  }
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_line(const FleetView& view, const Lanes& lanes, const FirmSpec& firm,
                                   const AllotmentSpec& allotment) {
  if (allotment.sets_up_rates != 0)
    set_up_rates(view, lanes, firm, allotment.chip, allotment.rates);
  if (allotment.sets_up_allotted != 0) {
    float* const share = lanes.column(allotment.share_column);
    set_up_share(view, lanes, allotment.share, allotment.share_sum_begin, allotment.share_sum_end,
                 share);
    const float* const quantity = slot(lanes, allotment.quantity, 0);
    float* const allotted = lanes.column(allotment.allotted);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { allotted[j] = quantity[j] * share[j]; });
  }
  if (allotment.sets_up_cost != 0) find_cost(lanes, allotment);
  if (allotment.cost_changes != 0) set_up_payments(lanes, allotment);
  if (allotment.sets_up_watts != 0) {
    const float* const overhead = slot(lanes, firm.server_overhead, 0);
    const float* const pue = slot(lanes, firm.pue, 0);
    const float chip_w = view.chips[allotment.chip].server_w;
    float* const watts = lanes.column(allotment.watts);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { watts[j] = chip_w * overhead[j] * pue[j]; });
  }
  float* const installed_ever = lanes.column(allotment.installed_ever);
  float* const in_service = lanes.column(allotment.in_service);
  float* const delivered = lanes.column(allotment.delivered);
  lanes.each([=](int j)
                 TRANCHE_INLINE_BODY { installed_ever[j] = in_service[j] = delivered[j] = 0.0f; });
  if (firm.is_delayed == 0) return;
  float* const start = lanes.column(allotment.past_columns);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { start[j] = 0.0f; });
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_firm(const FleetView& view, const Lanes& lanes,
                                   const FirmSpec& firm) {
  if (firm.sets_up_shares != 0) find_workload_shares(view, lanes, firm);
  float* const survival_step = lanes.column(firm.survival_step);
  float* const flop = lanes.column(firm.flop_cumulative);
  float* const energy = lanes.column(firm.energy_cumulative);
  float* const energy_cost = lanes.column(firm.energy_cost);
  const float* const retirement = slot(lanes, firm.retirement, 0);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    survival_step[j] = exp(-retirement[j]);
    flop[j] = energy[j] = energy_cost[j] = 0.0f;
  });
  for (std::int32_t l = firm.allotment_begin; l < firm.allotment_end; ++l)
    set_up_line(view, lanes, firm, view.allotments[l]);
  if (firm.is_delayed != 0 && firm.allotment_begin != firm.allotment_end)
    set_up_delay(lanes, firm,
                 view.schedules[view.allotments[firm.allotment_begin].schedule].past_steps);
  if (firm.allotment_end - firm.allotment_begin > 1) {
    set_up_ranks(view, lanes, firm);
  } else if (firm.allotment_end > firm.allotment_begin) {
    float* const rank = lanes.column(view.allotments[firm.allotment_begin].rank);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { rank[j] = 0.0f; });
  }
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_stocks(const FleetView& view, const Lanes& lanes,
                                     const StockGroupSpec& group) {
  float* const survival = lanes.column(group.survival);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { survival[j] = 1.0f; });
  for (std::int32_t s = group.stock_begin; s < group.stock_end; ++s) {
    const StockSpec& stock = view.stocks[s];
    if (stock.sets_up_rates != 0)
      set_up_rates(view, lanes, view.firms[group.firm], stock.chip, stock.rates);
  }
}

// Computes everything that is constant over steps, for every variant.
template <class Lanes>
TRANCHE_HD_INLINE void set_up(const FleetView& view, const Lanes& lanes) {
  set_up_timelines(view, lanes);
  for (std::int32_t r = 0; r < view.regime_count; ++r) set_up_regime(view, lanes, view.regimes[r]);
  for (std::int32_t s = 0; s < view.schedule_count; ++s)
    set_up_schedule(view, lanes, view.schedules[s]);
  for (std::int32_t v = 0; v < view.variant_count; ++v)
    for (std::int32_t f = 0; f < view.firm_count; ++f)
      set_up_firm(view, lanes, view.firms[view.variants[v].firm_begin + f]);
  for (std::int32_t g = 0; g < view.stock_group_count; ++g)
    set_up_stocks(view, lanes, view.stock_groups[g]);
}

}  // namespace tranche::kernels
