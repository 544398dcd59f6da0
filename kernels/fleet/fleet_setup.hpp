// What of a draw does not change from step to step: when batches arrive, how tranches
// and chips are shared, how fast one chip works, what the stock of chips does.
#pragma once

#include "kernels/fleet/fleet_month.hpp"
#include "kernels/fleet/goodput.hpp"

namespace tranche::kernels {

// Reads a slot of a batch of draws.
template <class Lanes>
TRANCHE_HD_INLINE const float* slot(const Lanes& lanes, Slot s, std::int32_t step) {
  return lanes.column(s.at(step));
}

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

// out = goodput of jobs of `job` chips (at least one); 1 without a failure model.
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
    const float chips = most(job[j], 1.0f);
    const float best =
        optimal_checkpoint_interval_s(job_failure_rate_per_s(model, chips), write[j]);
    out[j] = goodput_fraction(model, chips, optimal ? best : interval[j]);
  });
}

// Arrival times of the batches of one tranche, in steps from the start.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_schedule(const FleetView& view, const Lanes& lanes,
                                       const ScheduleSpec& spec) {
  float* const granted = lanes.column(spec.granted_column);
  float* const effective = lanes.column(view.temporary_columns);
  float* const test = lanes.column(view.temporary_columns + 1);
  const float* const announced = slot(lanes, spec.announced, 0);
  const float* const lead_time = slot(lanes, spec.lead_time, 0);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    granted[j] = 1.0f;
    effective[j] = announced[j];
    test[j] = 0.0f;
  });
  for (std::int32_t p = spec.permission_begin; p < spec.permission_end; ++p) {
    const PermissionSpec permission = view.permissions[p];
    const float* const outcome = slot(lanes, permission.granted, 0);
    const float* const decided = slot(lanes, permission.effective, 0);
    const float* const delay = slot(lanes, permission.delay, 0);
    const float* const test_delay = slot(lanes, permission.test_delay, 0);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      granted[j] = outcome[j] > 0.5f ? granted[j] : 0.0f;
      effective[j] = most(effective[j], decided[j] + delay[j]);
      test[j] = most(test[j], test_delay[j]);
    });
  }
  float* const first = lanes.column(spec.arrival_columns);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { first[j] = effective[j] + test[j] + lead_time[j]; });
  if (spec.batches == 0) return;

  const float* const interval = slot(lanes, spec.interval, 0);
  const float* const probability = slot(lanes, spec.slip_probability, 0);
  for (std::int32_t batch = 0; batch < spec.batches; ++batch) {
    const float* const before = lanes.column(spec.arrival_columns + (batch > 0 ? batch - 1 : 0));
    float* const arrival = lanes.column(spec.arrival_columns + batch);
    const float wait = batch > 0 ? 1.0f : 0.0f;
    if (spec.has_slips != 0) {
      const float* const uniform = slot(lanes, spec.slip_uniform, batch);
      const float* const length = slot(lanes, spec.slip_length, batch);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float slip = uniform[j] < probability[j] ? length[j] : 0.0f;
        arrival[j] = before[j] + wait * interval[j] + slip;
      });
    } else {
      lanes.each([=](int j) TRANCHE_INLINE_BODY { arrival[j] = before[j] + wait * interval[j]; });
    }
  }
}

// out = share of one part; with a Dirichlet distribution the drawn gammas are normalised.
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
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = own[j] / most(sum[j], 1e-30f); });
}

// out = units per second of one chip in a cluster of `cluster` chips.
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
  const ThroughputPoint* const points = view.points + throughput.point_begin;
  if (throughput.size_dependent == 0) {
    const ThroughputPoint point = points[0];
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      out[j] = achieved[j] * units_per_s(point, {compute[j], bandwidth[j], network[j]});
    });
  } else {
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      out[j] = achieved[j] *
               units_per_s(interpolate(points, cluster[j]), {compute[j], bandwidth[j], network[j]});
    });
  }
}

