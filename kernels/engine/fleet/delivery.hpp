// SPDX-License-Identifier: Apache-2.0

// Deliveries of a step: all tranches and firms of a variant together, so that the split of shared
// limits does not depend on the order of tranches in the scenario. docs/methods/fleet.md, section
// 1.
#pragma once

#include "kernels/engine/fleet/rounds.hpp"

namespace tranche::kernels {

// Closes draws without a claim.
template <class Lanes>
TRANCHE_HD_INLINE void close_without_claims(const Serving<Lanes>& at) {
  float* const open = at.temporary(open_draw);
  const float* const all = at.temporary(progress);
  const float* const min_served = at.temporary(min_progress);
  at.lanes.each([=](int j)
                    TRANCHE_INLINE_BODY { open[j] = all[j] > min_served[j] ? open[j] : 0.0f; });
}

// Makes the claims of a round and closes draws without one. claims_of(l) returns the claim of line
// l by draw.
template <class Lanes, class ClaimsOf>
TRANCHE_HD_INLINE void make_claims(const Serving<Lanes>& at, const ClaimsOf& claims_of) {
  float* const all = at.temporary(progress);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { all[j] = 0.0f; });
  at.each_line([&](std::int32_t l) {
    const auto claims_in = claims_of(l);
    float* const claims = at.of_line(l, claim);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      claims[j] = claims_in(j);
      all[j] = all[j] + claims[j];
    });
  });
  close_without_claims(at);
}

// Fills claims of each line's own arrived chips, as far as no other line has taken them, under the
// limits up to `limit_end`.
template <class Lanes, class ClaimsOf>
TRANCHE_HD_INLINE void fill_own_claims(const Serving<Lanes>& at, std::int32_t limit_end,
                                       bool counts_power, const ClaimsOf& claims_of) {
  float* const open = at.temporary(open_draw);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { open[j] = 1.0f; });
  make_claims(at, claims_of);
  for (std::int32_t round = 0; round < at.rounds() && at.is_any_open(); ++round) {
    at.with_open([&](const auto& some) {
      if (round > 0) make_claims(some, claims_of);
      find_rooms(some, limit_end);
      end_claims(some, limit_end);
      share_rooms(some, limit_end);
      share_rests(some);
      serve_claims(some, counts_power);
    });
  }
}

template <class Lanes>
TRANCHE_HD_INLINE void serve_own_claims(const Serving<Lanes>& at) {
  fill_own_claims(at, at.serve.limit_end, true, [&](std::int32_t l) {
    const float* const open = at.temporary(open_draw);
    const float* const has_arrived = at.of_line(l, arrived);
    const float* const max_chips = at.of_line(l, ceiling);
    const float* const feedable = at.of_line(l, fed);
    const float* const own = at.of_line(l, own_limit);
    const float* const delivered = at.delivered(l);
    float* const reason = at.lanes.column(at.view.allotments[l].limit);
    return [=](int j) TRANCHE_INLINE_BODY {
      const float wants = open[j] > 0.0f ? max_of(has_arrived[j] - delivered[j], 0.0f) : 0.0f;
      const bool is_full = room_left(max_chips[j], delivered[j]) <= 0.0f;
      const bool is_sated = room_left(feedable[j], delivered[j]) <= 0.0f;
      const float own_reason = is_full ? own[j] : as_float(Constraint::power);
      reason[j] = ((wants > 0.0f) & (is_full | is_sated)) ? own_reason : reason[j];
      return (is_full | is_sated) ? 0.0f : wants;
    };
  });
}

// Fills claims of chips that other firms of the split leave.
template <class Lanes>
TRANCHE_HD_INLINE void claim_what_is_left(const Serving<Lanes>& at) {
  float* const all = at.temporary(progress);
  const float* const open = at.temporary(open_draw);
  at.each_line([&](std::int32_t l) {
    float* const claims = at.of_line(l, claim);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { claims[j] = 0.0f; });
  });
  for (std::int32_t p = at.serve.passing_begin; p < at.serve.passing_end; ++p) {
    const PassingSpec passing = at.view.passing[p];
    at.each_member(passing.member_begin, passing.member_end, [&](std::int32_t l) {
      const float* const has_arrived = at.of_line(l, arrived);
      const float* const max_chips = at.of_line(l, ceiling);
      const float* const feedable = at.of_line(l, fed);
      const float* const delivered = at.delivered(l);
      float* const claims = at.of_line(l, claim);
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float max_now = min_of(max_chips[j], feedable[j]);
        const bool may = (room_left(max_now, delivered[j]) > 0.0f) & (open[j] > 0.0f);
        claims[j] = may ? has_arrived[j] : 0.0f;
      });
    });
  }
  find_rooms(at, at.serve.limit_end);
  end_claims(at, at.serve.limit_end);
  for (std::int32_t p = at.serve.passing_begin; p < at.serve.passing_end; ++p)
    claim_rest(at, at.view.passing[p]);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { all[j] = 0.0f; });
  at.each_line([&](std::int32_t l) {
    const float* const claims = at.of_line(l, claim);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { all[j] = all[j] + claims[j]; });
  });
  close_without_claims(at);
}

template <class Lanes>
TRANCHE_HD_INLINE void serve_passed_on(const Serving<Lanes>& at) {
  float* const open = at.temporary(open_draw);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { open[j] = 1.0f; });
  claim_what_is_left(at);
  for (std::int32_t round = 0; round < at.rounds() && at.is_any_open(); ++round) {
    at.with_open([&](const auto& some) {
      if (round > 0) claim_what_is_left(some);
      share_rooms(some, at.serve.limit_end);
      serve_claims(some, true);
    });
  }
}

