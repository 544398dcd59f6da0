// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/decisions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "sim/input/source_line.hpp"
#include "sim/scenario/limits.hpp"

namespace tranche {
namespace {

using kernels::Slot;

static_assert(most_regime_states <= static_cast<std::size_t>(kernels::max_regime_states));

std::string text_of(const Slot& slot) {
  return fmt::format("{}:{}:{}", slot.column, slot.step_stride, slot.is_timeline);
}

// Changes beyond the last one that is followed happen in fewer than one draw of ten million.
constexpr double rest_probability = 1e-7;
constexpr std::int32_t most_jumps = 64;

// Smallest number of jumps that a chain with at most this many expected ones exceeds with
// rest_probability: the tail of a Poisson distribution.
std::int32_t enough_jumps(double expected) {
  double term = std::exp(-expected), below = 0;
  for (std::int32_t jumps = 0; jumps <= most_jumps; ++jumps) {
    below += term;
    if (1.0 - below < rest_probability) return jumps;
    term *= expected / (jumps + 1);
  }
  return most_jumps + 1;
}

double highest(const Input& rate) {
  const Distribution& distribution = rate.distribution;
  return distribution.is_constant() ? distribution.parameters.at(0)
                                    : quantile(distribution, 1.0 - 1e-9);
}

// Largest sum of the rates out of one state, per second.
double highest_exit_rate(const Regime& regime) {
  const std::size_t count = regime.states.size();
  double most = 0;
  for (std::size_t from = 0; from < count; ++from) {
    double sum = 0;
    for (std::size_t to = 0; to < count; ++to)
      sum += highest(regime.rates_per_s[from * count + to]);
    most = std::max(most, sum);
  }
  return most;
}

// Most changes of state of a chain without a cycle; none if it has one.
std::optional<std::int32_t> longest_path(const Regime& regime) {
  const std::size_t count = regime.states.size();
  std::vector<std::int32_t> longest(count, 0);  // from the start to each state
  for (std::size_t round = 0; round <= count; ++round) {
    bool grew = false;
    for (std::size_t from = 0; from < count; ++from)
      for (std::size_t to = 0; to < count; ++to) {
        if (is_always(regime.rates_per_s[from * count + to], 0.0)) continue;
        if (longest[from] + 1 <= longest[to]) continue;
        longest[to] = longest[from] + 1;
        grew = true;
      }
    if (!grew) return *std::ranges::max_element(longest);
  }
  return std::nullopt;
}

std::int32_t jumps_of(const Regime& regime, double horizon_s) {
  const std::int32_t jumps = enough_jumps(highest_exit_rate(regime) * horizon_s);
  const std::optional<std::int32_t> path = longest_path(regime);
  return path ? std::min(*path, jumps) : jumps;
}

}  // namespace

void DecisionPlan::add_events(const Scenario& scenario, const Permission& permission,
                              kernels::PermissionSpec& spec) {
  const double steps_per_s = 1.0 / step_seconds(scenario.step);
  std::vector<kernels::EventSpec> events;
  std::string key;
  for (const Event& event : permission.events) {
    events.push_back({columns_.input(event.time_s, steps_per_s, {}), event.is_relative ? 1 : 0,
                      event.grants ? 1 : 0, columns_.input(event.occurs, 1.0, {})});
    key += fmt::format("{},{},{},{};", text_of(events.back().time), events.back().is_relative,
                       events.back().grants, text_of(events.back().occurs));
  }
  const auto [found, is_new] = events_.try_emplace(key, size_of(data_.events));
  if (is_new) data_.events.insert(data_.events.end(), events.begin(), events.end());
  spec.event_begin = found->second;
  spec.event_end = found->second + size_of(events);
}

std::int32_t DecisionPlan::regime(const Scenario& scenario, const Regime& regime) {
  const double step_s = step_seconds(scenario.step);
  const auto states = static_cast<std::int32_t>(regime.states.size());
  std::vector<Slot> rates;
  std::string key = fmt::format("{}/{}/{}", regime.name, states, regime.start);
  for (const Input& rate : regime.rates_per_s) {
    rates.push_back(columns_.input(rate, step_s, {}));
    key += "," + text_of(rates.back());
  }
  const auto [found, is_new] = regimes_.try_emplace(key, size_of(data_.regimes));
  if (!is_new) return found->second;
  kernels::RegimeSpec spec;
  spec.state_count = states;
  spec.start = regime.start;
  spec.jumps = jumps_of(regime, step_s * scenario.steps);
  if (spec.jumps > most_jumps)
    throw InputError({{.where = regime.where,
                       .problem = fmt::format("regime `{}` may change more than {} times in the "
                                              "scenario",
                                              regime.name, most_jumps),
                       .help = {"lower its rates, or cut the tail of an uncertain one with `max`"},
                       .source_line = source_line_of(regime.where)}});
  spec.rate_begin = size_of(data_.slots);
  data_.slots.insert(data_.slots.end(), rates.begin(), rates.end());
  const std::string name = "regimes." + regime.name;
  Input course;  // how long each stay lasts, and which state follows
  course.variable = course.path = name + ".course";
  course.where = regime.where;
  const Distribution uniform{Family::uniform, {0.0, 1.0}, {}, {}, {}, {}};
  // A jump that no one can make needs no random number, but a slot needs a column.
  const std::int32_t jumps = std::max(spec.jumps, 1);
  spec.wait = columns_.instances(course, name + "#wait", uniform, 1.0, jumps);
  spec.next = columns_.instances(course, name + "#next", uniform, 1.0, jumps);
  spec.begins = columns_.state(spec.jumps + 1);
  spec.states = columns_.state(spec.jumps + 1);
  data_.regimes.push_back(spec);
  return found->second;
}

void DecisionPlan::add(const Scenario& scenario, const Permission& permission,
                       kernels::PermissionSpec& spec) {
  if (!permission.events.empty()) add_events(scenario, permission, spec);
  spec.idles = permission.in_use == "idles" ? 1 : 0;
  if (permission.regime.empty()) return;
  const Regime& found = *std::ranges::find(scenario.regimes, permission.regime, &Regime::name);
  spec.regime = regime(scenario, found);
  for (std::size_t s = 0; s < found.states.size(); ++s)
    if (std::ranges::count(permission.open_in, found.states[s]) > 0)
      spec.open_states |= std::uint32_t{1} << s;
}

std::int32_t closure_count(const kernels::FleetData& data, const kernels::PermissionSpec& spec) {
  std::int32_t count = 1;
  for (std::int32_t e = spec.event_begin; e < spec.event_end; ++e)
    if (data.events[static_cast<std::size_t>(e)].grants == 0) ++count;
  if (spec.regime >= 0) count += data.regimes[static_cast<std::size_t>(spec.regime)].jumps + 1;
  return count;
}

}  // namespace tranche
