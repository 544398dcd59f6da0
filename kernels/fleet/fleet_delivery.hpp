// What is delivered in a step: all tranches and firms of a variant together, so that what they
// share is shared whatever the order in which they are written. docs/methods.md, section 1.
#pragma once

#include "kernels/fleet/fleet_columns.hpp"
#include "kernels/fleet/fleet_month.hpp"

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
  TRANCHE_HD_INLINE std::int32_t rounds() const {
    return serve.member_end - serve.member_begin + serve.limit_end - serve.limit_begin + 1;
  }
  TRANCHE_HD_INLINE float* temporary(TemporaryColumn column) const {
    return kernels::temporary(view, lanes, column);
  }
  TRANCHE_HD_INLINE float* of_line(std::int32_t line, ServingColumn column) const {
    return serving(view, lanes, variant, line, column);
  }
  TRANCHE_HD_INLINE float* of_limit(std::int32_t limit, RoomColumn column) const {
    return lanes.column(view.room_columns + (limit - serve.limit_begin) * room_columns_of_limit +
                        column);
  }
  TRANCHE_HD_INLINE float* delivered(std::int32_t line) const {
    return lanes.column(view.lines[line].delivered);
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
};

// The watts that a firm's power cap still feeds, beside the stock, what runs and what waits.
template <class Lanes>
TRANCHE_HD_INLINE void find_power(const FleetView& view, const Lanes& lanes, const FirmSpec& firm,
                                  std::int32_t step, float* out) {
  const float* const cap = slot(lanes, firm.power_cap, step);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = cap[j]; });
  if (firm.stock_group >= 0) {
    const float* const stock_w = lanes.column(view.stock_groups[firm.stock_group].sums +
                                              static_cast<std::int32_t>(Sum::power_w));
    const float* const overhead = slot(lanes, firm.server_overhead, step);
    const float* const pue = slot(lanes, firm.pue, step);
    lanes.each([=](int j)
                   TRANCHE_INLINE_BODY { out[j] = out[j] - stock_w[j] * overhead[j] * pue[j]; });
  }
  const float* const survival_step = lanes.column(firm.survival_step);
  for (std::int32_t l = firm.line_begin; l < firm.line_end; ++l) {
    const LineSpec& line = view.lines[l];
    const float* const alive = lanes.column(line.alive);
    const float* const gross = lanes.column(line.gross);
    const float* const delivered = lanes.column(line.delivered);
    const float* const watts = lanes.column(line.watts);
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      const float chips = alive[j] * survival_step[j] + most(delivered[j] - gross[j], 0.0f);
      out[j] = out[j] - chips * watts[j];
    });
  }
  lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = room_left(out[j], 0.0f); });
}

// What of the line's own allotment has arrived, and what its own limits allow.
template <class Lanes>
TRANCHE_HD_INLINE void begin_line(const FleetView& view, const Lanes& lanes,
                                  const VariantSpec& variant, std::int32_t l, std::int32_t step) {
  const LineSpec& line = view.lines[l];
  const ScheduleSpec& schedule = view.schedules[line.schedule];
  const float* const allotted = lanes.column(line.allotted);
  const float* const fraction = lanes.column(schedule.fraction);
  const float* const granted = lanes.column(schedule.granted_column);
  float* const has_arrived = serving(view, lanes, variant, l, arrived);
  float* const most_chips = serving(view, lanes, variant, l, ceiling);
  float* const own = serving(view, lanes, variant, l, own_limit);
  float* const claim_of_line = serving(view, lanes, variant, l, claim);
  float* const limit = lanes.column(line.limit);
  const float eligible = line.eligible != 0 ? 1.0f : 0.0f;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    has_arrived[j] = granted[j] > 0.5f ? allotted[j] * fraction[j] * eligible : 0.0f;
    most_chips[j] = unlimited;
    own[j] = as_float(Constraint::quantity);
    claim_of_line[j] = 0.0f;
  });
  const float time = static_cast<float>(step + 1);
  const float* const cost = lanes.column(line.cost);
  float* const others = temporary(view, lanes, claimed);
  for (std::int32_t v = line.level_begin; v < line.level_end; ++v) {
    const LevelSpec level = view.levels[v];
    const float* const base = slot(lanes, level.base, step);
    const float* const growth = slot(lanes, level.growth, step);
    const float* const factor = slot(lanes, level.factor, step);
    const float id = as_float(level.constraint);
    const auto lower_to = [=](int j, float chips) TRANCHE_INLINE_BODY {
      own[j] = chips < most_chips[j] ? id : own[j];
      most_chips[j] = least(chips, most_chips[j]);
    };
    if (level.constraint == Constraint::budget) {
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
        const float* const more = lanes.column(view.lines[view.members[m]].delivered);
        lanes.each([=](int j) TRANCHE_INLINE_BODY { others[j] = others[j] + more[j]; });
      }
      const float* const share = lanes.column(level.share_column);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float left = level_at(base[j], growth[j], factor[j], time) - others[j];
        lower_to(j, share[j] * most(left, 0.0f));
      });
    }
  }
  lanes.each([=](int j) TRANCHE_INLINE_BODY { limit[j] = as_float(Constraint::quantity); });
  float* const feedable = serving(view, lanes, variant, l, fed);
  if (line.is_fed == 0) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { feedable[j] = unlimited; });
    return;
  }
  find_power(view, lanes, view.firms[line.firm], step, others);
  const float* const watts = lanes.column(line.watts);
  const float* const delivered = lanes.column(line.delivered);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    feedable[j] = watts[j] > 0.0f ? delivered[j] + others[j] / watts[j] : unlimited;
  });
}

