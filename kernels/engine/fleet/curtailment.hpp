// SPDX-License-Identifier: Apache-2.0

// A power cap that changes over time may fall below what the chips in service draw: the same
// fraction of all of them is then switched off. docs/methods/fleet.md, section 1.
#pragma once

#include "kernels/engine/fleet/firm_step.hpp"
#include "kernels/engine/fleet/month.hpp"

namespace tranche::kernels {

// powered = fraction of the firm's chips in service that its power cap feeds.
template <class Lanes>
TRANCHE_HD_INLINE void find_powered(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  float* const powered = lanes.column(at.firm.powered);
  power_beside_stock(at.view, lanes, at.firm, at.step, powered);
  for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
    const AllotmentSpec& allotment = at.view.allotments[l];
    const float* const in_service = lanes.column(allotment.in_service);
    const float* const watts = lanes.column(allotment.watts);
    lanes.each([=](int j)
                   TRANCHE_INLINE_BODY { powered[j] = powered[j] - in_service[j] * watts[j]; });
  }
  const float* const cap = slot(lanes, at.firm.power_cap, at.step);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const float lacks = -powered[j];
    const float part = cap[j] / max_of(cap[j] + lacks, 1e-30f);
    // Sums of floats leave a residue where the cap is reached exactly.
    powered[j] = lacks > cap[j] * rounding_rest ? part : 1.0f;
  });
}

template <class Lanes>
TRANCHE_HD_INLINE void scale_by_power(const FirmStep<Lanes>& at, std::int32_t sum) {
  if (!uses(at.view, sum)) return;
  const float* const powered = at.lanes.column(at.firm.powered);
  float* const value = at.sum(sum);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { value[j] = value[j] * powered[j]; });
}

// Scales the work and the power of the firm's chips to those that have power.
template <class Lanes>
TRANCHE_HD_INLINE void curtail(const FirmStep<Lanes>& at) {
  constexpr Sum scaled[] = {Sum::power_w,        Sum::training_flop_per_s,
                            Sum::training_chips, Sum::training_chips_goodput,
                            Sum::training_peak,  Sum::largest_run_flop};
  for (const Sum sum : scaled) scale_by_power(at, static_cast<std::int32_t>(sum));
  for (std::int32_t w = 0; w < at.view.workload_count; ++w) scale_by_power(at, at.workload_sum(w));
}

}  // namespace tranche::kernels
