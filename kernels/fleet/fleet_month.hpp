// One step of one firm, one draw: what arrives, what is installed, what limits it.
//
// Pure functions of scalars. The CPU vectorises them over draws, the GPU runs one
// draw a thread. Conditions are written as ?: so that they become blends.
#pragma once

#include "kernels/base/host_device.hpp"
#include "kernels/fleet/fleet_spec.hpp"

namespace tranche::kernels {

TRANCHE_HD_INLINE float least(float a, float b) { return a < b ? a : b; }
TRANCHE_HD_INLINE float most(float a, float b) { return a > b ? a : b; }
TRANCHE_HD_INLINE float as_float(Constraint constraint) { return static_cast<float>(constraint); }

// A count of chips and the constraint that set it.
struct Limited {
  float chips;
  float constraint;  // a Constraint, as a float so that lanes stay of one type
};

// The smaller of a limit so far and a new one; a tie keeps the earlier constraint.
TRANCHE_HD_INLINE Limited limited_by(Limited so_far, float chips, Constraint constraint) {
  return {chips < so_far.chips ? chips : so_far.chips,
          chips < so_far.chips ? as_float(constraint) : so_far.constraint};
}

struct DeliveryInputs {
  float allotted_chips;    // quantity x share
  float eligible_chips;    // unlimited, or negative when the rule forbids the chip
  float granted;           // 0 or 1
  float arrived_fraction;  // of the schedule, 0 to 1
  // unlimited where there is no such limit
  float licence_cap_chips = unlimited, total_cap_chips = unlimited, ratio_cap_chips = unlimited,
        supply_chips = unlimited, budget_chips = unlimited, demand_chips = unlimited;
};

// Chips delivered so far: the least of what was allotted, permitted, scheduled,
// capped, supplied, paid for and wanted. Ties go to the constraint named first here. Where it
// is not limited, no cap, supply, budget or demand can bind.
template <bool is_limited = true>
TRANCHE_HD_INLINE Limited delivered_chips(const DeliveryInputs& in) {
  Limited limit{in.allotted_chips, as_float(Constraint::quantity)};
  limit = limited_by(limit, in.eligible_chips, Constraint::rule);
  limit = limited_by(limit, in.granted > 0.5f ? unlimited : -0.5f, Constraint::permission);
  if constexpr (is_limited) {
    limit = limited_by(limit, in.licence_cap_chips, Constraint::licence_cap);
    limit = limited_by(limit, in.total_cap_chips, Constraint::total_cap);
    limit = limited_by(limit, in.ratio_cap_chips, Constraint::ratio_cap);
    limit = limited_by(limit, in.supply_chips, Constraint::supply);
    limit = limited_by(limit, in.budget_chips, Constraint::budget);
    limit = limited_by(limit, in.demand_chips, Constraint::demand);
  }
  limit = limited_by(limit, in.allotted_chips * in.arrived_fraction, Constraint::schedule);
  return {most(limit.chips, 0.0f), limit.constraint};
}

// The chips that were delivered long enough ago. What keeps them from being more is the
// delay, except where a limit that grows slowly binds at both times: the chips that it
// withholds are many more than those that it let through during the delay.
TRANCHE_HD_INLINE Limited ready_chips(Limited delivered_then, Limited delivered_now) {
  const bool grows_slowly = delivered_now.constraint == as_float(Constraint::supply) ||
                            delivered_now.constraint == as_float(Constraint::ratio_cap);
  const bool same = delivered_then.constraint == delivered_now.constraint;
  return {
      least(delivered_then.chips, delivered_now.chips),
      grows_slowly && same ? delivered_now.constraint : as_float(Constraint::installation_delay)};
}

struct InstallationInputs {
  Limited delivered;       // so far, at this time
  Limited ready;           // delivered long enough ago to be installed by now, and why not more
  float installed_before;  // ever installed, before this step
  float rate_left_chips;   // what crews can still install in this step
  float site_chips;        // unlimited, or negative before the site is ready
  float power_left_chips;  // what the power cap still feeds
};

// Chips newly installed in this step, and what limits the chips installed so far.
TRANCHE_HD_INLINE Limited newly_installed(const InstallationInputs& in) {
  Limited limit{in.delivered.chips - in.installed_before, in.delivered.constraint};
  const float ready_left = in.ready.chips - in.installed_before;
  limit = {ready_left < limit.chips ? ready_left : limit.chips,
           ready_left < limit.chips ? in.ready.constraint : limit.constraint};
  limit = limited_by(limit, in.site_chips, Constraint::site);
  limit = limited_by(limit, in.rate_left_chips, Constraint::installation_rate);
  limit = limited_by(limit, in.power_left_chips, Constraint::power);
  return {most(limit.chips, 0.0f), limit.constraint};
}

// Share of a tranche that arrives evenly over `duration` steps from `first`.
TRANCHE_HD_INLINE float ramp_fraction(float time, float first, float duration) {
  const float fraction = (time - first) / most(duration, 1e-6f);
  return most(least(fraction, 1.0f), 0.0f);
}

struct Efficiency {
  float compute, bandwidth, network;
};

// Units of work per second of one chip: the parts of the time, each slowed by its own
// efficiency, one after another. A bubble is idle compute time, so it shrinks and
// grows with compute. 0 where the cluster, or one of the two it lies between, cannot hold
// the work (no_throughput_s).
TRANCHE_HD_INLINE float units_per_s(const ThroughputPoint& time, const Efficiency& efficiency) {
  const float seconds = (time.compute_s + time.bubble_s) / efficiency.compute +
                        time.memory_s / efficiency.bandwidth + time.network_s / efficiency.network;
  constexpr float longest_s = 1e15f;
  return seconds < longest_s ? 1.0f / most(seconds, 1e-30f) : 0.0f;
}

// Parts of the time for a cluster of `chips`: linear between powers of two.
TRANCHE_HD_INLINE ThroughputPoint interpolate(const ThroughputPoint* points, float chips) {
  const float size = most(least(chips, 1048575.0f), 1.0f);
  const std::uint32_t bits = bits_as<std::uint32_t>(size);
  const std::int32_t low = static_cast<std::int32_t>(bits >> 23) - 127;
  const float f = static_cast<float>(bits & 0x7FFFFFu) * (1.0f / 8388608.0f);
  const ThroughputPoint a = points[low], b = points[low + 1];
  return {a.compute_s + f * (b.compute_s - a.compute_s), a.memory_s + f * (b.memory_s - a.memory_s),
          a.network_s + f * (b.network_s - a.network_s),
          a.bubble_s + f * (b.bubble_s - a.bubble_s)};
}

}  // namespace tranche::kernels
