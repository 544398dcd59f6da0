// SPDX-License-Identifier: Apache-2.0

// RAII owners of a CUDA stream, an event and pinned host memory.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/device/device_buffer.cuh"

namespace tranche::kernels {

class Stream {
 public:
  Stream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { static_cast<void>(cudaStreamDestroy(stream_)); }
  cudaStream_t get() const { return stream_; }
  void wait_for(cudaEvent_t event) const { check(cudaStreamWaitEvent(stream_, event, 0)); }

 private:
  cudaStream_t stream_ = nullptr;
};

// Waiting for an event that was never recorded returns at once.
class Event {
 public:
  // Blocking synchronisation: the waiting host thread sleeps.
  Event() {
    check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming | cudaEventBlockingSync));
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { static_cast<void>(cudaEventDestroy(event_)); }
  cudaEvent_t get() const { return event_; }
  void record(const Stream& stream) const { check(cudaEventRecord(event_, stream.get())); }
  void wait() const { check(cudaEventSynchronize(event_)); }

 private:
  cudaEvent_t event_ = nullptr;
};

// `bytes` of pinned host memory, so that copies overlap with host work.
class PinnedMemory {
 public:
  explicit PinnedMemory(std::size_t bytes) { check(cudaMallocHost(&memory_, bytes)); }
  PinnedMemory(const PinnedMemory&) = delete;
  PinnedMemory& operator=(const PinnedMemory&) = delete;
  ~PinnedMemory() { static_cast<void>(cudaFreeHost(memory_)); }
  void* get() const { return memory_; }

 private:
  void* memory_ = nullptr;
};

}  // namespace tranche::kernels