// Adds one stock of chips to the firm's columns. A stock shrinks by retirement only, so
// its job size is taken at the start.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_stock(const FleetView& view, const Lanes& lanes,
                                    const VariantSpec& variant, const FirmSpec& firm,
                                    const StockSpec& stock) {
  const FleetChip chip = view.chips[stock.chip];
  const float* const units = slot(lanes, stock.units, 0);
  float* const chips = lanes.column(firm.stock_chips);
  float* const watts = lanes.column(firm.stock_w);
  float* const training = lanes.column(firm.stock_training);
  float* const peak = lanes.column(firm.stock_peak);
  float* const largest = lanes.column(firm.stock_largest);
  float* const weighted = lanes.column(firm.stock_goodput);
  const float watts_per_chip = chip.server_w;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    chips[j] = chips[j] + units[j];
    watts[j] = watts[j] + units[j] * watts_per_chip;
  });
  for (std::int32_t y = 0; y < view.yardstick_count; ++y) {
    float* const value = lanes.column(firm.stock_yardsticks + y);
    const float per_chip = view.yardsticks[chip.yardstick_begin + y];
    lanes.each([=](int j) TRANCHE_INLINE_BODY { value[j] = value[j] + units[j] * per_chip; });
  }
  float* const job = lanes.column(view.temporary_columns + 2);
  float* const rate = lanes.column(view.temporary_columns + 3);
  const ReliabilityColumns reliability = reliability_columns(lanes, variant.reliability, 0);
  for (std::int32_t w = 0; w < view.workload_count; ++w) {
    const WorkloadSpec workload = view.workloads[firm.workload_begin + w];
    const float* const share = lanes.column(firm.workload_shares + w);
    const float* const job_chips = slot(lanes, workload.job_chips, 0);
    float* const out = lanes.column(firm.stock_units + w);
    lanes.each([=](int j)
                   TRANCHE_INLINE_BODY { job[j] = least(job_chips[j], units[j] * share[j]); });
    chip_rate(view, lanes, view.throughputs[chip.throughput_begin + w], workload, 0, job, rate);
    if (workload.kind == WorkloadKind::training) {
      float* const good = lanes.column(view.temporary_columns + 4);
      job_goodput(lanes, reliability, job, good);
      const float flop_per_unit = workload.flop_per_unit;
      const float peak_per_s = chip.peak_training_flop_per_s;
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float working = rate[j] > 0.0f ? units[j] * share[j] : 0.0f;
        out[j] = out[j] + units[j] * rate[j] * good[j];
        training[j] = training[j] + working;
        peak[j] = peak[j] + working * good[j] * peak_per_s;
        weighted[j] = weighted[j] + working * good[j];
        largest[j] = most(largest[j], job[j] * rate[j] * good[j] * flop_per_unit);
      });
    } else {
      lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = out[j] + units[j] * rate[j]; });
    }
  }
}