// Fills claims under all limits but power: chips that no firm can power wait where they are.
template <class Lanes>
TRANCHE_HD_INLINE void serve_unfed(const Serving<Lanes>& at) {
  fill_own_claims(at, at.serve.watts_begin, false, [&](std::int32_t l) {
    const float* const open = at.temporary(open_draw);
    const float* const has_arrived = at.of_line(l, arrived);
    const float* const max_chips = at.of_line(l, ceiling);
    const float* const delivered = at.delivered(l);
    return [=](int j) TRANCHE_INLINE_BODY {
      const bool may = (open[j] > 0.0f) & (room_left(max_chips[j], delivered[j]) > 0.0f);
      return may ? max_of(has_arrived[j] - delivered[j], 0.0f) : 0.0f;
    };
  });
}

// Delivery of a line that shares nothing with another line.
template <class Lanes>
TRANCHE_HD_INLINE void serve_alone(const Serving<Lanes>& at, std::int32_t l) {
  const float* const has_arrived = at.of_line(l, arrived);
  const float* const max_chips = at.of_line(l, ceiling);
  const float* const own = at.of_line(l, own_limit);
  float* const delivered = at.delivered(l);
  float* const limit = at.lanes.column(at.view.allotments[l].limit);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    delivered[j] = max_of(delivered[j], min_of(has_arrived[j], max_chips[j]));
    limit[j] = own[j];
  });
}

template <class Lanes>
TRANCHE_HD_INLINE void serve_class(const Serving<Lanes>& at) {
  const bool is_shared =
      at.serve.limit_begin != at.serve.limit_end || at.serve.passing_begin != at.serve.passing_end;
  if (!is_shared) {
    at.each_line([&](std::int32_t l) { serve_alone(at, l); });
    return;
  }
  float* const min_served = at.temporary(min_progress);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { min_served[j] = 0.0f; });
  at.each_line([&](std::int32_t l) {
    const float* const has_arrived = at.of_line(l, arrived);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      min_served[j] = min_served[j] + has_arrived[j] * rounding_rest;
    });
  });
  if (!at.lanes.any_above_zero(min_served, min_served)) return;
  serve_own_claims(at);
  if (at.serve.passing_begin != at.serve.passing_end) {
    serve_passed_on(at);
    if (at.serve.counts_power != 0) serve_unfed(at);
  }
  // Other classes share limits with these lines, which claim nothing there.
  at.each_line([&](std::int32_t l) {
    float* const claims = at.of_line(l, claim);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { claims[j] = 0.0f; });
  });
}

// Records the constraint that keeps the line from further deliveries, and its deliveries if the
// installation delay reads past ones.
template <class Lanes>
TRANCHE_HD_INLINE void end_line(const FleetView& view, const Lanes& lanes,
                                const VariantSpec& variant, std::int32_t l, std::int32_t step) {
  const AllotmentSpec& allotment = view.allotments[l];
  const ScheduleSpec& schedule = view.schedules[allotment.schedule];
  const float* const allotted = lanes.column(allotment.allotted);
  const float* const fraction = lanes.column(schedule.fraction);
  const float* const granted = lanes.column(schedule.granted_column);
  const float* const has_arrived = serving(view, lanes, variant, l, arrived);
  const float* const delivered = lanes.column(allotment.delivered);
  float* const limit = lanes.column(allotment.limit);
  const float eligible = allotment.eligible != 0 ? 1.0f : 0.0f;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    limit[j] = delivery_constraint(
        {allotted[j], eligible, granted[j], has_arrived[j], fraction[j], delivered[j], limit[j]});
  });
  if (schedule.closure_count > 0) {
    // What would come later waits for the permission.
    const float* const is_open = lanes.column(schedule.is_open);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const bool waits = (is_open[j] <= 0.0f) & (limit[j] == as_float(Constraint::schedule));
      limit[j] = waits ? as_float(Constraint::permission) : limit[j];
    });
  }
  if (allotment.cost_changes != 0) pay(lanes, allotment);
  if (view.firms[allotment.firm].is_delayed == 0) return;
  float* const kept = lanes.column(allotment.past_columns + (step + 1) % schedule.past_steps);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { kept[j] = delivered[j]; });
}

// True if any chip has arrived for any line of a variant.
template <class Lanes>
TRANCHE_HD_INLINE bool has_arrivals(const FleetView& view, const Lanes& lanes,
                                    const VariantSpec& variant) {
  for (std::int32_t l = variant.allotment_begin; l < variant.allotment_end; ++l) {
    const float* const chips = serving(view, lanes, variant, l, arrived);
    if (lanes.any_above_zero(chips, chips)) return true;
  }
  return false;
}

// All deliveries of a variant in a step. Schedules and stocks have already been stepped.
template <class Lanes>
TRANCHE_HD_INLINE void deliver(const FleetView& view, const Lanes& lanes,
                               const VariantSpec& variant, std::int32_t step) {
  for (std::int32_t l = variant.allotment_begin; l < variant.allotment_end; ++l) {
    const AllotmentSpec& allotment = view.allotments[l];
    if (allotment.cost_changes != 0 && allotment.sets_up_cost != 0) find_cost(lanes, allotment);
    begin_line(view, lanes, variant, l);
  }
  if (has_arrivals(view, lanes, variant)) {
    for (std::int32_t l = variant.allotment_begin; l < variant.allotment_end; ++l)
      limit_line(view, lanes, variant, l, step);
    for (std::int32_t s = variant.serve_begin; s < variant.serve_end; ++s)
      serve_class(Serving<Lanes>{view, lanes, variant, view.serves[s], step});
  }
  for (std::int32_t l = variant.allotment_begin; l < variant.allotment_end; ++l)
    end_line(view, lanes, variant, l, step);
}

}  // namespace tranche::kernels
