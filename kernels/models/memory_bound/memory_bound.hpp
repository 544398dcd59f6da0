// SPDX-License-Identifier: Apache-2.0

// Throughput of memory-bound workloads from access pattern and arithmetic per unit of work. A
// smooth roofline (Williams, Waterman, Patterson, CACM 52(4), 2009) with an efficiency per access
// pattern and chip generation, a launch floor for small work, and Little's law for few threads.
#pragma once

#include "kernels/models/chip/chip_params.hpp"
#include "kernels/models/chip/time_parts.hpp"

namespace tranche::kernels {

// Access pattern of a kernel.
enum class AccessPattern : std::int32_t {
  read,        // one stream in: dot product, scan, aggregation
  write,       // one stream out: initialisation
  copy,        // one in, one out: copy, scale, FFT pass
  triad,       // two in, one out: add, triad
  stencil,     // neighbours in a grid, held in cache: 5 to 27 points
  lattice,     // tens of streams with shifted addresses: lattice Boltzmann
  sparse,      // matrix streamed, vector gathered from cache: SpMV, HPCG
  gather,      // rows of tens to hundreds of bytes at random: embedding tables
  sector,      // single values at random, a 32-byte sector each: PageRank, BFS, hash probe
  dependent,   // chains of random reads: cross-section lookup
  matrix_row,  // a matrix streamed against a vector: GEMV
};
inline constexpr int access_pattern_count = 11;

enum class ArithmeticUnit : std::int32_t { vector_fp64, vector_fp32, matrix_16bit, matrix_8bit };

// Measured behaviour of one chip generation.
struct MemoryBoundCoefficients {
  double efficiency[access_pattern_count] = {};  // of peak bandwidth, long streams
  double vector_efficiency = 0.5;                // of the vector rate, mixed instructions
  double matrix_efficiency = 0.5;                // of the matrix rate, convolutions and the like
  double launch_s = 3.4e-6;                      // seconds of a kernel with almost no work
};

// Bytes per second that one thread keeps in flight, by pattern and kind of memory; 0 if not
// measured.
struct ConcurrencyCoefficients {
  double hbm2e_bytes_per_s[access_pattern_count] = {};
  double hbm3_bytes_per_s[access_pattern_count] = {};
};

// One unit of work, and the number of units per launch.
struct MemoryBoundWork {
  double bytes_per_unit = 0;
  double flop_per_unit = 0;
  AccessPattern pattern = AccessPattern::read;
  ArithmeticUnit unit = ArithmeticUnit::vector_fp64;
  double units = 0;               // per launch; 0: enough that the launch is negligible
  double resident_bytes = 0;      // that must fit in memory; 0: no limit
  double threads = 0;             // in flight; 0: enough to saturate memory
  double thread_bytes_per_s = 0;  // from ConcurrencyCoefficients if `threads` is given
};

struct MemoryBoundResult {
  double units_per_s = 0;
  PhaseTime time;  // of one launch, or of one unit if the launch is negligible
  Bound bound = Bound::memory;
  bool fits = true;
  bool rate_known = true;  // false: the chip's rate for this arithmetic is unknown
};

// Datasheet rate of an arithmetic unit, flop/s; 0 if unknown.
TRANCHE_HD inline double arithmetic_rate(const ChipParams& chip, ArithmeticUnit unit) {
  switch (unit) {
    case ArithmeticUnit::vector_fp64:
      return chip.vector_fp64_flop_per_s;
    case ArithmeticUnit::vector_fp32:
      return chip.vector_fp32_flop_per_s;
    case ArithmeticUnit::matrix_16bit:
      return peak(chip, Precision::bf16);
    case ArithmeticUnit::matrix_8bit: {
      const double fp8 = peak(chip, Precision::fp8);
      const double int8 = peak(chip, Precision::int8);
      const double best = fp8 > int8 ? fp8 : int8;
      return best > 0.0 ? best : peak(chip, Precision::bf16);
    }
  }
  return 0.0;
}

// Fraction of an arithmetic rate that mixed instructions reach. Addresses, integers and loads share
// the issue slots with fp32; fp64 has fewer units than slots (half on H100, a fiftieth on H20 and
// B300), so the slots left to arithmetic fill it, up to nine tenths (assumed).
TRANCHE_HD inline double arithmetic_efficiency(const ChipParams& chip,
                                               const MemoryBoundCoefficients& c,
                                               ArithmeticUnit unit) {
  if (unit == ArithmeticUnit::matrix_16bit || unit == ArithmeticUnit::matrix_8bit) {
    return c.matrix_efficiency;
  }
  constexpr double most = 0.9;
  if (unit == ArithmeticUnit::vector_fp32 || !(chip.vector_fp64_flop_per_s > 0.0)) {
    return c.vector_efficiency;
  }
  const double filled =
      c.vector_efficiency * chip.vector_fp32_flop_per_s / chip.vector_fp64_flop_per_s;
  return filled < c.vector_efficiency ? c.vector_efficiency : filled < most ? filled : most;
}

// Bandwidth of the pattern, bytes/s: smooth minimum of the saturated fraction of the peak and the
// demand of the threads in flight (Little's law).
TRANCHE_HD inline double reached_bandwidth(const ChipParams& chip, const MemoryBoundCoefficients& c,
                                           const MemoryBoundWork& work) {
  const double saturated =
      chip.memory_bandwidth_bytes_per_s * c.efficiency[static_cast<int>(work.pattern)];
  const double asked = work.threads * work.thread_bytes_per_s;
  if (!(asked > 0.0)) return saturated;
  return saturated * asked / std::sqrt(saturated * saturated + asked * asked);
}

TRANCHE_HD inline MemoryBoundResult run_memory_bound(const ChipParams& chip,
                                                     const MemoryBoundCoefficients& c,
                                                     const MemoryBoundWork& work) {
  MemoryBoundResult r;
  const double units = work.units > 0.0 ? work.units : 1.0;
  const double bandwidth = reached_bandwidth(chip, c, work);
  if (!(bandwidth > 0.0)) return r;
  const double rate = arithmetic_rate(chip, work.unit);
  const double efficiency = arithmetic_efficiency(chip, c, work.unit);
  r.rate_known = !(work.flop_per_unit > 0.0) || rate > 0.0;
  const double compute_s = rate > 0.0 ? units * work.flop_per_unit / (rate * efficiency) : 0.0;
  r.time = smooth_roofline(compute_s, units * work.bytes_per_unit / bandwidth);
  if (work.units > 0.0) r.time.launch_s = c.launch_s;
  r.units_per_s = units / r.time.total_s();
  r.bound = binding_part(r.time);
  r.fits = !(work.resident_bytes > chip.memory_capacity_bytes);
  if (!r.fits) r.bound = Bound::capacity;
  const bool latency_pattern = work.pattern == AccessPattern::dependent;
  const bool few_threads =
      work.threads > 0.0 && bandwidth < 0.7 * chip.memory_bandwidth_bytes_per_s *
                                            c.efficiency[static_cast<int>(work.pattern)];
  if (r.bound == Bound::memory && (latency_pattern || few_threads)) r.bound = Bound::latency;
  return r;
}

}  // namespace tranche::kernels