// A rate that does not change from step to step is worked out once.
TRANCHE_HD_INLINE bool rate_is_fixed(const ThroughputSpec& throughput,
                                     const WorkloadSpec& workload) {
  return throughput.possible == 0 ||
         (throughput.size_dependent == 0 && workload.compute_efficiency.step_stride == 0 &&
          workload.bandwidth_efficiency.step_stride == 0 &&
          workload.network_efficiency.step_stride == 0 && workload.achieved.step_stride == 0);
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_rates(const FleetView& view, const Lanes& lanes, const FirmSpec& firm,
                                    const LineSpec& line) {
  for (std::int32_t w = 0; w < view.workload_count; ++w) {
    const WorkloadSpec workload = view.workloads[firm.workload_begin + w];
    const ThroughputSpec throughput = view.throughputs[view.chips[line.chip].throughput_begin + w];
    float* const rate = lanes.column(line.rates + w);
    if (rate_is_fixed(throughput, workload))
      chip_rate(view, lanes, throughput, workload, 0, rate, rate);
  }
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_line(const FleetView& view, const Lanes& lanes, const FirmSpec& firm,
                                   const LineSpec& line) {
  if (line.sets_up_rates != 0) set_up_rates(view, lanes, firm, line);
  if (line.sets_up_allotted != 0) {
    float* const share = lanes.column(line.share_column);
    set_up_share(view, lanes, line.share, line.share_sum_begin, line.share_sum_end, share);
    const float* const quantity = slot(lanes, line.quantity, 0);
    float* const allotted = lanes.column(line.allotted);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { allotted[j] = quantity[j] * share[j]; });
  }
  if (line.sets_up_cost != 0) {
    const float* const unit_cost = slot(lanes, line.unit_cost, 0);
    const float* const tariff = slot(lanes, line.tariff, 0);
    float* const cost = lanes.column(line.cost);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { cost[j] = unit_cost[j] * (1.0f + tariff[j]); });
  }
  float* const gross = lanes.column(line.gross);
  float* const alive = lanes.column(line.alive);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { gross[j] = alive[j] = 0.0f; });
}

// What all chips that the firm has from the start do.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_stocks(const FleetView& view, const Lanes& lanes,
                                     const VariantSpec& variant, const FirmSpec& firm) {
  float* const chips = lanes.column(firm.stock_chips);
  float* const watts = lanes.column(firm.stock_w);
  float* const training = lanes.column(firm.stock_training);
  float* const peak = lanes.column(firm.stock_peak);
  float* const largest = lanes.column(firm.stock_largest);
  float* const weighted = lanes.column(firm.stock_goodput);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    chips[j] = watts[j] = training[j] = peak[j] = largest[j] = weighted[j] = 0.0f;
  });
  for (std::int32_t y = 0; y < view.yardstick_count; ++y) {
    float* const value = lanes.column(firm.stock_yardsticks + y);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { value[j] = 0.0f; });
  }
  for (std::int32_t w = 0; w < view.workload_count; ++w) {
    float* const units = lanes.column(firm.stock_units + w);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { units[j] = 0.0f; });
  }
  for (std::int32_t s = firm.stock_begin; s < firm.stock_end; ++s)
    set_up_stock(view, lanes, variant, firm, view.stocks[s]);
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_firm(const FleetView& view, const Lanes& lanes,
                                   const VariantSpec& variant, const FirmSpec& firm) {
  if (firm.sets_up_shares != 0)
    for (std::int32_t w = 0; w < view.workload_count; ++w)
      set_up_share(view, lanes, view.slots[firm.workload_share_begin + w], firm.share_sum_begin,
                   firm.share_sum_end, lanes.column(firm.workload_shares + w));
  float* const survival = lanes.column(firm.survival);
  float* const survival_step = lanes.column(firm.survival_step);
  float* const flop = lanes.column(firm.flop_cumulative);
  float* const energy = lanes.column(firm.energy_cumulative);
  float* const energy_cost = lanes.column(firm.energy_cost);
  const float* const retirement = slot(lanes, firm.retirement, 0);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    survival[j] = 1.0f;
    survival_step[j] = exp(-retirement[j]);
    flop[j] = energy[j] = energy_cost[j] = 0.0f;
  });
  if (firm.sets_up_stock != 0) set_up_stocks(view, lanes, variant, firm);
  for (std::int32_t l = firm.line_begin; l < firm.line_end; ++l)
    set_up_line(view, lanes, firm, view.lines[l]);
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_variant(const FleetView& view, const Lanes& lanes,
                                      const VariantSpec& variant) {
  for (std::int32_t s = variant.schedule_begin; s < variant.schedule_end; ++s)
    set_up_schedule(view, lanes, view.schedules[s]);
  for (std::int32_t f = 0; f < view.firm_count; ++f)
    set_up_firm(view, lanes, variant, view.firms[variant.firm_begin + f]);
}

}  // namespace tranche::kernels
