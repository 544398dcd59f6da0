// SPDX-License-Identifier: Apache-2.0

// docs/methods/fleet.md, section 1, Arrival and Delivery.
#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "tests/reference/reference_state.hpp"

namespace tranche::reference {

double first_arrival(const Tranche& tranche, const Schedule& schedule) {
  double from = schedule.announced;
  for (const double effective : schedule.effective) from = std::max(from, effective);
  double test = 0;
  for (const double delay : schedule.test_delays) test = std::max(test, delay);
  const double slip = tranche.slips.empty() ? 0.0 : tranche.slips.front();
  return from + test + schedule.lead_time + slip;
}

double arrived_fraction(const Tranche& tranche, const Schedule& schedule, double t) {
  double at = first_arrival(tranche, schedule);
  if (tranche.batches == 0) return std::clamp((t - at) / tranche.interval, 0.0, 1.0);
  int arrived = 0;
  for (int b = 0; b < tranche.batches; ++b) {
    if (b > 0) at += tranche.interval + tranche.slips[static_cast<std::size_t>(b)];
    if (at <= t) ++arrived;
  }
  return static_cast<double>(arrived) / tranche.batches;
}

namespace {

struct Claim {
  std::size_t tranche, firm;
  double chips;
  bool is_ended = false;                    // by a limit
  std::optional<Constraint> ended_by = {};  // empty: by the rest of the tranche
};

// Lines that a limit covers, and the amount that a chip takes. A line that it does not hold back
// takes of its room, too.
struct Cover {
  std::size_t tranche, firm;
  double weight;
  bool is_held_back = true;
};

struct Limit {
  std::optional<Constraint> kind;  // empty: the rest of the tranche
  double room, size;
  std::vector<Cover> covers;
  double weight(std::size_t tranche, std::size_t firm) const {
    for (const Cover& cover : covers)
      if (cover.tranche == tranche && cover.firm == firm && cover.is_held_back) return cover.weight;
    return 0;
  }
  void take(std::size_t tranche, std::size_t firm, double chips) {
    for (const Cover& cover : covers)
      if (cover.tranche == tranche && cover.firm == firm) room -= chips * cover.weight;
  }
  // Tolerance: subtraction of doubles loses a few units in 1e16 of the minuend.
  bool is_full() const { return room <= 1e-11 * size; }
};

class Step {
 public:
  Step(const Case& numbers, int step, State& state)
      : numbers_(numbers),
        state_(state),
        t_(step + 1.0),
        step_(static_cast<std::size_t>(step)),
        now_(state.delivered[static_cast<std::size_t>(step) + 1]),
        before_(state.delivered[static_cast<std::size_t>(step)]) {}

  void serve(const std::vector<std::size_t>& together) {
    for (const std::size_t j : together)
      for (Constraint& bound : state_.delivery_bound[j]) bound = Constraint::none;
    // 1. The share of each firm.
    std::vector<Claim> own = own_claims(together);
    fill(own, limits(true));
    note(own, together);
    // 2. The chips that one firm left, to the others, as long as one of them can take some.
    for (int pass = 0;; ++pass) {
      std::vector<Claim> passed = passed_claims(together, limits(true));
      if (passed.empty()) break;
      if (pass == 100) throw std::logic_error("chips are passed on without end");
      fill(passed, limits(true), 1);
    }
    // 3. The chips that no firm can power.
    std::vector<Claim> waiting = own_claims(together);
    fill(waiting, limits(false));
    note(waiting, together);
  }

 private:
  double rest_of(std::size_t j) const {
    double rest = 0;
    for (std::size_t i = 0; i < numbers_.firms.size(); ++i)
      rest += state_.arrived[j][i] - now_[j][i];
    return rest;
  }

  std::vector<Claim> own_claims(const std::vector<std::size_t>& together) const {
    std::vector<Claim> claims;
    for (const std::size_t j : together)
      for (std::size_t i = 0; i < numbers_.firms.size(); ++i)
        if (const double more = state_.arrived[j][i] - now_[j][i];
            more > 1e-11 * state_.arrived[j][i])
          claims.push_back({j, i, more});
    return claims;
  }

  std::vector<Claim> passed_claims(const std::vector<std::size_t>& together,
                                   const std::vector<Limit>& limits) const {
    std::vector<Claim> claims;
    for (const std::size_t j : together) {
      const double rest = rest_of(j);
      if (!numbers_.tranches[j].passes_on || rest <= 1e-11 * numbers_.tranches[j].quantity)
        continue;
      std::vector<std::size_t> able;
      double parts = 0;
      for (std::size_t i = 0; i < numbers_.firms.size(); ++i) {
        const bool has_room = std::none_of(limits.begin(), limits.end(), [&](const Limit& limit) {
          return limit.weight(j, i) > 0 && limit.is_full();
        });
        if (!has_room || state_.arrived[j][i] <= 0) continue;
        able.push_back(i);
        parts += state_.arrived[j][i];
      }
      for (const std::size_t i : able)
        claims.push_back({j, i, rest * state_.arrived[j][i] / parts});
    }
    return claims;
  }

