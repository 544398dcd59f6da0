// SPDX-License-Identifier: Apache-2.0

// Evaluates designs on GPUs: every GPU takes units of points until none are left.
#pragma once

#include <vector>

#include "kernels/device/usable_gpu.cuh"
#include "kernels/engine/backend/design_runner.hpp"

namespace tranche::kernels {

struct DesignTask;

class CudaDesignRunner final : public DesignRunner {
 public:
  explicit CudaDesignRunner(std::vector<UsableGpu> gpus) : gpus_(std::move(gpus)) {}
  void sum_pairs(const DesignModel& model, const DesignWork& work,
                 const PairDesign& design) const override;
  void sum_effects(const DesignModel& model, const DesignWork& work,
                   const EffectDesign& design) const override;

 private:
  struct Shared;
  void run(const DesignTask& task) const;
  static void work(const UsableGpu& gpu, Shared& shared);

  std::vector<UsableGpu> gpus_;
};

}  // namespace tranche::kernels