// What one unit of a limit is for a chip of the line; null: one chip.
template <class Lanes>
TRANCHE_HD_INLINE const float* weight_of(const Serving<Lanes>& at, const LimitSpec& limit,
                                         const LineSpec& line) {
  return limit.unit == LimitUnit::usd     ? at.lanes.column(line.cost)
         : limit.unit == LimitUnit::watts ? at.lanes.column(line.watts)
                                          : nullptr;
}

// out = sum over the members of a limit of value(line) x weight.
template <class Lanes, class Value>
TRANCHE_HD_INLINE void sum_members(const Serving<Lanes>& at, const LimitSpec& limit, float* out,
                                   const Value& value) {
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = 0.0f; });
  at.each_member(limit.member_begin, limit.member_end, [&](std::int32_t l) {
    const float* const chips = value(l);
    const float* const weight = weight_of(at, limit, at.view.lines[l]);
    if (weight == nullptr)
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = out[j] + chips[j]; });
    else
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = out[j] + chips[j] * weight[j]; });
  });
}

// What each limit up to `limit_end` has left, and which level says so.
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
    sum_members(at, limit, used, [&](std::int32_t l) { return at.delivered(l); });
    for (std::int32_t v = limit.level_begin; v < limit.level_end; ++v) {
      const LevelSpec level = at.view.levels[v];
      const float* const base = slot(lanes, level.base, at.step);
      const float* const growth = slot(lanes, level.growth, at.step);
      const float* const factor = slot(lanes, level.factor, at.step);
      const float own = as_float(level.constraint);
      const bool is_first = v == limit.level_begin;
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float here = room_left(level_at(base[j], growth[j], factor[j], time), used[j]);
        const bool is_less = is_first || here < left[j];
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
      const float* const weight = weight_of(at, limit, at.view.lines[l]);
      float* const claims = at.of_line(l, claim);
      float* const reason = at.lanes.column(at.view.lines[l].limit);
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const bool counts = weight == nullptr || weight[j] > 0.0f;
        const bool ends = counts && left[j] <= 0.0f && claims[j] > 0.0f && open[j] > 0.0f;
        reason[j] = ends ? own[j] : reason[j];
        claims[j] = ends ? 0.0f : claims[j];
      });
    });
  }
}

// The part of each line's claim that limits up to `limit_end` allow.
template <class Lanes>
TRANCHE_HD_INLINE void share_rooms(const Serving<Lanes>& at, std::int32_t limit_end) {
  at.each_line([&](std::int32_t l) {
    float* const allowed = at.of_line(l, part);
    float* const id = at.of_line(l, shared_limit);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      allowed[j] = 1.0f;
      id[j] = as_float(Constraint::quantity);
    });
  });
  float* const all = at.temporary(claimed);
  for (std::int32_t k = at.serve.limit_begin; k < limit_end; ++k) {
    const LimitSpec limit = at.view.limits[k];
    const float* const left = at.of_limit(k, room);
    const float* const own = at.of_limit(k, room_limit);
    sum_members(at, limit, all, [&](std::int32_t l) { return at.of_line(l, claim); });
    at.each_member(limit.member_begin, limit.member_end, [&](std::int32_t l) {
      const float* const weight = weight_of(at, limit, at.view.lines[l]);
      float* const allowed = at.of_line(l, part);
      float* const id = at.of_line(l, shared_limit);
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const bool counts = weight == nullptr || weight[j] > 0.0f;
        const float here = counts ? allowed_part(left[j], all[j]) : 1.0f;
        id[j] = here < allowed[j] ? own[j] : id[j];
        allowed[j] = least(here, allowed[j]);
      });
    });
  }
}

