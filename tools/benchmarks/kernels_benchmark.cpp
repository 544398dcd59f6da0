// Times of the hot kernels, one batch of draws at a time, on one thread. The bodies are
// compiled here for x86-64-v3; the fleet runs as the product does, with the best
// instruction set of this processor.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/backend/backend.hpp"
#include "kernels/backend/cpu_batch.hpp"
#include "kernels/base/philox.hpp"
#include "kernels/sampling/quantile_batch.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/catalogue/coefficients.hpp"
#include "sim/distribution/quantile_builder.hpp"
#include "sim/performance/plan_report.hpp"
#include "sim/run/lowering.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {
namespace {

using kernels::batch_draws;

using Words = std::array<std::uint32_t, batch_draws>;
using Values = std::array<float, batch_draws>;

Words random_words() {
  Words words;
  for (std::uint32_t draw = 0; draw < batch_draws; ++draw)
    words[draw] = kernels::random_block(1, {.variable = 7, .block = 0}, draw).x;
  return words;
}

Distribution lognormal() {
  Distribution d;
  d.family = Family::lognormal;
  d.parameters = {0.0, 0.25};
  return d;
}

void items(benchmark::State& state, int per_iteration) {
  state.SetItemsProcessed(state.iterations() * per_iteration);
}

// Random words: four a block.
void philox(benchmark::State& state) {
  Words x, y, z, w;
  std::uint64_t first_draw = 0;
  for (auto _ : state) {
#pragma omp simd
    for (int j = 0; j < batch_draws; ++j) {
      const auto block = kernels::random_block(1, {.variable = 7, .block = 0},
                                               first_draw + static_cast<std::uint64_t>(j));
      x[static_cast<std::size_t>(j)] = block.x;
      y[static_cast<std::size_t>(j)] = block.y;
      z[static_cast<std::size_t>(j)] = block.z;
      w[static_cast<std::size_t>(j)] = block.w;
    }
    first_draw += batch_draws;
    benchmark::DoNotOptimize(x.data());
    benchmark::DoNotOptimize(y.data());
    benchmark::DoNotOptimize(z.data());
    benchmark::DoNotOptimize(w.data());
    benchmark::ClobberMemory();
  }
  items(state, 4 * batch_draws);
}
BENCHMARK(philox);

// Values of one variable through its quantile table.
void table_lookup(benchmark::State& state) {
  QuantileTables tables;
  const kernels::VariableTable table = tables.add(lognormal());
  const Words words = random_words();
  Values values;
  for (auto _ : state) {
    kernels::variable_values(table, tables.coefficients().data(), words.data(), values.data(),
                             batch_draws);
    benchmark::DoNotOptimize(values.data());
    benchmark::ClobberMemory();
  }
  items(state, batch_draws);
}
BENCHMARK(table_lookup);

// Normal scores, of which correlated variables are made.
void normal_score(benchmark::State& state) {
  const Words words = random_words();
  std::array<double, batch_draws> scores;
  for (auto _ : state) {
#pragma omp simd
    for (int j = 0; j < batch_draws; ++j)
      scores[static_cast<std::size_t>(j)] =
          kernels::normal_score(words[static_cast<std::size_t>(j)]);
    benchmark::DoNotOptimize(scores.data());
    benchmark::ClobberMemory();
  }
  items(state, batch_draws);
}
BENCHMARK(normal_score);

// Values counted into the histogram of one output.
void histogram_count(benchmark::State& state) {
  QuantileTables tables;
  const kernels::VariableTable table = tables.add(lognormal());
  const Words words = random_words();
  Values values;
  kernels::variable_values(table, tables.coefficients().data(), words.data(), values.data(),
                           batch_draws);
  const kernels::Cell cell = kernels::cell_for(values.data(), batch_draws);
  std::vector<std::uint32_t> counters(static_cast<std::size_t>(kernels::counter_count(cell)));
  std::array<std::uint16_t, batch_draws> which;
  for (auto _ : state) {
#pragma omp simd
    for (int j = 0; j < batch_draws; ++j)
      which[static_cast<std::size_t>(j)] = static_cast<std::uint16_t>(
          kernels::counter_of(cell, values[static_cast<std::size_t>(j)]));
    for (const std::uint16_t counter : which) ++counters[counter];
    benchmark::DoNotOptimize(counters.data());
    benchmark::ClobberMemory();
  }
  items(state, batch_draws);
}
BENCHMARK(histogram_count);

// Draws of h200-toy from random numbers to counters, 64 batches at a time.
void fleet_draws(benchmark::State& state) {
  const Catalogue catalogue = read_catalogue(TRANCHE_SOURCE_DIR "/scenarios");
  const ScenarioSet set =
      read_scenario(TRANCHE_SOURCE_DIR "/scenarios/h200-toy.toml", {}, catalogue);
  const LoweredScenario lowered = lower(set, catalogue);
  const kernels::FleetView view = lowered.data.view();
  const std::size_t bindings =
      static_cast<std::size_t>(view.steps) * static_cast<std::size_t>(view.variant_count) *
      static_cast<std::size_t>(view.firm_count) * kernels::constraint_count;
  kernels::Tally tally(kernels::choose_cells(lowered.data), bindings);
  const auto backend = kernels::make_cpu_backend(1);
  std::uint64_t first = 0;
  constexpr std::uint64_t draws = 64 * batch_draws;
  for (auto _ : state) {
    backend->run(lowered.data, {first, draws}, tally, {});
    first += draws;
  }
  items(state, static_cast<int>(draws));
  state.SetLabel(backend->description());
}
BENCHMARK(fleet_draws)->Unit(benchmark::kMillisecond);

PlanQuestion llama_405b(const Catalogue& catalogue) {
  PlanRequest request;
  request.model = "llama-3.1-405b";
  request.chip = "H100-SXM";
  request.count = 16384;
  PlanQuestion question = plan_problem(request, catalogue).question;
  question.device = kernels::ComputeDevice::cpu;  // the same figures on a machine with a GPU
  return question;
}

// The whole search for one answer, tables of parts included; items are plans.
void plan_search(benchmark::State& state) {
  const Catalogue catalogue = read_catalogue(TRANCHE_SOURCE_DIR "/scenarios");
  const kernels::Coefficients coefficients = read_coefficients(TRANCHE_SOURCE_DIR "/scenarios");
  const PlanQuestion question = llama_405b(catalogue);
  std::uint64_t plans = 0;
  for (auto _ : state) {
    const PlanAnswer answer = find_plans(question, coefficients);
    plans = answer.evaluated;
    benchmark::DoNotOptimize(answer.best.data());
  }
  items(state, static_cast<int>(plans));
}
BENCHMARK(plan_search)->Unit(benchmark::kMillisecond)->UseRealTime();

// Plans whose memory fits, evaluated in full from their two parts, on one thread.
void plan_evaluation(benchmark::State& state) {
  const Catalogue catalogue = read_catalogue(TRANCHE_SOURCE_DIR "/scenarios");
  const kernels::Coefficients coefficients = read_coefficients(TRANCHE_SOURCE_DIR "/scenarios");
  const PlanQuestion q = llama_405b(catalogue);
  std::vector<kernels::StagePart> stages;
  std::vector<std::int32_t> bases;
  std::vector<kernels::LayerPart> layers;
  kernels::TrainingPlan plan;
  plan.tensor = 8;
  for (const int pipeline : {1, 2, 4, 8, 16, 32, 64}) {
    plan.pipeline = pipeline;
    plan.data = q.chips / (plan.tensor * pipeline);
    stages.push_back(kernels::stage_part(q.model, q.job, plan, q.system, coefficients));
    bases.push_back(0);
  }
  for (const auto recompute : {kernels::Recompute::none, kernels::Recompute::full}) {
    plan.recompute = recompute;
    layers.push_back(kernels::layer_part(q.model, q.job, plan, q.system, coefficients));
  }
  kernels::PlanTables tables;
  tables.stages = stages.data();
  tables.layer_base = bases.data();
  tables.layers = layers.data();
  tables.stage_count = stages.size();
  tables.variants = layers.size();
  tables.global_batch = q.job.global_batch;
  tables.capacity_bytes = 1e15;  // everything fits: no plan is cut short
  tables.windows = kernels::hiding_windows(q.job, coefficients);
  tables.coefficients = coefficients.training;
  const kernels::ScorePlan score{tables};
  const std::uint64_t count = kernels::plan_count(tables);
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < count; ++i) benchmark::DoNotOptimize(score(i));
  }
  items(state, static_cast<int>(count));
}
BENCHMARK(plan_evaluation);

}  // namespace
}  // namespace tranche

BENCHMARK_MAIN();
