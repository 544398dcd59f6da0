// SPDX-License-Identifier: Apache-2.0

// docs/methods/fleet.md, section 1, Installation.
#include <algorithm>
#include <cmath>

#include "tests/reference/reference_state.hpp"

namespace tranche::reference {
namespace {

// Chips delivered to the firm by time t, which may lie between two steps.
double delivered_at(const Case& numbers, const State& state, std::size_t j, std::size_t i,
                    double t) {
  const auto step = static_cast<std::size_t>(std::max(t, 0.0));
  const double before = state.delivered[step][j][i];
  const double since = t - static_cast<double>(step);
  if (since == 0 && step > 0) return before;
  const double after = state.delivered[step + 1][j][i];
  const Tranche& tranche = numbers.tranches[j];
  const auto arrived = [&](double at) {
    return arrived_fraction(tranche, tranche.schedules[i], at);
  };
  const auto start = static_cast<double>(step);
  // Deliveries at or before the start belong to the first step, and wait since their arrival.
  const double so_far = step == 0 ? 0.0 : arrived(start);
  const double in_step = arrived(start + 1) - so_far;
  const double part = in_step > 0 ? (arrived(t) - so_far) / in_step : std::max(since, 0.0);
  return before + (after - before) * part;
}

// Order of service: priority, then arrival of the first batch. Arrivals within the rounding of a
// float are equal.
bool is_before(const Tranche& a, const Tranche& b, std::size_t firm) {
  if (a.priority != b.priority) return a.priority < b.priority;
  return first_arrival(a, a.schedules[firm]) < first_arrival(b, b.schedules[firm]) - 1e-5;
}

}  // namespace

double stock_watts(const Firm& firm, double t) {
  double watts = 0;
  for (const Stock& stock : firm.stocks)
    watts += stock.units_chips * std::exp(-firm.retirement * t) * firm.watts(stock.chip);
  return watts;
}

void install(const Case& numbers, int step, std::size_t i, State& state) {
  const Firm& firm = numbers.firms[i];
  const std::size_t count = numbers.tranches.size();
  const double t = step + 1.0;
  const auto s = static_cast<std::size_t>(step);
  double power = firm.power_cap_w[s] - stock_watts(firm, t);
  std::vector<double> ready(count), by_site(count), by_rate(count), by_power(count);
  std::vector<std::size_t> order;
  for (std::size_t j = 0; j < count; ++j) {
    order.push_back(j);
    state.in_service[j][i] *= std::exp(-firm.retirement);
    power -= state.in_service[j][i] * firm.watts(numbers.tranches[j].chip);
    ready[j] = std::max(
        delivered_at(numbers, state, j, i, t - firm.installation_delay) - state.installed[j][i],
        0.0);
    by_site[j] = t < firm.site_ready ? 0.0 : ready[j];
  }
  power = std::max(power, 0.0);
  double rate = firm.installation_rate[s];
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return is_before(numbers.tranches[a], numbers.tranches[b], i);
  });
  for (std::size_t first = 0, next = 0; first < count; first = next) {
    double chips = 0, watts = 0;
    for (next = first; next < count &&
                       !is_before(numbers.tranches[order[first]], numbers.tranches[order[next]], i);
         ++next) {
      chips += by_site[order[next]];
      watts += by_site[order[next]] * firm.watts(numbers.tranches[order[next]].chip);
    }
    const double of_rate = chips > rate ? rate / chips : 1.0;
    const double of_power = watts > power ? power / watts : 1.0;
    for (std::size_t n = first; n < next; ++n) {
      const std::size_t j = order[n];
      by_rate[j] = by_site[j] * of_rate;
      by_power[j] = by_site[j] * of_power;
      const double installs = std::min(by_rate[j], by_power[j]);
      state.installed[j][i] += installs;
      state.in_service[j][i] += installs;
      rate -= installs;
      power -= installs * firm.watts(numbers.tranches[j].chip);
    }
    rate = std::max(rate, 0.0);
    power = std::max(power, 0.0);
  }
  for (std::size_t j = 0; j < count; ++j) {
    const double delivered = state.delivered.back()[j][i];
    state.installation_bound[j][i].reset();
    if (delivered - state.installed[j][i] <= 1e-6 * delivered) continue;
    Constraint bound = Constraint::installation_delay;
    double least = ready[j];
    const auto look = [&](Constraint constraint, double lets) {
      if (lets < least * (1 - 1e-9)) {
        least = lets;
        bound = constraint;
      }
    };
    look(Constraint::site, by_site[j]);
    look(Constraint::installation_rate, by_rate[j]);
    look(Constraint::power, by_power[j]);
    if (const Constraint of_delivery = state.delivery_bound[j][i];
        bound == Constraint::installation_delay &&
        (of_delivery == Constraint::supply || of_delivery == Constraint::aggregate_share_cap) &&
        state.arrived[j][i] - delivered > delivered - state.installed[j][i])
      bound = of_delivery;
    state.installation_bound[j][i] = bound;
  }
}

Constraint binding_of(const Case& numbers, int, std::size_t i, const State& state) {
  Constraint binding = Constraint::none;
  double most = 0;
  for (std::size_t j = 0; j < numbers.tranches.size(); ++j) {
    const double share = numbers.tranches[j].quantity * numbers.tranches[j].shares[i];
    if (share <= 0) continue;
    const double missing = share - state.installed[j][i];
    const Constraint bound = state.installation_bound[j][i].value_or(state.delivery_bound[j][i]);
    const bool is_same = std::fabs(missing - most) <= 1e-6 * share;
    if (is_same ? bound < binding && missing > 0 : missing > most) {
      most = std::max(most, missing);
      binding = bound;
    }
  }
  return binding;
}

}  // namespace tranche::reference
