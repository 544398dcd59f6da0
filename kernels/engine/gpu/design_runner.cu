// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <mutex>
#include <optional>

#include "kernels/engine/gpu/design.cuh"
#include "kernels/engine/gpu/design_runner.cuh"
#include "kernels/engine/gpu/design_worker.hpp"

namespace tranche::kernels {

struct CudaDesignRunner::Shared {
  const DesignTask& task;
  DesignQueue queue;
  std::uint64_t points;  // approximate points of each GPU
  std::mutex mutex{};    // guards the members below, the sums of the design and the progress
  std::exception_ptr failure{};
};

// Work of one GPU, in its own thread. After a failure the sums are incomplete and are discarded.
void CudaDesignRunner::work(const UsableGpu& gpu, Shared& shared) {
  try {
    check(cudaSetDevice(gpu.number));
    CudaDesignGpu device;
    if (lay_out_for_gpu(*shared.task.model.data).hot_bytes() >
        gpu.properties.sharedMemPerBlockOptin)
      throw GpuMemoryError("the workloads and yardsticks need more shared memory than " +
                           std::string(gpu.properties.name) +
                           " has; ask for fewer, or use `--device cpu`");
    DesignWorker worker(device, shared.task, shared.points);
    worker.run(shared.queue, shared.task.work.fill_words, [&](std::uint64_t evaluations) {
      const std::lock_guard lock(shared.mutex);
      if (shared.task.work.done) shared.task.work.done(evaluations);
    });
    const std::lock_guard lock(shared.mutex);
    if (!shared.failure) worker.add_to_design();
  } catch (...) {
    shared.queue.close();
    const std::lock_guard lock(shared.mutex);
    if (!shared.failure) shared.failure = std::current_exception();
  }
}

void CudaDesignRunner::run(const DesignTask& task) const {
  std::uint64_t points = 0;
  for (const DesignUnit& unit : task.work.units) points += room_of(unit.points);
  Shared shared{task, DesignQueue(task.work.units), points / gpus_.size() + 1};
  on_each_gpu(gpus_, [&](const UsableGpu& gpu) { work(gpu, shared); });
  if (shared.failure) std::rethrow_exception(shared.failure);
}

void CudaDesignRunner::sum_pairs(const DesignModel& model, const DesignWork& work,
                                 const PairDesign& design) const {
  run({model, work, &design, nullptr});
}

void CudaDesignRunner::sum_effects(const DesignModel& model, const DesignWork& work,
                                   const EffectDesign& design) const {
  run({model, work, nullptr, &design});
}

}  // namespace tranche::kernels