// Gives each line what is allowed of its claim. Draws stay open where another round may find
// more: one in which a line was stopped by a limit of its own while others wait, or, with
// several shared limits, any in which something was served.
template <class Lanes>
TRANCHE_HD_INLINE void serve_claims(const Serving<Lanes>& at, bool counts_power) {
  const auto& lanes = at.lanes;
  float* const served = at.temporary(progress);
  float* const cut = at.temporary(cut_chips);
  float* const open = at.temporary(open_draw);
  const float* const least_served = at.temporary(least_progress);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { served[j] = cut[j] = 0.0f; });
  at.each_line([&](std::int32_t l) {
    const float* const has_arrived = at.of_line(l, arrived);
    const float* const most_chips = at.of_line(l, ceiling);
    const float* const feedable = at.of_line(l, fed);
    const float* const own = at.of_line(l, own_limit);
    const float* const claims = at.of_line(l, claim);
    const float* const allowed = at.of_line(l, part);
    const float* const shared = at.of_line(l, shared_limit);
    float* const delivered = at.delivered(l);
    float* const limit = lanes.column(at.view.lines[l].limit);
    const float power_counts = counts_power ? 1.0f : 0.0f;
    lanes.each([=](int j) TRANCHE_INLINE_BODY {
      // A draw that is closed waits for those that run beside it.
      const float asks = open[j] > 0.0f ? claims[j] : 0.0f;
      const float before = delivered[j], wanted_now = asks * allowed[j];
      const bool is_hungry = power_counts > 0.0f && feedable[j] < most_chips[j];
      const float most_now = is_hungry ? feedable[j] : most_chips[j];
      const float own_now = is_hungry ? as_float(Constraint::power) : own[j];
      const float own_room = most(most_now - before, 0.0f);
      const bool is_full = wanted_now >= own_room;
      // What arrives without a shared limit, or reaches a ceiling, is exact.
      const bool has_all = allowed[j] >= 1.0f && asks >= has_arrived[j] - before;
      float after = before + wanted_now;
      after = has_all && has_arrived[j] > before ? most(has_arrived[j], after) : after;
      after = is_full ? most_now : after;
      after = asks > 0.0f ? most(before, after) : before;
      const bool is_short = asks > 0.0f && after < has_arrived[j] * (1.0f - rounding_rest);
      const float reason = is_full ? own_now : allowed[j] < 1.0f ? shared[j] : limit[j];
      limit[j] = is_short ? reason : limit[j];
      served[j] = served[j] + (after - before);
      cut[j] = cut[j] + most(wanted_now - own_room, 0.0f);
      delivered[j] = after;
    });
  });
  const std::int32_t limits =
      at.serve.limit_end - at.serve.limit_begin + at.serve.passing_end - at.serve.passing_begin;
  const float many = limits > 1 ? unlimited : 0.0f;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const bool goes_on = served[j] > least_served[j] && cut[j] + many > least_served[j];
    open[j] = goes_on ? open[j] : 0.0f;
  });
}

// Leaves in `rest` what has arrived of a tranche and is delivered to nobody, over all claims.
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
    left[j] = all[j] > 0.0f ? most(left[j], 0.0f) / most(all[j], 1e-30f) : 0.0f;
  });
}

// Claims that are the rest of a tranche together.
template <class Lanes>
TRANCHE_HD_INLINE void claim_rest(const Serving<Lanes>& at, const PassingSpec& passing) {
  find_rest(at, passing);
  const float* const factor = at.temporary(rest);
  at.each_member(passing.member_begin, passing.member_end, [&](std::int32_t l) {
    float* const claims = at.of_line(l, claim);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY { claims[j] = claims[j] * factor[j]; });
  });
}

// No more of a tranche than is left of it.
template <class Lanes>
TRANCHE_HD_INLINE void share_rests(const Serving<Lanes>& at) {
  for (std::int32_t p = at.serve.passing_begin; p < at.serve.passing_end; ++p) {
    const PassingSpec passing = at.view.passing[p];
    find_rest(at, passing);
    const float* const factor = at.temporary(rest);
    at.each_member(passing.member_begin, passing.member_end, [&](std::int32_t l) {
      const float* const reason = at.lanes.column(at.view.lines[l].limit);
      float* const allowed = at.of_line(l, part);
      float* const id = at.of_line(l, shared_limit);
      at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
        // Claims of all that is left are exact.
        const bool is_less = factor[j] < 1.0f - rounding_rest && factor[j] < allowed[j];
        id[j] = is_less ? reason[j] : id[j];
        allowed[j] = is_less ? factor[j] : allowed[j];
      });
    });
  }
}

