// SPDX-License-Identifier: Apache-2.0
#include "sim/api/scenario.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "kernels/engine/tally/tally.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/studies/check/scenario_check.hpp"
#include "sim/text/human_number.hpp"

namespace tranche::api {
namespace {

static_assert(max_draws == kernels::max_draws);

std::shared_ptr<const Scenario::State> read_state(std::shared_ptr<const Data::State> data,
                                                  const std::string& path, MemoryText memory,
                                                  const Reading& reading) {
  ReadOptions options{.set = reading.set, .draws = reading.draws, .seed = reading.seed};
  options.own_runs = data->own_runs;
  // Refused by what would simulate them, which can say how long that would take.
  if (options.draws && *options.draws > max_draws) options.draws.reset();
  if (!memory.path.empty()) options.text = memory.text;
  const Catalogue& catalogue = data->catalogue;
  return std::make_shared<const Scenario::State>(
      Scenario::State{.data = std::move(data),
                      .reading = reading,
                      .options = options,
                      .memory = std::move(memory),
                      .source = ScenarioSource(path, options, catalogue)});
}

}  // namespace

Expected<Scenario> Scenario::read(const Data& data, const std::string& path,
                                  const Reading& reading) {
  return guarded([&] { return Scenario(read_state(data.state(), path, {}, reading)); });
}

Expected<Scenario> Scenario::read_text(const Data& data, const ScenarioText& text,
                                       const Reading& reading) {
  namespace fs = std::filesystem;
  const std::string path =
      text.folder.empty() ? text.name : (fs::path(text.folder) / text.name).string();
  const MemoryText memory{.path = path, .text = text.text};
  const auto made = [&] {
    if (text.name.empty()) throw RequestRefused("the text of a scenario has no name");
    return Scenario(read_state(data.state(), path, memory, reading));
  };
  return guarded(made, memory);
}

const std::string& Scenario::name() const { return state_->base().name; }
const std::string& Scenario::title() const { return state_->base().title; }
std::uint64_t Scenario::draws() const { return state_->base().draws; }
std::uint64_t Scenario::seed() const { return state_->base().seed; }

std::vector<std::string> Scenario::what_ifs() const {
  std::vector<std::string> names;
  for (const Variant& variant : state_->source.set().variants) names.push_back(variant.name);
  return names;
}

std::vector<std::string> Scenario::firms() const {
  std::vector<std::string> names;
  for (const Firm& firm : state_->base().firms) names.push_back(firm.name);
  names.push_back("all");
  return names;
}

std::vector<std::string> Scenario::months() const {
  std::vector<std::string> names;
  for (std::int32_t step = 0; step < state_->base().steps; ++step)
    names.push_back(step_label(state_->base(), step));
  return names;
}

Expected<std::vector<std::string>> Scenario::metrics() const {
  const auto names_of_metrics = [&] {
    std::vector<std::string> names;
    for (const MetricInfo& metric : lower(state_->source.set(), state_->data->catalogue).metrics)
      names.push_back(metric.name);
    return names;
  };
  return guarded(names_of_metrics, state_->memory);
}

bool Scenario::has_sweep() const { return state_->source.sweep().has_value(); }
bool Scenario::has_allocate() const { return state_->source.allocate().has_value(); }

std::vector<Problem> Scenario::warnings() const {
  return problems_of(state_->source.set().warnings, state_->memory);
}

Expected<std::vector<Problem>> Scenario::check() const {
  const auto checked = [&] {
    const ScenarioSource source = state_->source;
    return problems_of(check_scenario(source, state_->data->catalogue), state_->memory);
  };
  return guarded(checked, state_->memory);
}

std::shared_ptr<const Scenario::State> with_draws(const Scenario::State& state,
                                                  std::uint64_t draws) {
  Reading reading = state.reading;
  reading.draws = draws;
  return read_state(state.data, state.source.set().file, state.memory, reading);
}

void refuse_uncountable(const Scenario::State& state) {
  if (!state.reading.draws || *state.reading.draws <= max_draws) return;
  throw RequestRefused(
      fmt::format("{} draws are more than a run can count", with_separators(*state.reading.draws)),
      {fmt::format("at most {} draws", with_separators(max_draws))});
}

}  // namespace tranche::api
