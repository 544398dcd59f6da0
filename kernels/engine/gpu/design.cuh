// SPDX-License-Identifier: Apache-2.0

// The `Gpu` parameter of DesignWorker (gpu/design_worker.hpp) for CUDA, and its launches.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "kernels/device/cuda_stream.cuh"
#include "kernels/engine/gpu/design_program.hpp"
#include "kernels/engine/gpu/drain.cuh"
#include "kernels/engine/gpu/fleet.cuh"
#include "kernels/engine/gpu/kernels.cuh"

namespace tranche::kernels {

// As in gpu/kernels.cuh, every call only enqueues work on the stream.
void launch_sample_given(const FleetView& view, const DesignMemory& memory, cudaStream_t stream);
void launch_mix(const DesignMemory& memory, const MixedColumn* columns, std::int32_t count,
                std::int32_t first_group, cudaStream_t stream);
void launch_chosen_steps(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                         const ChosenRecords& records, StepRange steps, cudaStream_t stream);
void launch_sum_pairs(const ChosenRecords& records, const DesignMemory& memory,
                      const DesignSums& sums, cudaStream_t stream);
void launch_sum_effects(const ChosenRecords& records, const DesignMemory& memory,
                        const DesignSums& sums, cudaStream_t stream);
void allow_hot_columns_of_designs(std::size_t bytes);

// Pinned host memory that the GPU copies from asynchronously.
template <class T>
class PinnedBuffer {
 public:
  explicit PinnedBuffer(std::size_t size) : memory_((size + 1) * sizeof(T)) {}
  T* data() const { return static_cast<T*>(memory_.get()); }

 private:
  PinnedMemory memory_;
};

// The current GPU. Simulation runs in one stream and summation in another, some months behind.
class CudaDesignGpu {
 public:
  template <class T>
  using Buffer = DeviceBuffer<T>;
  template <class T>
  using HostBuffer = PinnedBuffer<T>;
  using Fleet = DeviceFleet;
  using MemoryError = GpuMemoryError;

  static std::size_t free_bytes() { return free_gpu_bytes(); }
  static void allow_hot_columns(std::size_t bytes) {
    kernels::allow_hot_columns(bytes);
    allow_hot_columns_of_designs(bytes);
  }
  // Uploads and memsets before this point did not use the streams.
  static void begin() { check(cudaDeviceSynchronize()); }
  static void wait_for_all() { static_cast<void>(cudaDeviceSynchronize()); }

  template <class T>
  void upload(const Buffer<T>& to, const HostBuffer<T>& from, std::size_t count) const {
    check(cudaMemcpyAsync(to.data(), from.data(), count * sizeof(T), cudaMemcpyHostToDevice,
                          simulating_.get()));
  }
  void fill_constants(const FleetView& view, const DrawMemory& memory) const {
    launch_fill_constants(view, memory, simulating_.get());
  }
  void sample(const FleetView& view, const DesignMemory& memory) const {
    launch_sample_given(view, memory, simulating_.get());
  }
  void mix(const DesignMemory& memory, const MixedColumn* columns, std::int32_t count,
           std::int32_t first_group) const {
    launch_mix(memory, columns, count, first_group, simulating_.get());
  }
  void set_up(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes) const {
    launch_set_up(view, memory, hot_bytes, simulating_.get());
  }
  void record_steps(const FleetView& view, const DrawMemory& memory, std::size_t hot_bytes,
                    const ChosenRecords& records, StepRange steps, int side) const {
    simulating_.wait_for(summed_[side].get());
    launch_chosen_steps(view, memory, hot_bytes, records, steps, simulating_.get());
    recorded_[side].record(simulating_);
    summing_.wait_for(recorded_[side].get());
  }
  void sum_pairs(const ChosenRecords& records, const DesignMemory& memory, const DesignSums& sums,
                 int side) const {
    launch_sum_pairs(records, memory, sums, summing_.get());
    summed_[side].record(summing_);
  }
  void sum_effects(const ChosenRecords& records, const DesignMemory& memory, const DesignSums& sums,
                   int side) const {
    launch_sum_effects(records, memory, sums, summing_.get());
    summed_[side].record(summing_);
  }
  void end_piece(int side) const { ended_[side].record(summing_); }
  void wait_for_piece(int side) const { ended_[side].wait(); }
  // The caller has synchronised with the memory that is added.
  template <class T>
  void add(const Buffer<T>& from, std::span<T> to) {
    if (!drain_) drain_ = std::make_unique<Drain>();
    drain_->add(from, to);
  }

 private:
  Stream simulating_, summing_;
  Event recorded_[2], summed_[2], ended_[2];
  std::unique_ptr<Drain> drain_;
};

}  // namespace tranche::kernels
