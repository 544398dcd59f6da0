// SPDX-License-Identifier: Apache-2.0

// Allocation of shared limits among claims: one round of filling. docs/methods/fleet.md, section 1.
#pragma once

#include "kernels/engine/fleet/claims.hpp"

namespace tranche::kernels {

// Amount of a limit that one chip of the line uses; null: 1.
template <class Lanes>
TRANCHE_HD_INLINE const float* weight_of(const Serving<Lanes>& at, const LimitSpec& limit,
                                         const AllotmentSpec& allotment) {
  return limit.unit == LimitUnit::usd     ? at.lanes.column(allotment.cost)
         : limit.unit == LimitUnit::watts ? at.lanes.column(allotment.watts)
                                          : nullptr;
}

// out = sum over the members of a limit of value(line) x weight.
template <class Lanes, class Value>
TRANCHE_HD_INLINE void sum_members(const Serving<Lanes>& at, const LimitSpec& limit, float* out,
                                   const Value& value) {
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = 0.0f; });
  at.each_member(limit.member_begin, limit.member_end, [&](std::int32_t l) {
    const float* const chips = value(l);
    const float* const weight = weight_of(at, limit, at.view.allotments[l]);
    if (weight == nullptr)
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = out[j] + chips[j]; });
    else
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = out[j] + chips[j] * weight[j]; });
  });
}

// out = what the deliveries of a limit's members use of it.
template <class Lanes>
TRANCHE_HD_INLINE void sum_deliveries(const Serving<Lanes>& at, const LimitSpec& limit,
                                      float* out) {
  if (limit.unit != LimitUnit::usd) {
    sum_members(at, limit, out, [&](std::int32_t l) { return at.delivered(l); });
    return;
  }
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = 0.0f; });
  at.each_member(limit.member_begin, limit.member_end, [&](std::int32_t l) {
    const AllotmentSpec& allotment = at.view.allotments[l];
    const float* const chips = at.delivered(l);
    const float* const cost = at.lanes.column(allotment.cost);
    if (allotment.cost_changes == 0) {
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = out[j] + chips[j] * cost[j]; });
      return;
    }
    const float* const paid = at.lanes.column(allotment.paid);
    const float* const paid_chips = at.lanes.column(allotment.paid + 1);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      out[j] = out[j] + usd_of(chips[j], paid[j], paid_chips[j], cost[j]);
    });
  });
}

// Room left under each limit up to `limit_end`, and the level that sets it.
template <class Lanes>
TRANCHE_HD_INLINE void find_rooms(const Serving<Lanes>& at, std::int32_t limit_end) {
  const auto& lanes = at.lanes;
  const float time = at.time();
  for (std::int32_t k = at.serve.limit_begin; k < limit_end; ++k) {
    const LimitSpec limit = at.view.limits[k];
    float* const left = at.of_limit(k, room);
    float* const id = at.of_limit(k, room_limit);
    if (limit.unit == LimitUnit::watts) {
      find_power(at.view, lanes, at.view.firms[limit.firm], at.step, left);
      lanes.each([=](int j) TRANCHE_INLINE_BODY { id[j] = as_float(Constraint::power); });
      continue;
    }
    float* const used = at.temporary(claimed);
    sum_deliveries(at, limit, used);
    for (std::int32_t v = limit.level_begin; v < limit.level_end; ++v) {
      const LevelSpec level = at.view.levels[v];
      const float* const base = slot(lanes, level.base, at.step);
      const float* const growth = slot(lanes, level.growth, at.step);
      const float* const factor = slot(lanes, level.factor, at.step);
      const float own = as_float(level.constraint);
      const bool is_first = v == limit.level_begin;
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float here = room_left(level_at(base[j], growth[j], factor[j], time), used[j]);
        const bool is_less = is_first | (here < left[j]);
        id[j] = is_less ? own : id[j];
        left[j] = is_less ? here : left[j];
      });
    }
  }
}

