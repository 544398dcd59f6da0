// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/run.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <span>

#include "sim/input/sha256.hpp"
#include "sim/simulate/draw_loop.hpp"
#include "sim/simulate/lowering/cache.hpp"
#include "sim/simulate/lowering/known_metrics.hpp"
#include "sim/simulate/lowering/metrics.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/simulate/run_identity.hpp"
#include "sim/simulate/run_size.hpp"

namespace tranche {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::size_t binding_counters(const kernels::FleetView& view) {
  return static_cast<std::size_t>(round_count(view)) *
         static_cast<std::size_t>(view.variant_count) * static_cast<std::size_t>(view.firm_count) *
         kernels::constraint_count;
}

template <class T>
void add_numbers(Sha256& hash, std::span<const T> numbers) {
  hash.update(std::as_bytes(numbers));
}

// All ranks must be about to simulate the same run, or none begins.
void agree_with(Ranks& ranks, RunResult& result) {
  const std::string mine =
      hex(run_identity(result)) + fmt::format(" {} {}", result.seed, result.draws);
  agree_on(ranks, mine);
  result.ranks = ranks.count();
  result.device_description = devices_of(ranks, result.device_description);
}

}  // namespace

std::unique_ptr<kernels::Backend> choose_backend(const Execution& execution, std::string& note) {
  const bool shares = execution.ranks != nullptr && execution.ranks->count() > 1;
  kernels::GpuChoice gpu;
  if (execution.gpu)
    gpu.number = *execution.gpu;
  else if (shares)
    gpu = {.number = execution.ranks->local_rank(), .wraps = true};
  if (execution.device == Device::gpu) return kernels::make_gpu_backend(gpu);
  if (execution.device == Device::automatic) {
    try {
      return kernels::make_gpu_backend(gpu);
    } catch (const kernels::BackendUnavailable& unavailable) {
      note = unavailable.what();
    }
  }
  return kernels::make_cpu_backend(
      execution.threads == 0 && shares ? threads_of_rank(*execution.ranks) : execution.threads);
}

std::string digest_of(const LoweredScenario& lowered, const kernels::Tally& tally) {
  Sha256 hash;
  for (const std::string& name : lowered.variants) hash.update_line(name);
  for (const std::string& name : lowered.firms) hash.update_line(name);
  for (const std::string& name : lowered.steps) hash.update_line(name);
  for (const MetricInfo& metric : lowered.metrics)
    hash.update_line(
        fmt::format("{} {} {} {}", metric.name, metric.unit, metric.stored, metric.factor));
  hash.update_line(fmt::format("{}", tally.draws));
  for (const kernels::Cell& cell : tally.cells)
    hash.update_line(fmt::format("{} {} {} {} {} {}", cell.first_key, cell.positive_bins,
                                 cell.negative_bins, cell.units_per_value, cell.centre,
                                 fmt::join(cell.atoms, cell.atoms + cell.atom_count, " ")));
  for (const kernels::Cell& cell : tally.cells) {
    const auto counters = kernels::counters_of(tally, cell);
    const auto [first, last] = kernels::filled_range(counters);
    hash.update_line(fmt::format("{} {}", first, last - first));
    add_numbers(hash, counters.subspan(first, last - first));
  }
  for (const kernels::CellSums& sums : tally.sums) {
    const kernels::CellSums whole = kernels::whole_squares(sums);
    const std::uint64_t numbers[] = {static_cast<std::uint64_t>(whole.units), whole.low_squares,
                                     whole.high_squares};
    add_numbers(hash, std::span<const std::uint64_t>(numbers));
  }
  add_numbers(hash, std::span<const std::uint64_t>(tally.bindings));
  return hex(hash.finish());
}

RunResult run_scenario(ScenarioSet set, const Catalogue& catalogue, const RunOptions& options) {
  const Clock::time_point start = Clock::now();
  const auto started = std::chrono::system_clock::now();
  LoweringCache own_cache;
  check_headline(set, catalogue);
  LoweredScenario lowered =
      lower(set, catalogue, options.cache != nullptr ? *options.cache : own_cache, CountBy::source);
  const Headline& headline = set.variants.front().scenario.headline;
  if (!headline.metric_where && find_metric(lowered.metrics, headline.metric) == nullptr)
    lowered.remarks.push_back(
        fmt::format("the scenario names no headline metric, and {} does not apply: {} leads",
                    headline.metric, lowered.metrics.front().name));
  std::optional<UntilCheck> check;
  if (options.until) check.emplace(*options.until, lowered, set.variants.front().scenario.headline);
  refuse_oversize(lowered, set.file);
  kernels::Pilot pilot = kernels::simulate_pilot(lowered.data);
  kernels::Tally tally(std::move(pilot.cells), binding_counters(lowered.data.view()));
  RunResult result{std::move(set), std::move(lowered), std::move(tally)};
  result.tally.atoms = std::move(pilot.atoms);
  const Scenario& base = result.set.variants.front().scenario;
  result.draws = base.draws;
  result.accuracy = catalogue.accuracy;
  result.seed = base.seed;
  result.started_utc = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                   fmt::gmtime(std::chrono::system_clock::to_time_t(started)));
  const auto backend = choose_backend(options.execution, result.device_note);
  result.device = backend->name();
  result.device_description = backend->description();
  result.threads = backend->threads();
  Ranks* const ranks = options.execution.ranks;
  if (ranks != nullptr && ranks->count() > 1) agree_with(*ranks, result);
  result.seconds_preparation = seconds_since(start);

  const Clock::time_point simulation = Clock::now();
  const std::uint64_t done = DrawLoop(*backend, options, check ? &*check : nullptr, result).run();
  if (done < result.draws)
    throw Interrupted(fmt::format("interrupted after {} of {} draws", done, result.draws),
                      options.checkpoint.write.string());
  result.seconds_simulation = seconds_since(simulation);
  result.draws_per_second = static_cast<double>(result.draws - result.resumed_draws) /
                            std::max(result.seconds_simulation, 1e-9);
  return result;
}

}  // namespace tranche
