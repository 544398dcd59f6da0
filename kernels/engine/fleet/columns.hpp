// SPDX-License-Identifier: Apache-2.0

// Column indices of the parts of a fleet simulation.
#pragma once

#include "kernels/engine/fleet/view.hpp"

namespace tranche::kernels {

// Reads a slot of a batch of draws.
template <class Lanes>
TRANCHE_HD_INLINE const float* slot(const Lanes& lanes, Slot s, std::int32_t step) {
  return lanes.column(s.at(step));
}

// Temporary columns of a step, used for delivery, then for installation, then for work.
enum TemporaryColumn : std::int32_t {
  open_draw = 0,  // 1 if the last round served a claim of the draw
  progress = 1,
  min_progress = 2,
  claimed = 3,
  rest = 4,
  cut_chips = 5,  // claims beyond the lines' limits
  rate_left = 0,
  power_left = 1,
  wanted_chips = 2,
  wanted_watts = 3,
  is_enough = 4,
  rate_part = 5,
  power_part = 6,
  missing = 7,
  job = 0,
  rate = 1,
  goodput = 2
};
static_assert(missing < temporary_count);

// Columns of a line while its variant is served and its firm installs.
enum ServingColumn : std::int32_t {
  arrived = 0,    // chips of its own allotment
  ceiling = 1,    // chips that the limits of the line alone allow
  own_limit = 2,  // the smallest of those limits, a Constraint
  claim = 3,
  part = 4,          // fraction of the claim that shared limits allow
  shared_limit = 5,  // the tightest shared limit, a Constraint
  fed = 6,           // chips that the firm's power feeds, if that limit applies to this line alone
  // the columns below do not overwrite `arrived`
  ready = 5,
  wanted = 1,
  given = 2,
  line_rate_part = 3,
  line_power_part = 4
};
static_assert(fed < serving_count);

// Columns of a limit of the class that is served.
enum RoomColumn : std::int32_t { room = 0, room_limit = 1 };
static_assert(room_limit < room_columns_of_limit);

// Minimum and maximum of a column over the draws that run together.
struct LaneRange {
  float least, most;
};

template <class Lanes>
TRANCHE_HD_INLINE float* temporary(const FleetView& view, const Lanes& lanes,
                                   TemporaryColumn column) {
  return lanes.column(view.temporary_columns + column);
}

// out = watts that a firm's power cap leaves beside its stock; negative if the stock draws more.
template <class Lanes>
TRANCHE_HD_INLINE void power_beside_stock(const FleetView& view, const Lanes& lanes,
                                          const FirmSpec& firm, std::int32_t step, float* out) {
  const float* const cap = slot(lanes, firm.power_cap, step);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = cap[j]; });
  if (firm.stock_group < 0) return;
  const float* const stock_w = lanes.column(view.stock_groups[firm.stock_group].sums +
                                            static_cast<std::int32_t>(Sum::power_w));
  const float* const overhead = slot(lanes, firm.server_overhead, step);
  const float* const pue = slot(lanes, firm.pue, step);
  lanes.each([=](int j)
                 TRANCHE_INLINE_BODY { out[j] = out[j] - stock_w[j] * overhead[j] * pue[j]; });
}

template <class Lanes>
TRANCHE_HD_INLINE float* serving(const FleetView& view, const Lanes& lanes,
                                 const VariantSpec& variant, std::int32_t allotment,
                                 ServingColumn column) {
  return lanes.column(view.serving_columns + (allotment - variant.allotment_begin) * serving_count +
                      column);
}

}  // namespace tranche::kernels
