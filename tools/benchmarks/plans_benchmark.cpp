// SPDX-License-Identifier: Apache-2.0

// Times of evaluating and searching training plans: one answer, plans alone, and many plans on
// the threads of this machine beside its GPU.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <exception>
#include <vector>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/models/training/plan_search.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/report.hpp"

namespace tranche {
namespace {

constexpr const char* data = TRANCHE_TEST_ROOT "/scenarios";

PlanQuestion llama_405b(const Catalogue& catalogue) {
  PlanRequest request;
  request.model = "llama-3.1-405b";
  request.chip = "H100-SXM";
  request.count = 16384;
  PlanQuestion question = plan_problem(request, catalogue).question;
  question.device = kernels::ComputeDevice::cpu;  // comparable with a machine that has a GPU
  return question;
}

// Plans of 405B on 16,384 H100 at tensor parallelism 8: seven stages, each with two variants of its
// layers, both tables repeated `copies` times. All plans fit, so each is evaluated in full.
class ManyPlans {
 public:
  explicit ManyPlans(std::size_t copies) {
    const Catalogue catalogue = read_catalogue(data);
    const kernels::Coefficients coefficients = read_coefficients(data);
    const PlanQuestion q = llama_405b(catalogue);
    kernels::TrainingPlan plan;
    plan.tensor = 8;
    std::vector<kernels::StagePart> stages;
    std::vector<kernels::LayerPart> layers;
    for (const int pipeline : {1, 2, 4, 8, 16, 32, 64}) {
      plan.pipeline = pipeline;
      plan.data = q.chips / (plan.tensor * pipeline);
      stages.push_back(kernels::stage_part(q.model, q.job, plan, q.system, coefficients));
    }
    for (const auto recompute : {kernels::Recompute::none, kernels::Recompute::full}) {
      plan.recompute = recompute;
      layers.push_back(kernels::layer_part(q.model, q.job, plan, q.system, coefficients));
    }
    for (std::size_t copy = 0; copy < copies; ++copy) {
      stages_.insert(stages_.end(), stages.begin(), stages.end());
      layers_.insert(layers_.end(), layers.begin(), layers.end());
    }
    bases_.assign(stages_.size(), 0);
    tables_.stages = stages_.data();
    tables_.layer_base = bases_.data();
    tables_.layers = layers_.data();
    tables_.stage_count = stages_.size();
    tables_.variants = layers_.size();
    tables_.global_batch = q.job.global_batch;
    tables_.capacity_bytes = 1e15;
    tables_.windows = kernels::overlap_windows(q.job, coefficients);
    tables_.coefficients = coefficients.training;
  }
  ManyPlans(const ManyPlans&) = delete;
  ManyPlans& operator=(const ManyPlans&) = delete;
  const kernels::PlanTables& tables() const { return tables_; }

 private:
  std::vector<kernels::StagePart> stages_;
  std::vector<std::int32_t> bases_;
  std::vector<kernels::LayerPart> layers_;
  kernels::PlanTables tables_;
};

// The whole search for one question, including the tables of parts; items are plans.
void plan_search(benchmark::State& state) {
  const Catalogue catalogue = read_catalogue(data);
  const kernels::Coefficients coefficients = read_coefficients(data);
  const PlanQuestion question = llama_405b(catalogue);
  std::uint64_t plans = 0;
  for (auto _ : state) {
    const PlanAnswer answer = find_plans(question, coefficients);
    plans = answer.evaluated;
    benchmark::DoNotOptimize(answer.best.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(plans));
}
BENCHMARK(plan_search)->Unit(benchmark::kMillisecond)->UseRealTime();

// Plans whose memory fits, evaluated in full from their two parts, on one thread.
void plan_evaluation(benchmark::State& state) {
  const ManyPlans plans(1);
  const kernels::ScorePlan score{plans.tables()};
  const std::uint64_t count = kernels::plan_count(plans.tables());
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < count; ++i) benchmark::DoNotOptimize(score(i));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK(plan_evaluation);

// Evaluates 14 million plans from host tables and finds the ten fastest; items are plans.
void many_plans(benchmark::State& state, kernels::ComputeDevice device) {
  const ManyPlans plans(1000);
  try {
    for (auto _ : state) {
      const auto found = kernels::search_plans(plans.tables(), 10, device);
      benchmark::DoNotOptimize(found.best.data());
    }
  } catch (const std::exception& error) {  // no GPU, or a GPU fault: the other benchmarks run
    state.SkipWithError(error.what());
    return;
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(kernels::plan_count(plans.tables())));
}
BENCHMARK_CAPTURE(many_plans, cpu, kernels::ComputeDevice::cpu)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(many_plans, gpu, kernels::ComputeDevice::gpu)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace tranche
