// SPDX-License-Identifier: Apache-2.0

// Installation: chips that a firm puts into service in a step, of those delivered to it.
// docs/methods/fleet.md, section 1.
#pragma once

#include <type_traits>

#include "kernels/engine/fleet/ready.hpp"

namespace tranche::kernels {

// Chips of the line that can go into service, and the chips that the power cap feeds beside the
// stock and all chips in service.
template <class Lanes>
TRANCHE_HD_INLINE void begin_install(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  const auto time = static_cast<float>(at.step + 1);
  const float* const crews = slot(lanes, at.firm.installation_rate, at.step);
  const float* const site_ready = slot(lanes, at.firm.site_ready, at.step);
  const float* const survival_step = lanes.column(at.firm.survival_step);
  float* const power = at.temporary(power_left);
  float* const rate_now = at.temporary(rate_left);
  float* const chips_wanted = at.temporary(wanted_chips);
  float* const watts_wanted = at.temporary(wanted_watts);
  power_beside_stock(at.view, lanes, at.firm, at.step, power);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    rate_now[j] = crews[j];
    chips_wanted[j] = watts_wanted[j] = 0.0f;
  });
  for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
    const AllotmentSpec& allotment = at.view.allotments[l];
    find_ready(at, l);
    const float* const installed_ever = lanes.column(allotment.installed_ever);
    const float* const watts = lanes.column(allotment.watts);
    const float* const can = at.of_line(l, ready);
    float* const in_service = lanes.column(allotment.in_service);
    float* const want = at.of_line(l, wanted);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      in_service[j] = in_service[j] * survival_step[j];
      power[j] = power[j] - in_service[j] * watts[j];
      want[j] = max_of(can[j] - installed_ever[j], 0.0f);
      const float now = site_ready[j] <= time ? want[j] : 0.0f;
      chips_wanted[j] = chips_wanted[j] + now;
      watts_wanted[j] = watts_wanted[j] + now * watts[j];
    });
  }
  lanes.each([=](int j) TRANCHE_INLINE_BODY { power[j] = max_of(power[j], 0.0f); });
}

// If rate and power suffice for all lines, each line installs what it wants.
template <class Lanes>
TRANCHE_HD_INLINE void install_all(const FirmStep<Lanes>& at) {
  const float* const chips_wanted = at.temporary(wanted_chips);
  const float* const watts_wanted = at.temporary(wanted_watts);
  const float* const power = at.temporary(power_left);
  const float* const rate_now = at.temporary(rate_left);
  const float* const site_ready = slot(at.lanes, at.firm.site_ready, at.step);
  const auto time = static_cast<float>(at.step + 1);
  float* const enough = at.temporary(is_enough);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    enough[j] = chips_wanted[j] <= rate_now[j] && watts_wanted[j] <= power[j] ? 1.0f : 0.0f;
  });
  for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
    const float* const want = at.of_line(l, wanted);
    float* const gives = at.of_line(l, given);
    float* const by_rate = at.of_line(l, line_rate_part);
    float* const by_power = at.of_line(l, line_power_part);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      gives[j] = enough[j] > 0.0f && site_ready[j] <= time ? want[j] : 0.0f;
      by_rate[j] = by_power[j] = 1.0f;
    });
  }
}

// For a single line returns exactly what is left, without a rounding quotient and product.
TRANCHE_HD_INLINE float left_for_one(float wanted, float rate_left, float watts_left, float watts) {
  const float by_watts = watts > 0.0f ? watts_left / watts : unlimited;
  return min_of(wanted, min_of(rate_left, by_watts));
}

