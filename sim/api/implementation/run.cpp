// SPDX-License-Identifier: Apache-2.0
#include "sim/api/run.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "sim/api/implementation/state.hpp"
#include "sim/results/netcdf/draws_netcdf.hpp"
#include "sim/simulate/lowering/cache.hpp"
#include "sim/text/human_number.hpp"

namespace tranche::api {
namespace {

tranche::RunOptions run_options(const RunOptions& options, LoweringCache& cache) {
  tranche::RunOptions out{.execution = execution_of(options.execution)};
  if (!options.until.empty()) out.until = parse_until(options.until);
  out.checkpoint = {
      .write = options.checkpoint, .resume = options.resume, .every_s = options.checkpoint_every_s};
  out.cache = &cache;
  return out;
}

// Says how long more draws than a counter holds would take, from a short run.
[[noreturn]] void refuse_draws(std::uint64_t draws, const Scenario::State& scenario,
                               tranche::RunOptions options) {
  constexpr std::uint64_t sample = 65536;
  ScenarioSet set = scenario.source.set();
  for (Variant& variant : set.variants) variant.scenario.draws = sample;
  options.checkpoint = {};
  options.execution.ranks = nullptr;
  const RunResult result = run_scenario(std::move(set), scenario.data->catalogue, options);
  const double seconds = static_cast<double>(draws) / result.draws_per_second;
  throw RequestRefused(
      fmt::format("{} draws are more than a run can count", with_separators(draws)),
      {fmt::format("at most {} draws; {} would take about {} here, at {} draws/s measured just now",
                   with_separators(max_draws), with_separators(draws), duration_text(seconds),
                   human_number(result.draws_per_second))});
}

// Reports before the draws which files cannot be written.
void check_files(const RunOptions& options) {
  check_writable(options.folder, options.execution);
  if (!is_first(options.execution)) return;
  for (const std::string& file : {options.checkpoint, options.draws_file})
    if (!file.empty()) const FileSet folder_of_file(replaceable(file).parent_path());
}

Results simulated(std::shared_ptr<const Scenario::State> scenario, const RunOptions& asked) {
  LoweringCache cache;
  const tranche::RunOptions options = run_options(asked, cache);
  const Reading& reading = scenario->reading;
  if (reading.draws && *reading.draws > max_draws) refuse_draws(*reading.draws, *scenario, options);
  if (options.until && !reading.draws) scenario = with_draws(*scenario, until_most_draws);
  check_files(asked);
  const Catalogue& catalogue = scenario->data->catalogue;
  const ScenarioSource source = scenario->source;
  RunResult result = run_scenario(source.set(), catalogue, options);
  ResultTables tables;
  if (is_first(asked.execution)) {
    result.decompositions = decompose(source, catalogue, options, result);
    tables = result_tables(result);
  }
  return Results(std::make_shared<const Results::State>(
      Results::State{std::move(result), std::move(tables), scenario->memory}));
}

}  // namespace

Expected<Results> run(const Scenario& scenario, const RunOptions& options) {
  return guarded([&] { return simulated(scenario.state(), options); }, scenario.state()->memory);
}

bool can_write_draws_file() { return can_save_draws(); }

std::string default_folder(const Scenario& scenario, const std::string& study) {
  // The reader accepts only names of folders.
  return "results/" + scenario.name() + (study.empty() ? "" : "-" + study);
}

}  // namespace tranche::api
