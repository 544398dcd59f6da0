#include "kernels/backend/batch_runner.hpp"

#include <algorithm>
#include <map>

#include "kernels/backend/cpu_scratch.hpp"

namespace tranche::kernels {

RandomNumbers random_numbers(const FleetData& data) {
  std::map<std::uint64_t, std::uint32_t> instances;  // most that any column takes
  std::vector<std::uint64_t> order;
  const auto see = [&](std::uint64_t variable, std::uint32_t block, std::int32_t count) {
    const auto [found, is_new] = instances.try_emplace(variable, 0u);
    if (is_new) order.push_back(variable);
    found->second = std::max(found->second, 4 * block + static_cast<std::uint32_t>(count));
  };
  for (const DrawSpec& spec : data.draws) see(spec.variable, spec.block, spec.count);
  for (const ScoreSpec& spec : data.scores) see(spec.variable, spec.block, spec.count);
  RandomNumbers result;
  std::map<std::uint64_t, std::int32_t> first;
  for (const std::uint64_t variable : order) {
    first[variable] = static_cast<std::int32_t>(result.numbers.size());
    for (std::uint32_t i = 0; i < instances[variable]; ++i) result.numbers.push_back({variable, i});
  }
  const auto number = [&](std::uint64_t variable, std::uint32_t block) {
    return first[variable] + static_cast<std::int32_t>(4 * block);
  };
  for (const DrawSpec& spec : data.draws)
    result.of_draw.push_back(number(spec.variable, spec.block));
  for (const ScoreSpec& spec : data.scores)
    result.of_score.push_back(number(spec.variable, spec.block));
  return result;
}

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
