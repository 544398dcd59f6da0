// SPDX-License-Identifier: Apache-2.0

// Throughput of memory-bound workloads from access pattern and arithmetic per unit of work. A
// smooth roofline (Williams, Waterman, Patterson, CACM 52(4), 2009) with the share of the peak that
// each access pattern reached on a chip, a time per access that neither bandwidth nor arithmetic
// hides, a launch floor for small work, Little's law for few threads, and the exchange of halos
// between chips that share a grid.
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

// Measured behaviour of one chip, or of its generation where the chip was not measured.
struct MemoryBoundCoefficients {
  double efficiency[access_pattern_count] = {};  // of peak bandwidth, long streams
  double vector_efficiency = 0.5;                // of the vector rate, mixed instructions
  double matrix_efficiency = 0.5;                // of the matrix rate, convolutions and the like
  double launch_s = 3.4e-6;                      // seconds of a kernel with almost no work
  // Seconds of one access of a thread that walks many streams (lattice): address arithmetic and
  // issue, which do not shrink with the bytes of a value. Fitted to storage in 32 and 16 bits.
  double access_s = 0.0;
  double halo_bytes_per_s = 2e10;  // halos of one chip through the host, both ways together
  double share_error = 0.1;        // relative standard error of an efficiency above
};

// Seconds of a thread that has one element in flight, by kind of memory: Little's law. A load waits
// for the memory; a store is handed over and waits less.
struct ConcurrencyCoefficients {
  double hbm2e_load_s = 3.2e-7;
  double hbm2e_store_s = 1.4e-7;
  double hbm3_load_s = 5.6e-7;
  double hbm3_store_s = 2.6e-7;
};

// Streams loaded and stored per 8-byte element, by pattern; a stencil loads one stream anew. None
// for patterns that were not measured with few threads.
struct ElementAccess {
  double loads = 0;
  double stores = 0;
};
TRANCHE_HD constexpr ElementAccess element_access(AccessPattern pattern) {
  switch (pattern) {
    case AccessPattern::read:
      return {1.0, 0.0};
    case AccessPattern::write:
      return {0.0, 1.0};
    case AccessPattern::copy:
    case AccessPattern::stencil:
      return {1.0, 1.0};
    case AccessPattern::triad:
      return {2.0, 1.0};
    default:
      return {};
  }
}

// Bytes per second that a thread moves with one element in flight. Its loads start together and are
// waited for once; its store follows and overlaps in part: the two times combine with the power
// 3/2, between a sum and a maximum (as the occupancy sweeps of gpu-stream, RRZE gpu-benches, show).
TRANCHE_HD inline double thread_bytes_per_s(ElementAccess access, double load_s, double store_s) {
  constexpr double element_bytes = 8.0;
  const double load = access.loads > 0.0 ? load_s * std::sqrt(load_s) : 0.0;
  const double store = access.stores > 0.0 ? store_s * std::sqrt(store_s) : 0.0;
  if (!(load + store > 0.0)) return 0.0;
  const double wait_s = std::cbrt((load + store) * (load + store));
  return element_bytes * (access.loads + access.stores) / wait_s;
}

// One unit of work, and the number of units per launch.
struct MemoryBoundWork {
  double bytes_per_unit = 0;
  double flop_per_unit = 0;
  AccessPattern pattern = AccessPattern::read;
  ArithmeticUnit unit = ArithmeticUnit::vector_fp64;
  double units = 0;                // per launch; 0: enough that the launch is negligible
  double resident_bytes = 0;       // that must fit in memory; 0: no limit
  double threads = 0;              // in flight; 0: enough to saturate memory
  double thread_bytes_per_s = 0;   // from ConcurrencyCoefficients if `threads` is given
  double accesses_per_unit = 0;    // loads and stores that `access_s` counts; 0: none
  double halo_bytes_per_unit = 0;  // exchanged with other chips; 0: one chip, or no neighbours
  double halo_bytes_per_s = 0;     // link that carries it; 0: the chip's path through the host
};

// Bytes exchanged with neighbouring chips per cell of a cubic grid of `side` cells on each chip.
// 2, 4 and 8 chips split one, two and three axes; each split axis has two faces, whose
// `face_bytes` a cell leave and arrive (FluidX3D: five populations cross a face of D3Q19).
TRANCHE_HD inline double halo_bytes_per_cell(double chips, double face_bytes, double side) {
  const double axes = chips >= 8.0 ? 3.0 : chips >= 4.0 ? 2.0 : chips > 1.0 ? 1.0 : 0.0;
  constexpr double faces = 2.0, directions = 2.0;
  return side > 0.0 ? axes * faces * directions * face_bytes / side : 0.0;
}

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
// demand of the threads in flight (Little's law). Cubes, as the occupancy sweeps bend.
TRANCHE_HD inline double reached_bandwidth(const ChipParams& chip, const MemoryBoundCoefficients& c,
                                           const MemoryBoundWork& work) {
  const double saturated =
      chip.memory_bandwidth_bytes_per_s * c.efficiency[static_cast<int>(work.pattern)];
  const double asked = work.threads * work.thread_bytes_per_s;
  if (!(asked > 0.0)) return saturated;
  const double ratio = asked / saturated;
  return asked / std::cbrt(1.0 + ratio * ratio * ratio);
}

// Combines arithmetic and memory traffic. In one vector kernel, thousands of threads hide the one
// behind the other almost wholly: sixth powers, nearly the maximum (lattice Boltzmann with
// conversion runs as fast on H200 as on H100). Matrix work is a sequence of kernels of either kind:
// the smooth roofline of squares.
TRANCHE_HD inline PhaseTime overlapped_time(ArithmeticUnit unit, double compute_s,
                                            double memory_s) {
  if (unit == ArithmeticUnit::matrix_16bit || unit == ArithmeticUnit::matrix_8bit)
    return smooth_roofline(compute_s, memory_s);
  const double longer = compute_s > memory_s ? compute_s : memory_s;
  if (!(longer > 0.0)) return {};
  const double c = compute_s / longer, m = memory_s / longer;  // of the longer: no underflow
  const double c6 = c * c * c * c * c * c, m6 = m * m * m * m * m * m;
  const double total_s = longer * std::cbrt(std::sqrt(c6 + m6));
  PhaseTime time;
  time.compute_s = total_s * c6 / (c6 + m6);
  time.memory_s = total_s * m6 / (c6 + m6);
  return time;
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
  const double memory_s =
      units * (work.bytes_per_unit / bandwidth + work.accesses_per_unit * c.access_s);
  r.time = overlapped_time(work.unit, compute_s, memory_s);
  const double link = work.halo_bytes_per_s > 0.0 ? work.halo_bytes_per_s : c.halo_bytes_per_s;
  if (work.halo_bytes_per_unit > 0.0 && link > 0.0)
    r.time.network_s = units * work.halo_bytes_per_unit / link;
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
