// SPDX-License-Identifier: Apache-2.0

// Simulates and counts draws of a run on one GPU.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "kernels/engine/gpu/drain.cuh"
#include "kernels/engine/gpu/fleet.cuh"
#include "kernels/engine/gpu/kernels.cuh"

namespace tranche::kernels {

class CudaWorker {
 public:
  // Allocates memory of the current GPU for pieces of up to `draws` draws, fewer if memory is
  // short. Throws GpuMemoryError if the smallest piece does not fit.
  CudaWorker(const FleetData& data, const Tally& tally, std::uint64_t draws,
             const cudaDeviceProp& device);
  ~CudaWorker();
  CudaWorker(const CudaWorker&) = delete;
  CudaWorker& operator=(const CudaWorker&) = delete;

  // Simulates pieces until none are left; calls `done` with the draws of each piece when it has
  // ended.
  void run(PieceQueue& queue, const std::function<void(std::uint64_t draws)>& done);
  // After run(): adds the counts. The number of draws is kept by the queue.
  void add_to(Tally& tally) const;

 private:
  void take_memory(std::uint64_t draws);
  void launch(const Piece& piece);

  const cudaDeviceProp device_;
  const GpuLayout layout_;
  const DeviceFleet fleet_;
  const RecordOrder order_;
  const DeviceBuffer<Cell> cells_;
  DeviceBuffer<std::uint32_t> counts_;
  DeviceBuffer<CellSums> sums_;
  DeviceBuffer<std::uint64_t> bindings_;
  std::int32_t max_counters_ = constraint_count;  // largest number of counters of a cell
  DrawBytes draw_bytes_;
  PiecePlan plan_;
  std::optional<DeviceBuffer<char>> columns_, scores_;
  std::optional<DeviceBuffer<float>> records_[2];
  std::optional<DeviceBuffer<std::uint8_t>> binding_records_[2];
  DrawMemory memory_{};
  int side_ = 0;  // buffer of the records that are written next

  // Months run in one stream and counting in another, a few months behind.
  Stream simulating_, counting_;
  Event recorded_[2], counted_[2], ended_[2];
};

}  // namespace tranche::kernels
