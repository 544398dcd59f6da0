// SPDX-License-Identifier: Apache-2.0

// One step of one firm, one draw: deliveries, installation and binding constraints.
//
// Pure functions of scalars. The CPU vectorises them over draws, the GPU runs one draw per thread.
// Conditions are written as ?: to compile to blends and joined by & and |, which compile to masks;
// && and
//
// prevent vectorisation of some loops (GCC 12).
#pragma once

#include "kernels/base/host_device.hpp"
#include "kernels/engine/fleet/spec.hpp"

namespace tranche::kernels {

TRANCHE_HD_INLINE float min_of(float a, float b) { return a < b ? a : b; }
TRANCHE_HD_INLINE float max_of(float a, float b) { return a > b ? a : b; }
TRANCHE_HD_INLINE float as_float(Constraint constraint) { return static_cast<float>(constraint); }

// Value of a limit at `time`, in steps from the start: linear growth, floored at 0.
TRANCHE_HD_INLINE float level_at(float base, float growth, float factor, float time) {
  return factor * max_of(base + growth * time, 0.0f);
}

// Sums of floats leave residues of about 2^-24 of the summed value; a residue below this fraction
// is taken as zero.
inline constexpr float rounding_rest = 1e-6f;

// Room left under a level; 0 if only a rounding residue is left.
TRANCHE_HD_INLINE float room_left(float level, float used) {
  const float room = level - used;
  return room > level * rounding_rest ? room : 0.0f;
}

// Fraction of all claims that the room allows.
TRANCHE_HD_INLINE float allowed_part(float room, float claims) {
  return claims > room ? room / claims : 1.0f;
}

// Deliveries up to a time between two steps: interpolated along the arrivals of the schedule in
// that step, linearly if none arrived.
struct DeliveredPast {
  float before, after;                    // deliveries at the end of the two steps
  float fraction_before, fraction_after;  // fraction of the schedule that had arrived by then
  float fraction;                         // fraction that had arrived by the time itself
  float since;                            // position in the step, 0 to 1
};
TRANCHE_HD_INLINE float delivered_by(const DeliveredPast& past) {
  const float arrived = past.fraction_after - past.fraction_before;
  const float by_batches = (past.fraction - past.fraction_before) / max_of(arrived, 1e-30f);
  const float part = arrived > 0.0f ? by_batches : past.since;
  const float between = past.before + max_of(part, 0.0f) * (past.after - past.before);
  return part >= 1.0f ? past.after : between;
}

struct DeliveryOutcome {
  float allotted, eligible, granted, arrived, fraction, delivered;
  float limit;  // constraint that ended the firm's own claim; Constraint::none if none did
};

// Returns the constraint that keeps deliveries from being more.
TRANCHE_HD_INLINE float delivery_constraint(const DeliveryOutcome& out) {
  // Chips taken by other firms of the split are no limit.
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
  float ready;  // delivered at least the installation delay ago
  // chips ready before this step and not installed; chips of these that the step installs
  float wanted, given;
  float rate_part, power_part;  // fractions of `wanted` that rate and power allow
  float site_ready;             // 0 before the site is ready, else 1
  float delivery;               // the constraint that keeps deliveries from being more
};

// Returns the constraint that keeps the firm from having more of a tranche in service.
TRANCHE_HD_INLINE float installation_constraint(const WaitingChips& in) {
  const float rest = max_of(in.delivered, 1.0f) * rounding_rest;
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

// Fraction of a tranche that has arrived, for even arrival over `duration` steps from `first`.
TRANCHE_HD_INLINE float ramp_fraction(float time, float first, float duration) {
  const float fraction = (time - first) / max_of(duration, 1e-6f);
  return max_of(min_of(fraction, 1.0f), 0.0f);
}

struct Efficiency {
  float compute, bandwidth, network;
};

// Units of work per second of one chip (units of its workload; see ThroughputPoint): the time
// terms, each divided by its own efficiency, are added. The pipeline bubble is idle compute time
// and scales with compute. Returns 0 if the cluster, or one of the two sizes it is interpolated
// between, cannot hold the work (no_throughput_s).
TRANCHE_HD_INLINE float units_per_s(const ThroughputPoint& time, const Efficiency& efficiency) {
  const float seconds = (time.compute_s + time.bubble_s) / efficiency.compute +
                        time.memory_s / efficiency.bandwidth + time.network_s / efficiency.network;
  constexpr float longest_s = 1e15f;
  return seconds < longest_s ? 1.0f / max_of(seconds, 1e-30f) : 0.0f;
}

// Number of `chips`, below 2^31, that form whole replicas of a served model. A cluster short of a
// replica only by rounding counts it.
TRANCHE_HD_INLINE float in_whole_replicas(float chips, float replica_chips) {
  const float replicas = chips * (1.0f + rounding_rest) / replica_chips;
  return min_of(static_cast<float>(static_cast<std::int32_t>(replicas)) * replica_chips, chips);
}

// Position of a cluster of `chips` in a table of sizes: between the power of two at `place` and the
// next, at fraction `part`.
struct SizePlace {
  std::int32_t place;
  float part;
};
TRANCHE_HD_INLINE SizePlace size_place(float chips) {
  const float size = max_of(min_of(chips, 1048575.0f), 1.0f);
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

// Time terms for a cluster of `chips`: linear between powers of two.
TRANCHE_HD_INLINE ThroughputPoint interpolate(const ThroughputPoint* points, float chips) {
  const SizePlace at = size_place(chips);
  return between(points[at.place], points[at.place + 1], at.part);
}

}  // namespace tranche::kernels