// Closes draws without a claim.
template <class Lanes>
TRANCHE_HD_INLINE void close_without_claims(const Serving<Lanes>& at) {
  float* const open = at.temporary(open_draw);
  const float* const all = at.temporary(progress);
  const float* const least_served = at.temporary(least_progress);
  at.lanes.each([=](int j)
                    TRANCHE_INLINE_BODY { open[j] = all[j] > least_served[j] ? open[j] : 0.0f; });
}

// Claims of what has arrived for each line itself, as far as nobody else has it.
template <class Lanes>
TRANCHE_HD_INLINE void serve_own_claims(const Serving<Lanes>& at) {
  const auto& lanes = at.lanes;
  float* const open = at.temporary(open_draw);
  float* const all = at.temporary(progress);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { open[j] = 1.0f; });
  for (std::int32_t round = 0; round < at.rounds(); ++round) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { all[j] = 0.0f; });
    at.each_line([&](std::int32_t l) {
      const float* const has_arrived = at.of_line(l, arrived);
      const float* const most_chips = at.of_line(l, ceiling);
      const float* const feedable = at.of_line(l, fed);
      const float* const own = at.of_line(l, own_limit);
      const float* const delivered = at.delivered(l);
      float* const claims = at.of_line(l, claim);
      float* const reason = lanes.column(at.view.lines[l].limit);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const float wants = open[j] > 0.0f ? most(has_arrived[j] - delivered[j], 0.0f) : 0.0f;
        const bool is_full = room_left(most_chips[j], delivered[j]) <= 0.0f;
        const bool is_sated = room_left(feedable[j], delivered[j]) <= 0.0f;
        const float own_reason = is_full ? own[j] : as_float(Constraint::power);
        reason[j] = wants > 0.0f && (is_full || is_sated) ? own_reason : reason[j];
        claims[j] = is_full || is_sated ? 0.0f : wants;
        all[j] = all[j] + claims[j];
      });
    });
    close_without_claims(at);
    if (!at.is_any_open()) return;
    find_rooms(at, at.serve.limit_end);
    end_claims(at, at.serve.limit_end);
    share_rooms(at, at.serve.limit_end);
    share_rests(at);
    serve_claims(at, true);
    if (!at.is_any_open()) return;
  }
}

// Claims of what other firms of the split leave.
template <class Lanes>
TRANCHE_HD_INLINE void serve_passed_on(const Serving<Lanes>& at) {
  const auto& lanes = at.lanes;
  float* const open = at.temporary(open_draw);
  float* const all = at.temporary(progress);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { open[j] = 1.0f; });
  for (std::int32_t round = 0; round < at.rounds(); ++round) {
    at.each_line([&](std::int32_t l) {
      float* const claims = at.of_line(l, claim);
      lanes.each([=](int j) TRANCHE_INLINE_BODY { claims[j] = 0.0f; });
    });
    for (std::int32_t p = at.serve.passing_begin; p < at.serve.passing_end; ++p) {
      const PassingSpec passing = at.view.passing[p];
      at.each_member(passing.member_begin, passing.member_end, [&](std::int32_t l) {
        const float* const has_arrived = at.of_line(l, arrived);
        const float* const most_chips = at.of_line(l, ceiling);
        const float* const feedable = at.of_line(l, fed);
        const float* const delivered = at.delivered(l);
        float* const claims = at.of_line(l, claim);
        lanes.each([=](int j) TRANCHE_INLINE_BODY {
          const float most_now = least(most_chips[j], feedable[j]);
          const bool may = room_left(most_now, delivered[j]) > 0.0f && open[j] > 0.0f;
          claims[j] = may ? has_arrived[j] : 0.0f;
        });
      });
    }
    find_rooms(at, at.serve.limit_end);
    end_claims(at, at.serve.limit_end);
    for (std::int32_t p = at.serve.passing_begin; p < at.serve.passing_end; ++p)
      claim_rest(at, at.view.passing[p]);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { all[j] = 0.0f; });
    at.each_line([&](std::int32_t l) {
      const float* const claims = at.of_line(l, claim);
      lanes.each([=](int j) TRANCHE_INLINE_BODY { all[j] = all[j] + claims[j]; });
    });
    close_without_claims(at);
    if (!at.is_any_open()) return;
    share_rooms(at, at.serve.limit_end);
    serve_claims(at, true);
    if (!at.is_any_open()) return;
  }
}

