// SPDX-License-Identifier: Apache-2.0

// Helpers of the CUDA probes: launches over an index, sums of a block, and the median time of a run
// by events.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/device/device_buffer.cuh"
#include "kernels/probes/bodies.hpp"
#include "kernels/probes/list.hpp"

namespace tranche::kernels {

inline constexpr int probe_threads = 256;

template <class Body>
__global__ void for_each_probe_index(std::size_t count, Body body) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += stride) {
    body(i);
  }
}

template <class Body>
void for_each_index(std::size_t count, Body body) {
  const std::size_t blocks =
      std::min<std::size_t>((count + probe_threads - 1) / probe_threads, 1u << 20);
  for_each_probe_index<<<static_cast<unsigned>(blocks), probe_threads>>>(count, body);
  check(cudaGetLastError());
}

template <class Value>
struct FillWith {
  Value* out;
  Value value;
  __device__ void operator()(std::size_t i) const { out[i] = value; }
};
template <class Value>
void fill(const DeviceBuffer<Value>& buffer, Value value) {
  for_each_index(buffer.size(), FillWith<Value>{buffer.data(), value});
}

// Reads one value of a buffer.
template <class Value>
Value value_at(const DeviceBuffer<Value>& buffer, std::size_t i) {
  Value value{};
  check(cudaMemcpy(&value, buffer.data() + i, sizeof(Value), cudaMemcpyDeviceToHost));
  return value;
}

class ProbeEvent {
 public:
  ProbeEvent() { check(cudaEventCreate(&event_)); }
  ~ProbeEvent() { static_cast<void>(cudaEventDestroy(event_)); }  // a destructor does not throw
  ProbeEvent(const ProbeEvent&) = delete;
  ProbeEvent& operator=(const ProbeEvent&) = delete;
  void record() const { check(cudaEventRecord(event_)); }
  double seconds_since(const ProbeEvent& start) const {
    check(cudaEventSynchronize(event_));
    float milliseconds = 0.0f;
    check(cudaEventElapsedTime(&milliseconds, start.event_, event_));
    return 1e-3 * milliseconds;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

// Median time of the timed runs, after warm-up runs of at least the configured time: an idle GPU
// takes a while to raise its clock.
template <class Run>
double median_seconds(const ProbeSettings& settings, Run run) {
  const ProbeEvent start, stop;
  double warm_s = 0.0;
  for (int i = 0; i < settings.warm_ups || warm_s < settings.warm_up_s; ++i) {
    if (i == 0) start.record();
    run();
    stop.record();
    warm_s = stop.seconds_since(start);
  }
  std::vector<double> seconds;
  for (int i = 0; i < std::max(1, settings.repeats); ++i) {
    start.record();
    run();
    stop.record();
    seconds.push_back(stop.seconds_since(start));
  }
  return probe::median(seconds);
}

// Sum over the threads of a block, in shared memory; valid in thread 0.
__device__ inline double block_sum(double value) {
  __shared__ double parts[probe_threads];
  parts[threadIdx.x] = value;
  __syncthreads();
  for (int half = probe_threads / 2; half > 0; half /= 2) {
    if (threadIdx.x < static_cast<unsigned>(half)) parts[threadIdx.x] += parts[threadIdx.x + half];
    __syncthreads();
  }
  const double sum = parts[0];
  __syncthreads();
  return sum;
}

// Probes on the current device, implemented in two files by subject.
struct CudaProbes {
  static void streams(const ProbeSettings& settings, std::vector<ProbeResult>& results);
  static void gather(const ProbeSettings& settings, std::vector<ProbeResult>& results);
  static void sparse(const ProbeSettings& settings, std::vector<ProbeResult>& results);
  static void stencil(const ProbeSettings& settings, std::vector<ProbeResult>& results);
  static void gemv(const ProbeSettings& settings, std::vector<ProbeResult>& results);
  static void attention(const ProbeSettings& settings, std::vector<ProbeResult>& results);
  static void gemm(const ProbeSettings& settings, std::vector<ProbeResult>& results);
};

}  // namespace tranche::kernels
