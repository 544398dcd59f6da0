// SPDX-License-Identifier: Apache-2.0

// Claims of the lines of tranches in a step, and the limits of each line alone. A line is one
// tranche at one firm.
#pragma once

#include <type_traits>

#include "kernels/engine/fleet/columns.hpp"
#include "kernels/engine/fleet/month.hpp"
#include "kernels/engine/fleet/payments.hpp"

namespace tranche::kernels {

// The tranches of one priority in one step.
template <class Lanes>
struct Serving {
  const FleetView& view;
  const Lanes& lanes;
  const VariantSpec& variant;
  const ServeSpec& serve;
  std::int32_t step;

  TRANCHE_HD_INLINE float time() const { return static_cast<float>(step + 1); }
  // Shares of overlapping limits converge like a geometric series; a draw whose claims are served
  // closes before.
  TRANCHE_HD_INLINE std::int32_t rounds() const {
    return 20 * (serve.member_end - serve.member_begin + serve.limit_end - serve.limit_begin + 1);
  }
  TRANCHE_HD_INLINE float* temporary(TemporaryColumn column) const {
    return kernels::temporary(view, lanes, column);
  }
  TRANCHE_HD_INLINE float* of_line(std::int32_t allotment, ServingColumn column) const {
    return serving(view, lanes, variant, allotment, column);
  }
  TRANCHE_HD_INLINE float* of_limit(std::int32_t limit, RoomColumn column) const {
    return lanes.column(view.room_columns + (limit - serve.limit_begin) * room_columns_of_limit +
                        column);
  }
  TRANCHE_HD_INLINE float* delivered(std::int32_t allotment) const {
    return lanes.column(view.allotments[allotment].delivered);
  }
  template <class Body>
  TRANCHE_HD_INLINE void each_member(std::int32_t begin, std::int32_t end, const Body& body) const {
    for (std::int32_t m = begin; m < end; ++m) body(view.members[m]);
  }
  template <class Body>
  TRANCHE_HD_INLINE void each_line(const Body& body) const {
    each_member(serve.member_begin, serve.member_end, body);
  }
  TRANCHE_HD_INLINE bool is_any_open() const {
    const float* const open = temporary(open_draw);
    return lanes.any_above_zero(open, open);
  }
  // Runs body(at) for the draws that are open; the other draws are left unchanged.
  template <class Body>
  TRANCHE_HD_INLINE void with_open(const Body& body) const {
    lanes.with_few(temporary(open_draw), [&](const auto& some) {
      body(Serving<std::remove_cvref_t<decltype(some)>>{view, some, variant, serve, step});
    });
  }
};

// Watts that a firm's power cap leaves beside its stock, the chips in service and the chips
// waiting.
template <class Lanes>
TRANCHE_HD_INLINE void find_power(const FleetView& view, const Lanes& lanes, const FirmSpec& firm,
                                  std::int32_t step, float* out) {
  power_beside_stock(view, lanes, firm, step, out);
  const float* const survival_step = lanes.column(firm.survival_step);
  for (std::int32_t l = firm.allotment_begin; l < firm.allotment_end; ++l) {
    const AllotmentSpec& allotment = view.allotments[l];
    const float* const in_service = lanes.column(allotment.in_service);
    const float* const installed_ever = lanes.column(allotment.installed_ever);
    const float* const delivered = lanes.column(allotment.delivered);
    const float* const watts = lanes.column(allotment.watts);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float chips =
          in_service[j] * survival_step[j] + max_of(delivered[j] - installed_ever[j], 0.0f);
      out[j] = out[j] - chips * watts[j];
    });
  }
  // A rounding residue would keep the firm's claims open and hold back chips that it should pass
  // on.
  const float* const cap = slot(lanes, firm.power_cap, step);
  lanes.each([=](int j)
                 TRANCHE_INLINE_BODY { out[j] = out[j] > cap[j] * rounding_rest ? out[j] : 0.0f; });
}

