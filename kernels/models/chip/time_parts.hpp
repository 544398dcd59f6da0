// SPDX-License-Identifier: Apache-2.0

// Seconds of work by part, in one set of words for training, serving and memory-bound work, and the
// part that binds.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

// What limits work: the parts of TimeParts, in their order, then `capacity` (the memory's size) and
// `latency` (memory time in which single reads wait for each other and leave bandwidth unused).
enum class Bound : std::int32_t {
  compute,
  memory,
  network,
  launch,
  host,
  bubble,
  straggler,
  power,
  capacity,
  latency
};
inline constexpr int bound_count = 10;

// Seconds that add up to the time of a step or phase; parts that do not apply are 0.
struct TimeParts {
  double compute_s = 0;    // arithmetic
  double memory_s = 0;     // traffic between the chip and its memory; training: the optimizer
  double network_s = 0;    // traffic between chips that nothing hides
  double launch_s = 0;     // starting and draining kernels, small messages
  double host_s = 0;       // the chip waits for software on the host
  double bubble_s = 0;     // pipeline fill and drain, uneven stages, empty slots, idle chips
  double straggler_s = 0;  // waiting for the slowest chip
  double power_s = 0;      // clocks lowered to stay below the power limit
  TRANCHE_HD double total_s() const {
    return compute_s + memory_s + network_s + launch_s + host_s + bubble_s + straggler_s + power_s;
  }
};

TRANCHE_HD inline TimeParts operator+(const TimeParts& a, const TimeParts& b) {
  return {a.compute_s + b.compute_s,     a.memory_s + b.memory_s, a.network_s + b.network_s,
          a.launch_s + b.launch_s,       a.host_s + b.host_s,     a.bubble_s + b.bubble_s,
          a.straggler_s + b.straggler_s, a.power_s + b.power_s};
}
TRANCHE_HD inline TimeParts operator*(double scale, const TimeParts& a) {
  return {scale * a.compute_s, scale * a.memory_s, scale * a.network_s,   scale * a.launch_s,
          scale * a.host_s,    scale * a.bubble_s, scale * a.straggler_s, scale * a.power_s};
}

// Seconds of the part that binds; 0 for `capacity` and `latency`, which are no parts.
TRANCHE_HD inline double part_s(const TimeParts& time, Bound bound) {
  switch (bound) {
    case Bound::compute:
      return time.compute_s;
    case Bound::memory:
      return time.memory_s;
    case Bound::network:
      return time.network_s;
    case Bound::launch:
      return time.launch_s;
    case Bound::host:
      return time.host_s;
    case Bound::bubble:
      return time.bubble_s;
    case Bound::straggler:
      return time.straggler_s;
    case Bound::power:
      return time.power_s;
    case Bound::capacity:
    case Bound::latency:
      break;
  }
  return 0.0;
}

// Returns the largest part; of equal ones the first in the order of Bound.
TRANCHE_HD inline Bound binding_part(const TimeParts& time) {
  Bound bound = Bound::compute;
  for (auto i = static_cast<std::int32_t>(Bound::memory);
       i <= static_cast<std::int32_t>(Bound::power); ++i)
    if (part_s(time, static_cast<Bound>(i)) > part_s(time, bound)) bound = static_cast<Bound>(i);
  return bound;
}

// A phase of inference. `energy_j` is the energy of arithmetic and memory traffic beyond idling.
struct PhaseTime : TimeParts {
  double energy_j = 0;
};

TRANCHE_HD inline PhaseTime operator+(const PhaseTime& a, const PhaseTime& b) {
  return {static_cast<const TimeParts&>(a) + static_cast<const TimeParts&>(b),
          a.energy_j + b.energy_j};
}
TRANCHE_HD inline PhaseTime operator*(double scale, const PhaseTime& a) {
  return {scale * static_cast<const TimeParts&>(a), scale * a.energy_j};
}

// Smooth roofline for work that overlaps arithmetic and memory traffic: sqrt(compute^2 + memory^2),
// closer to real kernels than the maximum. The time is split in proportion to the squares, so that
// the parts add up.
TRANCHE_HD inline PhaseTime smooth_roofline(double compute_s, double memory_s) {
  const double squares = compute_s * compute_s + memory_s * memory_s;
  if (squares <= 0.0) return {};
  const double total = std::sqrt(squares);
  PhaseTime time;
  time.compute_s = compute_s * compute_s / total;
  time.memory_s = memory_s * memory_s / total;
  return time;
}

}  // namespace tranche::kernels
