// SPDX-License-Identifier: Apache-2.0

// The CUDA backend: every GPU takes pieces of the draws until none are left (gpu/worker.cuh), then
// the counts of all GPUs are added.
#include <algorithm>
#include <exception>
#include <latch>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/engine/gpu/design_runner.cuh"
#include "kernels/engine/gpu/worker.cuh"

namespace tranche::kernels {
namespace {

class CudaBackend final : public Backend {
 public:
  explicit CudaBackend(std::vector<UsableGpu> gpus) : gpus_(std::move(gpus)), designs_(gpus_) {}

  std::string_view name() const override { return "gpu"; }
  std::string description() const override {
    std::string text = "GPU, ";
    if (gpus_.size() > 1) text = std::to_string(gpus_.size()) + " GPUs, ";
    for (std::size_t i = 0; i < gpus_.size(); ++i) {
      const std::string name = gpus_[i].properties.name;
      const bool is_named = i > 0 && name == gpus_[i - 1].properties.name;
      if (!is_named) text += (i > 0 ? " and " : "") + name;
    }
    return text;
  }
  int threads() const override { return static_cast<int>(gpus_.size()); }
  const DesignRunner* designs() const override { return &designs_; }

  std::uint64_t run(const FleetData& data, DrawRange range, Tally& tally,
                    const RunControl& control) const override {
    if (range.count == 0) return 0;
    Shared shared{data,
                  tally,
                  control,
                  PieceQueue(range, control.stop),
                  range.count / gpus_.size() + 1,
                  std::latch(std::ssize(gpus_))};
    on_each_gpu(gpus_, [&](const UsableGpu& gpu) { work(gpu, shared); });
    if (shared.failure) std::rethrow_exception(shared.failure);
    tally.draws += shared.queue.taken();
    return shared.queue.taken();
  }

 private:
  struct Shared {
    const FleetData& data;
    Tally& tally;
    const RunControl& control;
    PieceQueue queue;
    std::uint64_t share;  // approximate draws of each GPU
    std::latch counted;   // arrives when a GPU has counted or failed
    std::mutex mutex{};   // guards the members below, the tally and the progress
    std::uint64_t done = 0;
    std::exception_ptr failure{};
  };

  // Work of one GPU, in its own thread. The tally changes only after all GPUs have counted, so a
  // failure of one leaves it unchanged.
  static void work(const UsableGpu& gpu, Shared& shared) {
    std::optional<CudaWorker> worker;
    const auto fail = [&] {
      shared.queue.close();
      const std::lock_guard lock(shared.mutex);
      if (!shared.failure) shared.failure = std::current_exception();
    };
    try {
      check(cudaSetDevice(gpu.number));
      worker.emplace(shared.data, shared.tally, shared.share, gpu.properties);
      worker->run(shared.queue, [&](std::uint64_t draws) {
        const std::lock_guard lock(shared.mutex);
        shared.done += draws;
        if (shared.control.progress) shared.control.progress(shared.done);
      });
    } catch (...) {
      fail();
    }
    shared.counted.arrive_and_wait();
    try {
      const std::lock_guard lock(shared.mutex);
      if (!shared.failure) worker->add_to(shared.tally);
    } catch (...) {
      fail();
    }
  }

  std::vector<UsableGpu> gpus_;
  CudaDesignRunner designs_;
};

}  // namespace

bool has_gpu_code() { return true; }

std::unique_ptr<Backend> make_gpu_backend(GpuChoice choice) {
  return std::make_unique<CudaBackend>(usable_gpus(choice));
}

}  // namespace tranche::kernels