// Chips of the line's own allotment that have arrived.
template <class Lanes>
TRANCHE_HD_INLINE void begin_line(const FleetView& view, const Lanes& lanes,
                                  const VariantSpec& variant, std::int32_t l) {
  const AllotmentSpec& allotment = view.allotments[l];
  const ScheduleSpec& schedule = view.schedules[allotment.schedule];
  const float* const allotted = lanes.column(allotment.allotted);
  const float* const fraction = lanes.column(schedule.fraction);
  const float* const granted = lanes.column(schedule.granted_column);
  float* const has_arrived = serving(view, lanes, variant, l, arrived);
  float* const limit = lanes.column(allotment.limit);
  const float eligible = allotment.eligible != 0 ? 1.0f : 0.0f;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    has_arrived[j] = granted[j] > 0.5f ? allotted[j] * fraction[j] * eligible : 0.0f;
    limit[j] = as_float(Constraint::none);
  });
}

// Sets the ceiling from the line's own limits, and its claim to zero.
template <class Lanes>
TRANCHE_HD_INLINE void limit_line(const FleetView& view, const Lanes& lanes,
                                  const VariantSpec& variant, std::int32_t l, std::int32_t step) {
  const AllotmentSpec& allotment = view.allotments[l];
  float* const max_chips = serving(view, lanes, variant, l, ceiling);
  float* const own = serving(view, lanes, variant, l, own_limit);
  float* const claim_of_line = serving(view, lanes, variant, l, claim);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    max_chips[j] = unlimited;
    own[j] = as_float(Constraint::none);
    claim_of_line[j] = 0.0f;
  });
  const float time = static_cast<float>(step + 1);
  const float* const cost = lanes.column(allotment.cost);
  float* const others = temporary(view, lanes, claimed);
  for (std::int32_t v = allotment.level_begin; v < allotment.level_end; ++v) {
    const LevelSpec level = view.levels[v];
    const float* const base = slot(lanes, level.base, step);
    const float* const growth = slot(lanes, level.growth, step);
    const float* const factor = slot(lanes, level.factor, step);
    const float id = as_float(level.constraint);
    const auto lower_to = [=](int j, float chips) TRANCHE_INLINE_BODY {
      own[j] = chips < max_chips[j] ? id : own[j];
      max_chips[j] = min_of(chips, max_chips[j]);
    };
    if (level.constraint == Constraint::budget && allotment.cost_changes != 0) {
      const float* const paid = lanes.column(allotment.paid);
      const float* const paid_chips = lanes.column(allotment.paid + 1);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float usd = level_at(base[j], growth[j], factor[j], time);
        const float affordable = paid_chips[j] + max_of(usd - paid[j], 0.0f) / cost[j];
        lower_to(j, cost[j] > 0.0f ? affordable : unlimited);
      });
    } else if (level.constraint == Constraint::budget) {
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float usd = level_at(base[j], growth[j], factor[j], time);
        lower_to(j, cost[j] > 0.0f ? usd / cost[j] : unlimited);
      });
    } else if (level.share_column < 0) {
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        lower_to(j, level_at(base[j], growth[j], factor[j], time));
      });
    } else {
      lanes.each([=](int j) TRANCHE_INLINE_BODY { others[j] = 0.0f; });
      for (std::int32_t m = level.others_begin; m < level.others_end; ++m) {
        const float* const more = lanes.column(view.allotments[view.members[m]].delivered);
        lanes.each([=](int j) TRANCHE_INLINE_BODY { others[j] = others[j] + more[j]; });
      }
      const float* const share = lanes.column(level.share_column);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float left = level_at(base[j], growth[j], factor[j], time) - others[j];
        lower_to(j, share[j] * max_of(left, 0.0f));
      });
    }
  }
  float* const feedable = serving(view, lanes, variant, l, fed);
  if (allotment.is_fed == 0) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { feedable[j] = unlimited; });
    return;
  }
  find_power(view, lanes, view.firms[allotment.firm], step, others);
  const float* const watts = lanes.column(allotment.watts);
  const float* const delivered = lanes.column(allotment.delivered);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    feedable[j] = watts[j] > 0.0f ? delivered[j] + others[j] / watts[j] : unlimited;
  });
}

}  // namespace tranche::kernels
