// SPDX-License-Identifier: Apache-2.0

// One step of one firm, one draw: what arrives, what is installed, what limits it.
//
// Pure functions of scalars. The CPU vectorises them over draws, the GPU runs one
// draw a thread. Conditions are written as ?: so that they become blends, and joined by & and |,
// which compilers turn into masks; && and || keep some loops from being vectorised (GCC 12).
#pragma once

#include "kernels/base/host_device.hpp"
#include "kernels/engine/fleet/spec.hpp"

namespace tranche::kernels {

TRANCHE_HD_INLINE float least(float a, float b) { return a < b ? a : b; }
TRANCHE_HD_INLINE float most(float a, float b) { return a > b ? a : b; }
TRANCHE_HD_INLINE float as_float(Constraint constraint) { return static_cast<float>(constraint); }

// What deliveries may reach at `time`, in steps from the start: grows evenly, from or to nothing.
TRANCHE_HD_INLINE float level_at(float base, float growth, float factor, float time) {
  return factor * most(base + growth * time, 0.0f);
}

// Sums of floats leave rests of some 2^-24 of what was summed; less than this part is nothing.
inline constexpr float rounding_rest = 1e-6f;

// What is left of a level; nothing where only a rest of rounding is.
TRANCHE_HD_INLINE float room_left(float level, float used) {
  const float room = level - used;
  return room > level * rounding_rest ? room : 0.0f;
}

// The part of all claims that a room allows.
TRANCHE_HD_INLINE float allowed_part(float room, float claims) {
  return claims > room ? room / claims : 1.0f;
}

// What was delivered by a time between two steps: in the way in which the batches of that step
// arrived, evenly where none did.
struct DeliveredPast {
  float before, after;                    // deliveries at the end of the steps
  float fraction_before, fraction_after;  // of the schedule that had arrived by then
  float fraction;                         // by the time itself
  float since;                            // of the step, 0 to 1
};
TRANCHE_HD_INLINE float delivered_by(const DeliveredPast& past) {
  const float arrived = past.fraction_after - past.fraction_before;
  const float by_batches = (past.fraction - past.fraction_before) / most(arrived, 1e-30f);
  const float part = arrived > 0.0f ? by_batches : past.since;
  const float between = past.before + most(part, 0.0f) * (past.after - past.before);
  return part >= 1.0f ? past.after : between;
}

struct DeliveryOutcome {
  float allotted, eligible, granted, arrived, fraction, delivered;
  float
      limit;  // the constraint that ended the firm's own claim; Constraint::none where nothing did
};

// What keeps deliveries from being more.
TRANCHE_HD_INLINE float delivery_constraint(const DeliveryOutcome& out) {
  // What other firms of the split took is no limit.
  const bool has_all = out.delivered >= out.arrived * (1.0f - rounding_rest) ||
                       out.limit == as_float(Constraint::none);
  const float arrived =
      out.fraction < 1.0f ? as_float(Constraint::schedule) : as_float(Constraint::none);
  float constraint = has_all ? arrived : out.limit;
  constraint = out.granted > 0.5f ? constraint : as_float(Constraint::permission);
  constraint = out.eligible > 0.0f ? constraint : as_float(Constraint::rule);
  return out.allotted > 0.0f ? constraint : as_float(Constraint::none);
}

struct WaitingChips {
  float arrived, delivered;
  float ready;          // delivered long enough ago
  float wanted, given;  // ready before this step and not installed; what the step installs of it
  float rate_part, power_part;  // of what is wanted that they allow
  float site_ready;             // 1, or 0 before the site is ready
  float delivery;               // what keeps deliveries from being more
};

// What keeps the firm from having more of a tranche in service.
TRANCHE_HD_INLINE float installation_constraint(const WaitingChips& in) {
  const float rest = most(in.delivered, 1.0f) * rounding_rest;
  const float in_delay = in.delivered - in.ready, withheld = in.arrived - in.delivered;
  const bool grows_slowly = in.delivery == as_float(Constraint::supply) ||
                            in.delivery == as_float(Constraint::aggregate_share_cap);
  float constraint = in.delivery;
  constraint = in_delay > rest && !(grows_slowly && withheld > in_delay)
                   ? as_float(Constraint::installation_delay)
                   : constraint;
  const bool waits = in.wanted - in.given > rest;
  const float crowded = in.power_part < in.rate_part ? as_float(Constraint::power)
                                                     : as_float(Constraint::installation_rate);
  constraint = waits ? crowded : constraint;
  return waits && in.site_ready < 0.5f ? as_float(Constraint::site) : constraint;
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

// Chips that whole copies of a served model take of `chips`, below 2^31. A cluster that lacks
// only a rounding of a copy has it.
TRANCHE_HD_INLINE float in_whole_copies(float chips, float copy_chips) {
  const float copies = chips * (1.0f + rounding_rest) / copy_chips;
  return least(static_cast<float>(static_cast<std::int32_t>(copies)) * copy_chips, chips);
}

// Where a cluster of `chips` is in a table of sizes: between the power of two at `place` and the
// next, `part` of the way.
struct SizePlace {
  std::int32_t place;
  float part;
};
TRANCHE_HD_INLINE SizePlace size_place(float chips) {
  const float size = most(least(chips, 1048575.0f), 1.0f);
  const std::uint32_t bits = bits_as<std::uint32_t>(size);
  return {static_cast<std::int32_t>(bits >> 23) - 127,
          static_cast<float>(bits & 0x7FFFFFu) * (1.0f / 8388608.0f)};
}

TRANCHE_HD_INLINE ThroughputPoint between(const ThroughputPoint& a, const ThroughputPoint& b,
                                          float part) {
  return {a.compute_s + part * (b.compute_s - a.compute_s),
          a.memory_s + part * (b.memory_s - a.memory_s),
          a.network_s + part * (b.network_s - a.network_s),
          a.bubble_s + part * (b.bubble_s - a.bubble_s)};
}

// Parts of the time for a cluster of `chips`: linear between powers of two.
TRANCHE_HD_INLINE ThroughputPoint interpolate(const ThroughputPoint* points, float chips) {
  const SizePlace at = size_place(chips);
  return between(points[at.place], points[at.place + 1], at.part);
}

}  // namespace tranche::kernels
