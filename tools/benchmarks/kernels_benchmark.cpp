// SPDX-License-Identifier: Apache-2.0

// Times of the hot kernels, one batch of draws at a time, on one thread. The bodies are
// compiled here for x86-64-v3; the fleet runs as the product does, with the best
// instruction set of this processor.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/engine/cpu/batch.hpp"
#include "kernels/random/philox.hpp"
#include "kernels/random/quantile_batch.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/distribution/quantile_builder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/lowering.hpp"

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

// Normal scores, from which correlated variables are computed.
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

// Counts values into the histogram of one output.
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
  const Catalogue catalogue = read_catalogue(TRANCHE_TEST_ROOT "/scenarios");
  const ScenarioSet set =
      read_scenario(TRANCHE_TEST_ROOT "/scenarios/h200-toy.toml", {}, catalogue);
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

}  // namespace
}  // namespace tranche
