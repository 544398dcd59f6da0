// SPDX-License-Identifier: Apache-2.0

// Time of a collective operation in a group of chips.
//
// A group is described by its size and by the number of its members that share a scale-up domain
// (NVLink). Inside a domain: alpha + wire bytes / bandwidth. Across domains the steps inside and
// outside run as a pipeline, so the slower of the two determines the time. A ring that passes
// through g members of a domain leaves it over g adapters (rail-optimised), hence per-chip traffic
// outside is divided by g.
// References: Thakur, Rabenseifner, Gropp, "Optimization of collective communication
// operations in MPICH", 2005; NCCL bus bandwidth as in nccl-tests PERFORMANCE.md.
#pragma once

#include <cmath>

#include "kernels/base/host_device.hpp"
#include "kernels/models/chip/chip_params.hpp"
#include "kernels/models/chip/coefficients.hpp"

namespace tranche::kernels {

struct Group {
  double ranks = 1;
  double ranks_per_domain = 1;  // members that share one scale-up domain, at most `ranks`
};

// Bandwidth class of the links that a collective uses.
struct Links {
  double scale_up_bytes_per_s = 0;
  double scale_out_bytes_per_s = 0;
  double oversubscription = 1;  // of the network that the group crosses; 1 = full bisection
};

TRANCHE_HD constexpr Links links_of(const ChipParams& chip) {
  return {chip.scale_up_bytes_per_s, chip.scale_out_bytes_per_s, 1.0};
}

namespace detail {
// Group of members `stride` chips apart, in domains of `domain` chips.
TRANCHE_HD constexpr Group group_of(double ranks, double stride, double domain) {
  const double room = stride < domain ? domain / stride : 1.0;
  return {ranks, ranks < room ? ranks : room};
}
}  // namespace detail

// log2, interpolated linearly between powers of two; exact at powers of two, 0 below 1.
TRANCHE_HD constexpr double doublings(double x) {
  double count = 0;
  while (x >= 2.0) {
    x *= 0.5;
    count += 1.0;
  }
  return x > 1.0 ? count + (x - 1.0) : count;
}

namespace detail {
// Seconds of a collective. `wire_bytes` = bytes each chip sends inside the domain, `out_bytes` =
// bytes each chip sends over its adapter.
TRANCHE_HD inline double collective_s(const ChipParams& chip, const Coefficients& coefficients,
                                      const Links& links, const Group& group, double wire_bytes,
                                      double out_bytes, double up_efficiency, double out_efficiency,
                                      double phases) {
  if (group.ranks <= 1.0) return 0.0;
  const ScaleUpCoefficients& up = coefficients.scale_up[index_of(chip.generation)];
  const ScaleOutCoefficients& out = coefficients.scale_out;
  const double local = group.ranks_per_domain;
  double inside_s = 0;
  if (local > 1.0) {
    inside_s =
        up.alpha_s + phases * up.alpha_per_rank_s * local +
        wire_bytes * (local + up.pair_loss) / (local * up_efficiency * links.scale_up_bytes_per_s);
  }
  const double domains = group.ranks / local;
  if (domains <= 1.0) return inside_s;
  const double outside_s = phases * (out.alpha_s + out.alpha_per_doubling_s * doublings(domains)) +
                           out_bytes * links.oversubscription *
                               (1.0 + out.congestion_per_doubling * doublings(domains)) /
                               (out_efficiency * links.scale_out_bytes_per_s) +
                           out.root_s_per_sqrt_byte * std::sqrt(out_bytes);
  return inside_s > outside_s ? inside_s : outside_s;
}
}  // namespace detail

// All-reduce, seconds: every chip ends with the sum of `bytes` from all chips.
TRANCHE_HD inline double all_reduce_s(const ChipParams& chip, const Coefficients& coefficients,
                                      const Links& links, const Group& group, double bytes) {
  const double wire = 2.0 * bytes * (group.ranks - 1.0) / group.ranks;
  const double domains = group.ranks / group.ranks_per_domain;
  const double out = domains > 1.0 ? wire / group.ranks_per_domain : 0.0;  // a ring
  return detail::collective_s(
      chip, coefficients, links, group, wire, out,
      coefficients.scale_up[index_of(chip.generation)].all_reduce_efficiency,
      coefficients.scale_out.efficiency, 1.0);
}

// All-gather, seconds: every chip ends with `bytes`, of which it held 1/ranks.
TRANCHE_HD inline double all_gather_s(const ChipParams& chip, const Coefficients& coefficients,
                                      const Links& links, const Group& group, double bytes) {
  const double wire = bytes * (group.ranks - 1.0) / group.ranks;
  const double domains = group.ranks / group.ranks_per_domain;
  const double out = domains > 1.0 ? wire / group.ranks_per_domain : 0.0;  // a ring
  return detail::collective_s(chip, coefficients, links, group, wire, out,
                              coefficients.scale_up[index_of(chip.generation)].gather_efficiency,
                              coefficients.scale_out.gather_efficiency, 0.5);
}

// Reduce-scatter, seconds: every chip holds `bytes` and ends with the sum of its 1/ranks share.
// Traffic equals that of an all-gather.
TRANCHE_HD inline double reduce_scatter_s(const ChipParams& chip, const Coefficients& coefficients,
                                          const Links& links, const Group& group, double bytes) {
  return all_gather_s(chip, coefficients, links, group, bytes);
}

// All-to-all, seconds: every chip sends bytes/ranks to every other chip. Traffic that leaves the
// domain uses the chip's own adapter.
TRANCHE_HD inline double all_to_all_s(const ChipParams& chip, const Coefficients& coefficients,
                                      const Links& links, const Group& group, double bytes) {
  const double inside = bytes * (group.ranks_per_domain - 1.0) / group.ranks;
  const double outside = bytes * (group.ranks - group.ranks_per_domain) / group.ranks;
  return detail::collective_s(
      chip, coefficients, links, group, inside, outside,
      coefficients.scale_up[index_of(chip.generation)].all_to_all_efficiency,
      coefficients.scale_out.all_to_all_efficiency, 0.5);
}

// Expert dispatch, seconds; call twice for dispatch and combine. Tokens of `token_bytes` go to
// `copies` experts drawn evenly from `ranks` chips. A token crosses to each other domain once and
// is copied inside (DeepSeek-V3 report, section 3.2.2): on average to domains x (1 - (1 -
// 1/domains)^copies).
TRANCHE_HD inline double expert_exchange_s(const ChipParams& chip, const Coefficients& coefficients,
                                           const Links& links, const Group& group,
                                           double tokens_bytes, int copies) {
  if (group.ranks <= 1.0) return 0.0;
  const double domains = group.ranks / group.ranks_per_domain;
  double missed = 1.0;  // probability that a given domain holds none of the token's experts
  for (int i = 0; i < copies; ++i) missed *= 1.0 - 1.0 / domains;
  const double outside = tokens_bytes * (domains - 1.0) * (1.0 - missed);
  const double inside =
      tokens_bytes * copies * (group.ranks_per_domain - 1.0) / group.ranks_per_domain;
  return detail::collective_s(
      chip, coefficients, links, group, inside, outside,
      coefficients.scale_up[index_of(chip.generation)].all_to_all_efficiency,
      coefficients.scale_out.all_to_all_efficiency, 0.5);
}

enum class Reach { inside_domain, between_domains };

// One message of `bytes` from one chip to another, seconds.
TRANCHE_HD inline double point_to_point_s(const ChipParams& chip, const Coefficients& coefficients,
                                          const Links& links, Reach reach, double bytes) {
  const ScaleUpCoefficients& up = coefficients.scale_up[index_of(chip.generation)];
  if (reach == Reach::inside_domain) {
    return up.alpha_s + bytes / (up.point_to_point_efficiency * links.scale_up_bytes_per_s);
  }
  return coefficients.scale_out.alpha_s +
         bytes * links.oversubscription /
             (coefficients.scale_out.efficiency * links.scale_out_bytes_per_s);
}

}  // namespace tranche::kernels