// If they do not suffice, lines are served by rank; lines of equal rank get the same fraction.
template <class Lanes>
TRANCHE_HD_INLINE void install_by_rank(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  const auto time = static_cast<float>(at.step + 1);
  const float* const site_ready = slot(lanes, at.firm.site_ready, at.step);
  const float* const enough = at.temporary(is_enough);
  float* const chips = at.temporary(wanted_chips);
  float* const watts_now = at.temporary(wanted_watts);
  float* const by_rate = at.temporary(rate_part);
  float* const by_power = at.temporary(power_part);
  float* const power = at.temporary(power_left);
  float* const rate_now = at.temporary(rate_left);
  const std::int32_t allotments = at.firm.allotment_end - at.firm.allotment_begin;
  for (std::int32_t r = 0; r < allotments; ++r) {
    const auto which = static_cast<float>(r);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { chips[j] = watts_now[j] = 0.0f; });
    for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
      const float* const rank = lanes.column(at.view.allotments[l].rank);
      const float* const watts = lanes.column(at.view.allotments[l].watts);
      const float* const want = at.of_line(l, wanted);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float now = rank[j] == which && site_ready[j] <= time ? want[j] : 0.0f;
        chips[j] = chips[j] + now;
        watts_now[j] = watts_now[j] + now * watts[j];
      });
    }
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      by_rate[j] = allowed_part(rate_now[j], chips[j]);
      by_power[j] = allowed_part(power[j], watts_now[j]);
    });
    for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
      const float* const rank = lanes.column(at.view.allotments[l].rank);
      const float* const watts = lanes.column(at.view.allotments[l].watts);
      const float* const want = at.of_line(l, wanted);
      float* const gives = at.of_line(l, given);
      float* const own_rate = at.of_line(l, line_rate_part);
      float* const own_power = at.of_line(l, line_power_part);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const bool is_now = rank[j] == which && enough[j] <= 0.0f && site_ready[j] <= time;
        const float alone = left_for_one(want[j], rate_now[j], power[j], watts[j]);
        const float shared = want[j] * min_of(by_rate[j], by_power[j]);
        const float gets = chips[j] == want[j] ? alone : shared;
        gives[j] = is_now ? gets : gives[j];
        own_rate[j] = is_now ? by_rate[j] : own_rate[j];
        own_power[j] = is_now ? by_power[j] : own_power[j];
      });
    }
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float served = min_of(by_rate[j], by_power[j]);
      rate_now[j] = max_of(rate_now[j] - served * chips[j], 0.0f);
      power[j] = max_of(power[j] - served * watts_now[j], 0.0f);
    });
  }
}

// A firm with a single line needs no ranks.
template <class Lanes>
TRANCHE_HD_INLINE void install_single(const FirmStep<Lanes>& at) {
  const std::int32_t l = at.firm.allotment_begin;
  const auto time = static_cast<float>(at.step + 1);
  const float* const site_ready = slot(at.lanes, at.firm.site_ready, at.step);
  const float* const power = at.temporary(power_left);
  const float* const rate_now = at.temporary(rate_left);
  const float* const chips = at.temporary(wanted_chips);
  const float* const watts_now = at.temporary(wanted_watts);
  const float* const watts = at.lanes.column(at.view.allotments[l].watts);
  const float* const want = at.of_line(l, wanted);
  float* const gives = at.of_line(l, given);
  float* const by_rate = at.of_line(l, line_rate_part);
  float* const by_power = at.of_line(l, line_power_part);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const bool is_enough_for_all = (chips[j] <= rate_now[j]) & (watts_now[j] <= power[j]);
    const float all_left = left_for_one(want[j], rate_now[j], power[j], watts[j]);
    const float gets = is_enough_for_all ? want[j] : all_left;
    gives[j] = site_ready[j] <= time ? gets : 0.0f;
    by_rate[j] = is_enough_for_all ? 1.0f : allowed_part(rate_now[j], chips[j]);
    by_power[j] = is_enough_for_all ? 1.0f : allowed_part(power[j], watts_now[j]);
  });
}

template <class Lanes>
TRANCHE_HD_INLINE void install_several(const FirmStep<Lanes>& at) {
  install_all(at);
  const float* const enough = at.temporary(is_enough);
  float* const short_of = at.temporary(rate_part);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { short_of[j] = 1.0f - enough[j]; });
  if (!at.lanes.any_above_zero(short_of, short_of)) return;
  at.lanes.with_few(short_of, [&](const auto& some) {
    install_by_rank(FirmStep<std::remove_cvref_t<decltype(some)>>{at.view, some, at.variant,
                                                                  at.firm, at.step, at.written});
  });
}