// Claims of those that power stopped, where nobody takes the chips: they wait.
template <class Lanes>
TRANCHE_HD_INLINE void serve_unfed(const Serving<Lanes>& at) {
  const auto& lanes = at.lanes;
  float* const open = at.temporary(open_draw);
  float* const all = at.temporary(progress);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { open[j] = 1.0f; });
  for (std::int32_t round = 0; round < at.rounds(); ++round) {
    lanes.each([=](int j) TRANCHE_INLINE_BODY { all[j] = 0.0f; });
    at.each_line([&](std::int32_t l) {
      const float* const has_arrived = at.of_line(l, arrived);
      const float* const most_chips = at.of_line(l, ceiling);
      const float* const limit = lanes.column(at.view.lines[l].limit);
      const float* const delivered = at.delivered(l);
      float* const claims = at.of_line(l, claim);
      lanes.each([=](int j) TRANCHE_INLINE_BODY {
        const bool may = open[j] > 0.0f && limit[j] == as_float(Constraint::power) &&
                         room_left(most_chips[j], delivered[j]) > 0.0f;
        claims[j] = may ? most(has_arrived[j] - delivered[j], 0.0f) : 0.0f;
        all[j] = all[j] + claims[j];
      });
    });
    close_without_claims(at);
    if (!at.is_any_open()) return;
    find_rooms(at, at.serve.watts_begin);
    end_claims(at, at.serve.watts_begin);
    share_rooms(at, at.serve.watts_begin);
    share_rests(at);
    serve_claims(at, false);
    if (!at.is_any_open()) return;
  }
}

// A line that shares nothing with another.
template <class Lanes>
TRANCHE_HD_INLINE void serve_alone(const Serving<Lanes>& at, std::int32_t l) {
  const float* const has_arrived = at.of_line(l, arrived);
  const float* const most_chips = at.of_line(l, ceiling);
  const float* const own = at.of_line(l, own_limit);
  float* const delivered = at.delivered(l);
  float* const limit = at.lanes.column(at.view.lines[l].limit);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
    delivered[j] = most(delivered[j], least(has_arrived[j], most_chips[j]));
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
  float* const least_served = at.temporary(least_progress);
  at.lanes.each([=](int j) TRANCHE_INLINE_BODY { least_served[j] = 0.0f; });
  at.each_line([&](std::int32_t l) {
    const float* const has_arrived = at.of_line(l, arrived);
    at.lanes.each([=](int j) TRANCHE_INLINE_BODY {
      least_served[j] = least_served[j] + has_arrived[j] * rounding_rest;
    });
  });
  if (!at.lanes.any_above_zero(least_served, least_served)) return;
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

// What keeps the line from having been delivered more; and its deliveries, for those that look
// back.
template <class Lanes>
TRANCHE_HD_INLINE void end_line(const FleetView& view, const Lanes& lanes,
                                const VariantSpec& variant, std::int32_t l, std::int32_t step) {
  const LineSpec& line = view.lines[l];
  const ScheduleSpec& schedule = view.schedules[line.schedule];
  const float* const allotted = lanes.column(line.allotted);
  const float* const fraction = lanes.column(schedule.fraction);
  const float* const granted = lanes.column(schedule.granted_column);
  const float* const has_arrived = serving(view, lanes, variant, l, arrived);
  const float* const delivered = lanes.column(line.delivered);
  float* const limit = lanes.column(line.limit);
  const float eligible = line.eligible != 0 ? 1.0f : 0.0f;
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    limit[j] = delivery_constraint(
        {allotted[j], eligible, granted[j], has_arrived[j], fraction[j], delivered[j], limit[j]});
  });
  if (view.firms[line.firm].is_delayed == 0) return;
  float* const kept = lanes.column(line.past_columns + (step + 1) % schedule.past_steps);
  lanes.each([=](int j) TRANCHE_INLINE_BODY { kept[j] = delivered[j]; });
}

// All deliveries of a variant in a step. Schedules and stocks have made theirs.
template <class Lanes>
TRANCHE_HD_INLINE void deliver(const FleetView& view, const Lanes& lanes,
                               const VariantSpec& variant, std::int32_t step) {
  for (std::int32_t l = variant.line_begin; l < variant.line_end; ++l)
    begin_line(view, lanes, variant, l, step);
  for (std::int32_t s = variant.serve_begin; s < variant.serve_end; ++s)
    serve_class(Serving<Lanes>{view, lanes, variant, view.serves[s], step});
  for (std::int32_t l = variant.line_begin; l < variant.line_end; ++l)
    end_line(view, lanes, variant, l, step);
}

}  // namespace tranche::kernels