  // Every limit with its remaining room, in the order of the table.
  std::vector<Limit> limits(bool with_power) const {
    std::vector<Limit> list;
    for (const Licence& licence : numbers_.licences) {
      const std::vector<std::size_t> under = tranches_under(licence);
      for (std::size_t i = 0; i < numbers_.firms.size(); ++i)
        add(list, Constraint::per_buyer_cap, licence.per_buyer_cap[step_], covers(under, {i}));
    }
    for (const Licence& licence : numbers_.licences)
      add_shared(list, Constraint::total_cap, licence.total_cap[step_], tranches_under(licence));
    for (const Licence& licence : numbers_.licences)
      add_shared(list, Constraint::aggregate_share_cap,
                 licence.share_of_reference[step_] == unlimited
                     ? unlimited
                     : licence.share_of_reference[step_] * licence.reference_shipped[step_],
                 tranches_under(licence));
    for (std::size_t j = 0; j < numbers_.tranches.size(); ++j) {
      const Tranche& tranche = numbers_.tranches[j];
      add_shared(list, Constraint::supply, tranche.supply[step_], {j});
    }
    for (std::size_t i = 0; i < numbers_.firms.size(); ++i) {
      std::vector<Cover> bought = covers(all_tranches(), {i});
      // Chips of earlier steps have been paid at the prices of those.
      double left = numbers_.firms[i].budget_usd[step_];
      for (Cover& cover : bought) {
        const BySteps& price = numbers_.tranches[cover.tranche].price_with_tariff_usd;
        cover.weight = price[step_];
        left -= state_.paid_usd[cover.tranche][i] - price[step_] * before_[cover.tranche][i];
      }
      add(list, Constraint::budget, left, bought, numbers_.firms[i].budget_usd[step_]);
    }
    for (std::size_t i = 0; i < numbers_.firms.size(); ++i)
      add(list, Constraint::demand, numbers_.firms[i].demand_chips[step_],
          covers(all_tranches(), {i}));
    for (std::size_t i = 0; with_power && i < numbers_.firms.size(); ++i) add_power(list, i);
    for (std::size_t j = 0; j < numbers_.tranches.size(); ++j) {
      const double rest = std::max(rest_of(j), 0.0);
      list.push_back({{}, rest, numbers_.tranches[j].quantity, covers({j}, all_firms())});
    }
    return list;
  }

  // `scale` is the size with which rounding grows, if not `size`.
  void add(std::vector<Limit>& list, Constraint kind, double size, const std::vector<Cover>& covers,
           std::optional<double> scale = {}) const {
    if (size == unlimited) return;
    double used = 0;
    for (const Cover& cover : covers) used += cover.weight * now_[cover.tranche][cover.firm];
    // A limit that fell below what has been delivered has no room.
    list.push_back({kind, std::max(size - used, 0.0), scale.value_or(size), covers});
  }

  // Adds a limit over all firms; firms of a lapsing tranche have only their own share of it.
  void add_shared(std::vector<Limit>& list, Constraint kind, double size,
                  const std::vector<std::size_t>& under) const {
    if (size == unlimited) return;
    add(list, kind, size, covers(under, all_firms()));
    for (const std::size_t j : under) {
      if (numbers_.tranches[j].passes_on) continue;
      double others = 0;
      for (const std::size_t k : under)
        for (std::size_t i = 0; k != j && i < numbers_.firms.size(); ++i) others += before_[k][i];
      for (std::size_t i = 0; i < numbers_.firms.size(); ++i)
        add(list, kind, numbers_.tranches[j].shares[i] * std::max(size - others, 0.0),
            covers({j}, {i}));
    }
  }

  void add_power(std::vector<Limit>& list, std::size_t i) const {
    const Firm& firm = numbers_.firms[i];
    const double cap = firm.power_cap_w[step_];
    if (cap == unlimited) return;
    Limit limit{Constraint::power, cap - stock_watts(firm, t_), cap, {}};
    for (std::size_t j = 0; j < numbers_.tranches.size(); ++j) {
      const double watts = firm.watts(numbers_.tranches[j].chip);
      const double retired =
          state_.installed[j][i] - state_.in_service[j][i] * std::exp(-firm.retirement);
      limit.room -= watts * (now_[j][i] - retired);
      limit.covers.push_back(
          {j, i, watts, numbers_.tranches[j].passes_on && numbers_.tranches[j].has_others});
    }
    list.push_back(limit);
  }

