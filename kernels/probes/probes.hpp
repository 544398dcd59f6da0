// SPDX-License-Identifier: Apache-2.0

// Kernels that measure this machine for `tranche calibrate`: streams, gather, sparse and dense
// matrix times vector, stencil, attention over a cache, and a matrix product. Each is warmed up,
// timed several times (the median is used) and its result is checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tranche::kernels {

enum class Probe : std::int32_t {
  copy,
  scale,
  add,
  triad,
  dot,           // fp64, BabelStream's five
  gather,        // rows of 128 fp32 values at random
  spmv,          // CSR, 27 values a row, fp64 and int32
  stencil,       // 7 points, fp64
  gemv,          // fp32 matrix rows
  kv_attention,  // one query per head over fp32 keys and values of width 128
  gemm,          // square, by edge: fp32 on the CPU, bf16 with fp32 sums by cuBLAS on CUDA
};
inline constexpr int probe_count = 11;
const char* probe_name(Probe probe);

struct ProbeSettings {
  std::size_t bytes = std::size_t{1} << 30;  // size of the working set; beyond the last cache
  int repeats = 9;                           // timed runs; the median is used
  int warm_ups = 2;
  double warm_up_s = 0.05;  // minimum on a GPU: its clock rises under load
  // On a CPU, use the fastest run instead: most runs were disturbed.
  bool takes_fastest = false;
};

// Lower bound of a rate; every processor of the last decades exceeds it by far. Below it, the time
// went to other programs or into the resolution of the clock. It is also the smallest rate that one
// decimal in G shows as more than zero.
inline constexpr double min_believable_rate = 1e8;  // bytes/s, or FLOP/s of the product

struct ProbeResult {
  Probe probe = Probe::copy;
  double seconds = 0;        // median of the timed runs
  double counted_bytes = 0;  // minimum traffic: each input read once, each output written once
  double flop = 0;
  bool correct = false;       // the result equals the known one
  const char* operands = "";  // format of a product's operands: "fp32", "bf16"
  std::size_t edge = 0;       // of the matrices of a product; 0 for all others
  std::string failure = {};   // reason for failure; empty if it ran
  double bytes_per_s() const { return seconds > 0 ? counted_bytes / seconds : 0; }
  double flop_per_s() const { return seconds > 0 ? flop / seconds : 0; }
  // True if the rate is at least least_believable_rate.
  bool is_believable() const {
    return (probe == Probe::gemm ? flop_per_s() : bytes_per_s()) >= min_believable_rate;
  }
};

// The current CUDA device.
struct ProbeDevice {
  std::string name;      // "NVIDIA H200"
  std::string software;  // "CUDA 13.0, driver 13.0"
  double memory_bytes = 0;
};
// Throws std::runtime_error with CUDA's message, or if the build has no CUDA.
ProbeDevice probe_device_cuda();

// Runs every probe with OpenMP threads, and repeats it if a time is not believable; the final time
// may still not be. A product has one result per edge. Allocates about `bytes`; throws
// std::bad_alloc.
std::vector<ProbeResult> run_probes_cpu(const ProbeSettings& settings);

// Runs every probe on the current CUDA device. A probe that cannot run, such as the product without
// cuBLAS, has the message of CUDA or cuBLAS as its `failure`; the others are measured. Throws
// std::runtime_error if the build has no CUDA.
std::vector<ProbeResult> run_probes_cuda(const ProbeSettings& settings);

}  // namespace tranche::kernels