// Ends claims under limits, up to `limit_end`, that have no room.
template <class Lanes>
TRANCHE_HD_INLINE void end_claims(const Serving<Lanes>& at, std::int32_t limit_end) {
  const float* const open = at.temporary(open_draw);
  for (std::int32_t k = at.serve.limit_begin; k < limit_end; ++k) {
    const LimitSpec limit = at.view.limits[k];
    const float* const left = at.of_limit(k, room);
    const float* const own = at.of_limit(k, room_limit);
    at.each_member(limit.member_begin, limit.member_end, [&](std::int32_t l) {
      const float* const weight = weight_of(at, limit, at.view.allotments[l]);
      const bool weighs_all = weight == nullptr;
      const float* const weights = weighs_all ? left : weight;
      float* const claims = at.of_line(l, claim);
      float* const reason = at.lanes.column(at.view.allotments[l].limit);
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const bool counts = weighs_all | (weights[j] > 0.0f);
        const bool ends = counts & (left[j] <= 0.0f) & (claims[j] > 0.0f) & (open[j] > 0.0f);
        reason[j] = ends ? own[j] : reason[j];
        claims[j] = ends ? 0.0f : claims[j];
      });
    });
  }
}

// Fraction of each line's claim that limits up to `limit_end` allow.
template <class Lanes>
TRANCHE_HD_INLINE void share_rooms(const Serving<Lanes>& at, std::int32_t limit_end) {
  at.each_line([&](std::int32_t l) {
    float* const allowed = at.of_line(l, part);
    float* const id = at.of_line(l, shared_limit);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      allowed[j] = 1.0f;
      id[j] = as_float(Constraint::none);
    });
  });
  float* const all = at.temporary(claimed);
  for (std::int32_t k = at.serve.limit_begin; k < limit_end; ++k) {
    const LimitSpec limit = at.view.limits[k];
    const float* const left = at.of_limit(k, room);
    const float* const own = at.of_limit(k, room_limit);
    sum_members(at, limit, all, [&](std::int32_t l) { return at.of_line(l, claim); });
    at.each_member(limit.member_begin, limit.member_end, [&](std::int32_t l) {
      const float* const weight = weight_of(at, limit, at.view.allotments[l]);
      const bool weighs_all = weight == nullptr;
      const float* const weights = weighs_all ? left : weight;
      float* const allowed = at.of_line(l, part);
      float* const id = at.of_line(l, shared_limit);
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const bool counts = weighs_all | (weights[j] > 0.0f);
        const float here = counts ? allowed_part(left[j], all[j]) : 1.0f;
        id[j] = here < allowed[j] ? own[j] : id[j];
        allowed[j] = min_of(here, allowed[j]);
      });
    });
  }
}