  void fill(std::vector<Claim>& claims, std::vector<Limit> limits, int max_rounds = 1'000'000) {
    const auto is_open = [](const Claim& claim) { return claim.chips > 0; };
    end_under_full(claims, limits);
    for (int round = 0; round < max_rounds && std::any_of(claims.begin(), claims.end(), is_open);
         ++round) {
      std::vector<double> allows;
      for (const Limit& limit : limits) {
        double claimed = 0;
        for (const Claim& claim : claims)
          claimed += claim.chips * limit.weight(claim.tranche, claim.firm);
        allows.push_back(claimed > limit.room ? std::max(limit.room, 0.0) / claimed : 1.0);
      }
      for (Claim& claim : claims) {
        if (!is_open(claim)) continue;
        double fraction = 1;
        for (std::size_t l = 0; l < limits.size(); ++l)
          if (limits[l].weight(claim.tranche, claim.firm) > 0)
            fraction = std::min(fraction, allows[l]);
        const double given = claim.chips * fraction;
        claim.chips = fraction == 1.0 ? 0.0 : claim.chips - given;
        now_[claim.tranche][claim.firm] += given;
        for (Limit& limit : limits) limit.take(claim.tranche, claim.firm, given);
      }
      end_under_full(claims, limits);
    }
  }

  static void end_under_full(std::vector<Claim>& claims, const std::vector<Limit>& limits) {
    for (const Limit& limit : limits) {
      if (!limit.is_full()) continue;
      for (Claim& claim : claims) {
        if (claim.chips <= 0 || limit.weight(claim.tranche, claim.firm) <= 0) continue;
        claim.chips = 0;
        claim.is_ended = true;
        claim.ended_by = limit.kind;
      }
    }
  }

  // Records the constraints that keep the firms of these tranches from having more.
  void note(const std::vector<Claim>& own, const std::vector<std::size_t>& together) {
    for (const std::size_t j : together)
      for (std::size_t i = 0; i < numbers_.firms.size(); ++i) {
        const Tranche& tranche = numbers_.tranches[j];
        const auto claim = std::find_if(
            own.begin(), own.end(), [&](const Claim& c) { return c.tranche == j && c.firm == i; });
        Constraint& bound = state_.delivery_bound[j][i];
        if (!tranche.is_eligible)
          bound = Constraint::rule;
        else if (!tranche.is_granted)
          bound = Constraint::permission;
        else if (claim != own.end() && claim->is_ended && claim->ended_by)
          bound = *claim->ended_by;
        else if (claim != own.end() && claim->is_ended && bound == Constraint::power)
          continue;  // no power for its own share, which others then took
        else if (arrived_fraction(tranche, tranche.schedules[i], t_) < 1.0)
          bound = Constraint::schedule;
        else
          bound = Constraint::none;
      }
  }

  std::vector<std::size_t> tranches_under(const Licence& licence) const {
    const auto index = static_cast<int>(&licence - numbers_.licences.data());
    std::vector<std::size_t> list;
    for (std::size_t j = 0; j < numbers_.tranches.size(); ++j)
      for (const int l : numbers_.tranches[j].licences)
        if (l == index) list.push_back(j);
    return list;
  }
  std::vector<std::size_t> all_tranches() const { return up_to(numbers_.tranches.size()); }
  std::vector<std::size_t> all_firms() const { return up_to(numbers_.firms.size()); }
  static std::vector<std::size_t> up_to(std::size_t count) {
    std::vector<std::size_t> list;
    for (std::size_t n = 0; n < count; ++n) list.push_back(n);
    return list;
  }
  static std::vector<Cover> covers(const std::vector<std::size_t>& tranches,
                                   const std::vector<std::size_t>& firms) {
    std::vector<Cover> list;
    for (const std::size_t j : tranches)
      for (const std::size_t i : firms) list.push_back({j, i, 1.0});
    return list;
  }

  const Case& numbers_;
  State& state_;
  double t_;
  std::size_t step_;
  Matrix& now_;
  const Matrix& before_;
};

}  // namespace

void deliver(const Case& numbers, int step, State& state) {
  state.delivered.push_back(state.delivered.back());
  std::set<int> priorities;
  for (std::size_t j = 0; j < numbers.tranches.size(); ++j) {
    const Tranche& tranche = numbers.tranches[j];
    priorities.insert(tranche.priority);
    for (std::size_t i = 0; i < numbers.firms.size(); ++i)
      state.arrived[j][i] = tranche.is_granted && tranche.is_eligible
                                ? tranche.quantity * tranche.shares[i] *
                                      arrived_fraction(tranche, tranche.schedules[i], step + 1.0)
                                : 0.0;
  }
  Step serving(numbers, step, state);
  for (const int priority : priorities) {
    std::vector<std::size_t> together;
    for (std::size_t j = 0; j < numbers.tranches.size(); ++j)
      if (numbers.tranches[j].priority == priority) together.push_back(j);
    serving.serve(together);
  }
  const auto s = static_cast<std::size_t>(step);
  for (std::size_t j = 0; j < numbers.tranches.size(); ++j)
    for (std::size_t i = 0; i < numbers.firms.size(); ++i)
      state.paid_usd[j][i] += (state.delivered[s + 1][j][i] - state.delivered[s][j][i]) *
                              numbers.tranches[j].price_with_tariff_usd[s];
}

}  // namespace tranche::reference
