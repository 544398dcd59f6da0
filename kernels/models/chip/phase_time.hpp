// SPDX-License-Identifier: Apache-2.0

// Seconds of a phase of inference by component, and the component that binds.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/base/host_device.hpp"

namespace tranche::kernels {

enum class Bound : std::int32_t { compute, bandwidth, network, latency, host, capacity, power };

// The components add up to the time. `latency`: starting and draining kernels and small messages;
// `host`: work of the serving software that the chip waits for; `power`: clocks lowered to stay
// below the power limit. `energy_j` is the energy of arithmetic and memory traffic beyond idling;
// it is not part of the time.
struct PhaseTime {
  double compute_s = 0;
  double bandwidth_s = 0;
  double network_s = 0;
  double latency_s = 0;
  double host_s = 0;
  double power_s = 0;
  double energy_j = 0;
  TRANCHE_HD double total_s() const {
    return compute_s + bandwidth_s + network_s + latency_s + host_s + power_s;
  }
};

TRANCHE_HD inline PhaseTime operator+(const PhaseTime& a, const PhaseTime& b) {
  return {a.compute_s + b.compute_s, a.bandwidth_s + b.bandwidth_s, a.network_s + b.network_s,
          a.latency_s + b.latency_s, a.host_s + b.host_s,           a.power_s + b.power_s,
          a.energy_j + b.energy_j};
}
TRANCHE_HD inline PhaseTime operator*(double scale, const PhaseTime& a) {
  return {scale * a.compute_s, scale * a.bandwidth_s, scale * a.network_s, scale * a.latency_s,
          scale * a.host_s,    scale * a.power_s,     scale * a.energy_j};
}

// Smooth roofline for work that overlaps arithmetic and memory traffic: sqrt(compute^2 + memory^2),
// closer to real kernels than the maximum. The time is split in proportion to the squares, so that
// the components add up.
TRANCHE_HD inline PhaseTime smooth_roofline(double compute_s, double memory_s) {
  const double squares = compute_s * compute_s + memory_s * memory_s;
  if (squares <= 0.0) return {};
  const double total = std::sqrt(squares);
  PhaseTime time;
  time.compute_s = compute_s * compute_s / total;
  time.bandwidth_s = memory_s * memory_s / total;
  return time;
}

// Returns the largest component.
TRANCHE_HD inline Bound binding_part(const PhaseTime& time) {
  Bound bound = Bound::compute;
  double most = time.compute_s;
  if (time.bandwidth_s > most) {
    bound = Bound::bandwidth;
    most = time.bandwidth_s;
  }
  if (time.network_s > most) {
    bound = Bound::network;
    most = time.network_s;
  }
  if (time.latency_s > most) {
    bound = Bound::latency;
    most = time.latency_s;
  }
  if (time.power_s > most) {
    bound = Bound::power;
    most = time.power_s;
  }
  if (time.host_s > most) bound = Bound::host;
  return bound;
}

}  // namespace tranche::kernels