// Gives each line the allowed part of its claim. A draw stays open if another round may serve more:
// one in which a line was stopped by its own limit while others wait, or, with several shared
// limits, any in which a claim was served.
template <class Lanes>
TRANCHE_HD_INLINE void serve_claims(const Serving<Lanes>& at, bool counts_power) {
  const auto& lanes = at.lanes;
  float* const served = at.temporary(progress);
  float* const cut = at.temporary(cut_chips);
  float* const open = at.temporary(open_draw);
  const float* const min_served = at.temporary(min_progress);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { served[j] = cut[j] = 0.0f; });
  at.each_line([&](std::int32_t l) {
    const float* const has_arrived = at.of_line(l, arrived);
    const float* const max_chips = at.of_line(l, ceiling);
    const float* const feedable = at.of_line(l, fed);
    const float* const own = at.of_line(l, own_limit);
    const float* const claims = at.of_line(l, claim);
    const float* const allowed = at.of_line(l, part);
    const float* const shared = at.of_line(l, shared_limit);
    float* const delivered = at.delivered(l);
    float* const limit = lanes.column(at.view.allotments[l].limit);
    const float power_counts = counts_power ? 1.0f : 0.0f;
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      // A closed draw waits for the draws that run beside it.
      const float asks = open[j] > 0.0f ? claims[j] : 0.0f;
      const float before = delivered[j], wanted_now = asks * allowed[j];
      const bool is_hungry = (power_counts > 0.0f) & (feedable[j] < max_chips[j]);
      const float max_now = is_hungry ? feedable[j] : max_chips[j];
      const float own_now = is_hungry ? as_float(Constraint::power) : own[j];
      const float own_room = max_of(max_now - before, 0.0f);
      const bool is_full = wanted_now >= own_room;
      // Chips that arrive without a shared limit, or that reach a ceiling, are exact.
      const bool has_all = (allowed[j] >= 1.0f) & (asks >= has_arrived[j] - before);
      float after = before + wanted_now;
      after = (has_all & (has_arrived[j] > before)) ? max_of(has_arrived[j], after) : after;
      after = is_full ? max_now : after;
      after = asks > 0.0f ? max_of(before, after) : before;
      const bool is_short = (asks > 0.0f) & (after < has_arrived[j] * (1.0f - rounding_rest));
      const float reason = is_full ? own_now : allowed[j] < 1.0f ? shared[j] : limit[j];
      limit[j] = is_short ? reason : limit[j];
      served[j] = served[j] + (after - before);
      cut[j] = cut[j] + max_of(wanted_now - own_room, 0.0f);
      delivered[j] = after;
    });
  });
  const float many = at.serve.overlaps != 0 ? unlimited : 0.0f;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const bool goes_on = (served[j] > min_served[j]) & (cut[j] + many > min_served[j]);
    open[j] = goes_on ? open[j] : 0.0f;
  });
}

// rest = chips of a tranche that have arrived and are not delivered to any firm, over all claims.
template <class Lanes>
TRANCHE_HD_INLINE void find_rest(const Serving<Lanes>& at, const PassingSpec& passing) {
  float* const left = at.temporary(rest);
  float* const all = at.temporary(claimed);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { left[j] = all[j] = 0.0f; });
  at.each_member(passing.member_begin, passing.member_end, [&](std::int32_t l) {
    const float* const has_arrived = at.of_line(l, arrived);
    const float* const delivered = at.delivered(l);
    const float* const claims = at.of_line(l, claim);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      left[j] = left[j] + (has_arrived[j] - delivered[j]);
      all[j] = all[j] + claims[j];
    });
  });
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    left[j] = all[j] > 0.0f ? max_of(left[j], 0.0f) / max_of(all[j], 1e-30f) : 0.0f;
  });
}

// Claims that together equal the rest of a tranche.
template <class Lanes>
TRANCHE_HD_INLINE void claim_rest(const Serving<Lanes>& at, const PassingSpec& passing) {
  find_rest(at, passing);
  const float* const factor = at.temporary(rest);
  at.each_member(passing.member_begin, passing.member_end, [&](std::int32_t l) {
    float* const claims = at.of_line(l, claim);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { claims[j] = claims[j] * factor[j]; });
  });
}

// Limits the claims of a tranche to its rest.
template <class Lanes>
TRANCHE_HD_INLINE void share_rests(const Serving<Lanes>& at) {
  for (std::int32_t p = at.serve.passing_begin; p < at.serve.passing_end; ++p) {
    const PassingSpec passing = at.view.passing[p];
    find_rest(at, passing);
    const float* const factor = at.temporary(rest);
    at.each_member(passing.member_begin, passing.member_end, [&](std::int32_t l) {
      const float* const reason = at.lanes.column(at.view.allotments[l].limit);
      float* const allowed = at.of_line(l, part);
      float* const id = at.of_line(l, shared_limit);
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        // Claims of the whole rest are exact.
        const bool is_less = (factor[j] < 1.0f - rounding_rest) & (factor[j] < allowed[j]);
        id[j] = is_less ? reason[j] : id[j];
        allowed[j] = is_less ? factor[j] : allowed[j];
      });
    });
  }
}

}  // namespace tranche::kernels