// Puts chips into service, and records the binding constraint of each tranche of the firm.
template <class Lanes>
TRANCHE_HD_INLINE void end_install(const FirmStep<Lanes>& at) {
  const auto& lanes = at.lanes;
  const auto time = static_cast<float>(at.step + 1);
  const float* const site_ready = slot(lanes, at.firm.site_ready, at.step);
  for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
    const AllotmentSpec& allotment = at.view.allotments[l];
    const float* const has_arrived = at.of_line(l, arrived);
    const float* const delivered = lanes.column(allotment.delivered);
    const float* const can = at.of_line(l, ready);
    const float* const want = at.of_line(l, wanted);
    const float* const gives = at.of_line(l, given);
    const float* const own_rate = at.of_line(l, line_rate_part);
    const float* const own_power = at.of_line(l, line_power_part);
    float* const installed_ever = lanes.column(allotment.installed_ever);
    float* const in_service = lanes.column(allotment.in_service);
    float* const limit = lanes.column(allotment.limit);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      installed_ever[j] = installed_ever[j] + gives[j];
      in_service[j] = in_service[j] + gives[j];
      limit[j] = installation_constraint({has_arrived[j], delivered[j], can[j], want[j], gives[j],
                                          own_rate[j], own_power[j],
                                          site_ready[j] <= time ? 1.0f : 0.0f, limit[j]});
    });
  }
}

// True if any draw has had a delivery to the firm.
template <class Lanes>
TRANCHE_HD_INLINE bool has_deliveries(const FirmStep<Lanes>& at) {
  for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
    const float* const delivered = at.lanes.column(at.view.allotments[l].delivered);
    if (at.lanes.any_above_zero(delivered, delivered)) return true;
  }
  return false;
}

// The firm's binding constraint is that of the tranche with the largest shortfall.
template <class Lanes>
TRANCHE_HD_INLINE void find_missing(const FirmStep<Lanes>& at, float* binding) {
  float* const largest = at.temporary(missing);
  for (std::int32_t l = at.firm.allotment_begin; l < at.firm.allotment_end; ++l) {
    const AllotmentSpec& allotment = at.view.allotments[l];
    const float* const allotted = at.lanes.column(allotment.allotted);
    const float* const installed_ever = at.lanes.column(allotment.installed_ever);
    const float* const limit = at.lanes.column(allotment.limit);
    if (l == at.firm.allotment_begin) {
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        binding[j] = limit[j];
        largest[j] = max_of(allotted[j] - installed_ever[j], 0.0f);
      });
      continue;
    }
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float lacks = max_of(allotted[j] - installed_ever[j], 0.0f);
      const bool is_tie = lacks == largest[j] && limit[j] < binding[j];
      binding[j] = lacks > largest[j] || is_tie ? limit[j] : binding[j];
      largest[j] = max_of(lacks, largest[j]);
    });
  }
}

template <class Lanes>
TRANCHE_HD_INLINE void install(const FirmStep<Lanes>& at, float* binding) {
  if (at.firm.allotment_begin == at.firm.allotment_end) {
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { binding[j] = as_float(Constraint::none); });
    return;
  }
  if (!has_deliveries(at)) {
    find_missing(at, binding);
    return;
  }
  begin_install(at);
  if (at.firm.allotment_end - at.firm.allotment_begin == 1)
    install_single(at);
  else
    install_several(at);
  end_install(at);
  find_missing(at, binding);
}

// Rank of each line: number of the firm's lines installed before it, by priority, then by arrival
// of the first batch.
template <class Lanes>
TRANCHE_HD_INLINE void set_up_ranks(const FleetView& view, const Lanes& lanes,
                                    const FirmSpec& firm) {
  for (std::int32_t l = firm.allotment_begin; l < firm.allotment_end; ++l) {
    const AllotmentSpec& allotment = view.allotments[l];
    const float* const own = lanes.column(view.schedules[allotment.schedule].arrival_columns);
    float* const rank = lanes.column(allotment.rank);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { rank[j] = 0.0f; });
    for (std::int32_t k = firm.allotment_begin; k < firm.allotment_end; ++k) {
      const AllotmentSpec& other = view.allotments[k];
      if (other.priority > allotment.priority || k == l) continue;
      const bool is_before = other.priority < allotment.priority;
      const float* const first = lanes.column(view.schedules[other.schedule].arrival_columns);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        rank[j] = rank[j] + (is_before || first[j] < own[j] ? 1.0f : 0.0f);
      });
    }
  }
}

}  // namespace tranche::kernels
