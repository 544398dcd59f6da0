// SPDX-License-Identifier: Apache-2.0

// Cost of chips whose price or tariff changes over time: each chip is paid at its delivery.
#pragma once

#include "kernels/engine/fleet/columns.hpp"
#include "kernels/engine/fleet/month.hpp"

namespace tranche::kernels {

// cost = US dollars per chip with tariff, in this step.
template <class Lanes>
TRANCHE_HD_INLINE void find_cost(const Lanes& lanes, const AllotmentSpec& allotment) {
  const float* const unit_cost = slot(lanes, allotment.unit_cost, 0);
  const float* const tariff = slot(lanes, allotment.tariff, 0);
  float* const cost = lanes.column(allotment.cost);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { cost[j] = unit_cost[j] * (1.0f + tariff[j]); });
}

template <class Lanes>
TRANCHE_HD_INLINE void set_up_payments(const Lanes& lanes, const AllotmentSpec& allotment) {
  float* const paid = lanes.column(allotment.paid);
  float* const paid_chips = lanes.column(allotment.paid + 1);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { paid[j] = paid_chips[j] = 0.0f; });
}

// US dollars of `delivered` chips: those of earlier steps at what they cost then, the others at the
// cost of this step.
TRANCHE_HD_INLINE float usd_of(float delivered, float paid, float paid_chips, float cost) {
  return paid + max_of(delivered - paid_chips, 0.0f) * cost;
}

// Pays for the deliveries of the step.
template <class Lanes>
TRANCHE_HD_INLINE void pay(const Lanes& lanes, const AllotmentSpec& allotment) {
  const float* const delivered = lanes.column(allotment.delivered);
  const float* const cost = lanes.column(allotment.cost);
  float* const paid = lanes.column(allotment.paid);
  float* const paid_chips = lanes.column(allotment.paid + 1);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    paid[j] = usd_of(delivered[j], paid[j], paid_chips[j], cost[j]);
    paid_chips[j] = delivered[j];
  });
}

}  // namespace tranche::kernels
