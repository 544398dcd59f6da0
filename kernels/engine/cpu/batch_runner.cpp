// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/cpu/batch_runner.hpp"

#include "kernels/engine/cpu/scratch.hpp"

namespace tranche::kernels {

struct BatchRunner::Memory {
  explicit Memory(const FleetData& data)
      : view(data.view()), target(choose_target()), scratch(view), batch(scratch.batch(view)) {}
  FleetView view;
  CpuTarget target;
  Scratch scratch;
  CpuBatch batch;
};

BatchRunner::BatchRunner(const FleetData& data) : memory_(std::make_unique<Memory>(data)) {
  memory_->target.fill_constants(memory_->batch);
}
BatchRunner::~BatchRunner() = default;

void BatchRunner::sample(std::uint64_t first_draw, int count) {
  CpuBatch& batch = memory_->batch;
  batch.first_draw = first_draw;
  batch.count = count;
  memory_->target.sample(batch);
}

void BatchRunner::sample_given(const RandomNumbers& numbers, const std::uint32_t* words,
                               int count) {
  CpuBatch& batch = memory_->batch;
  batch.count = count;
  memory_->target.sample_given(
      batch, {words, batch_draws, numbers.of_draw.data(), numbers.of_score.data()});
}

float* BatchRunner::column(std::int32_t column) {
  return memory_->batch.columns + static_cast<std::int64_t>(column) * batch_draws;
}

void BatchRunner::simulate(const ConsumeValues& consume) {
  CpuBatch& batch = memory_->batch;
  ConsumeValues copy = consume;
  batch.context = &copy;
  batch.consume = [](void* context, std::int64_t cell, const float* values, int count) {
    (*static_cast<ConsumeValues*>(context))(cell, values, count);
  };
  memory_->target.simulate(batch);
}

}  // namespace tranche::kernels
