// SPDX-License-Identifier: Apache-2.0

// Work of the chips that firms have from the start, computed once for all variants that leave these
// chips unchanged.
#pragma once

#include "kernels/engine/fleet/run.hpp"

namespace tranche::kernels {

// Chips of a stock that are still in service, and their work.
template <class Lanes>
TRANCHE_HD_INLINE void run_stock(const FirmStep<Lanes>& at, const StockGroupSpec& group,
                                 const StockSpec& stock) {
  const float* const units = slot(at.lanes, stock.units, 0);
  const float* const survival = at.lanes.column(group.survival);
  float* const in_service = at.lanes.column(stock.in_service);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { in_service[j] = units[j] * survival[j]; });
  run_chips(at, {stock.chip, in_service, in_service, stock.rates});
}

// True for sums of stocks that are added to each firm's sums.
TRANCHE_HD_INLINE bool is_of_stock(const FleetView& view, std::int32_t sum) {
  const auto is = [&](Sum which) { return sum == static_cast<std::int32_t>(which); };
  return uses(view, sum) &&
         (sum >= fixed_sums || is(Sum::installed) || is(Sum::power_w) ||
          is(Sum::training_flop_per_s) || is(Sum::training_chips) ||
          is(Sum::training_chips_goodput) || is(Sum::training_peak) || is(Sum::largest_run_flop));
}

// Leaves the sums of a stock in columns of their own.
template <class Lanes>
TRANCHE_HD_INLINE void keep_sums(const FirmStep<Lanes>& at, std::int32_t columns) {
  for (std::int32_t s = 0; s < at.workload_sum(at.view.workload_count); ++s) {
    if (!is_of_stock(at.view, s)) continue;
    zero_unwritten(at, s);
    const float* const value = at.sum(s);
    float* const kept = at.lanes.column(columns + s);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { kept[j] = value[j]; });
  }
}

// Work of all stocks of a firm in a step, left in the columns of the group.
template <class Lanes>
TRANCHE_HD_INLINE void step_stocks(const FleetView& view, const Lanes& lanes,
                                   const StockGroupSpec& group, std::int32_t step) {
  const FirmSpec& firm = view.firms[group.firm];
  float* const survival = lanes.column(group.survival);
  const float* const survival_step = lanes.column(firm.survival_step);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { survival[j] = survival[j] * survival_step[j]; });
  WrittenSums written;
  const FirmStep<Lanes> at{view, lanes, view.variants[group.variant], firm, step, written};
  begin_sums(at);
  for (std::int32_t s = group.stock_begin; s < group.stock_end; ++s)
    run_stock(at, group, view.stocks[s]);
  keep_sums(at, group.sums);
  if (uses(view, Sum::power_w)) return;
  float* const watts = lanes.column(group.sums + static_cast<std::int32_t>(Sum::power_w));
  lanes.each([=](int j) TRANCHE_INLINE_BODY { watts[j] = 0.0f; });
  for (std::int32_t s = group.stock_begin; s < group.stock_end; ++s) {
    const float* const in_service = lanes.column(view.stocks[s].in_service);
    const float chip_w = view.chips[view.stocks[s].chip].server_w;
    lanes.each([=](int j) TRANCHE_INLINE_BODY { watts[j] = watts[j] + in_service[j] * chip_w; });
  }
}

// The same for the stocks of one source, from the state after the last step.
template <class Lanes>
TRANCHE_HD_INLINE void keep_source_stocks(const FleetView& view, const Lanes& lanes,
                                          const StockGroupSpec& group, std::int32_t source,
                                          std::int32_t step) {
  WrittenSums written;
  const FirmStep<Lanes> at{view, lanes,  view.variants[group.variant], view.firms[group.firm],
                           step, written};
  begin_sums(at);
  for (std::int32_t s = group.stock_begin; s < group.stock_end; ++s)
    if (view.stocks[s].source == source) run_stock(at, group, view.stocks[s]);
  keep_sums(at, group.source_sums);
}

// Initialises the firm's sums with those of its stock.
template <class Lanes>
TRANCHE_HD_INLINE void begin_with_stock(const FirmStep<Lanes>& at, std::int32_t sums) {
  for (std::int32_t s = 0; s < at.workload_sum(at.view.workload_count); ++s) {
    if (!is_of_stock(at.view, s)) continue;
    const float* const value = at.lanes.column(sums + s);
    at.add(s, [=](int j) TRANCHE_INLINE_BODY { return value[j]; });
  }
}

}  // namespace tranche::kernels
