// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/limits.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace tranche {
namespace {

using kernels::Constraint;
using kernels::LevelSpec;
using kernels::LimitSpec;
using kernels::LimitUnit;
using kernels::PassingSpec;
using kernels::ServeSpec;

using Members = std::vector<std::int32_t>;  // lines

// One limit of the scenario: its kind, and the lines that it covers.
struct Limit {
  LevelSpec level;
  LimitUnit unit = LimitUnit::chips;
  Members members;
  bool is_over_firms = false;  // all firms share it, also if only one is there
};

// A limit that several lines share, with all levels over the same members.
struct SharedLimit {
  LimitUnit unit = LimitUnit::chips;
  Members members;
  std::vector<LevelSpec> levels;
  std::int32_t firm = 0;
};

class LimitPlan {
 public:
  LimitPlan(const Scenario& scenario, const std::vector<PlannedAllotment>& allotments,
            ColumnPlan& columns, kernels::FleetData& data)
      : scenario_(scenario), lines_(allotments), columns_(columns), data_(data) {}

  void make(kernels::VariantSpec& variant) {
    for (const Limit& limit : limits()) add(limit);
    for (const PlannedAllotment& allotment : lines_) write_own(allotment.allotment);
    variant.serve_begin = size_of(data_.serves);
    std::set<std::int32_t> priorities;
    for (const PlannedAllotment& allotment : lines_) priorities.insert(allotment.tranche->priority);
    for (const std::int32_t priority : priorities) write_class(priority);
    variant.serve_end = size_of(data_.serves);
  }

 private:
  using Choose = std::function<bool(const PlannedAllotment&)>;
  Members chosen(const Choose& choose) const {
    Members members;
    for (const PlannedAllotment& allotment : lines_)
      if (choose(allotment)) members.push_back(allotment.allotment);
    return members;
  }
  const PlannedAllotment& planned(std::int32_t allotment) const {
    return *std::find_if(lines_.begin(), lines_.end(),
                         [&](const PlannedAllotment& l) { return l.allotment == allotment; });
  }
  // A stock with what comes on top of it, chips and chips per second.
  LevelSpec growing_level(Constraint constraint, const std::optional<Input>& stock,
                          const std::optional<Input>& rate, const Owner& owner) {
    const double step_s = step_seconds(scenario_.step);
    const kernels::Slot base = columns_.input_or(stock, 1.0, owner, 0.0);
    if (rate && rate->schedule)
      return {constraint, columns_.accumulated(*rate, step_s, base, owner), columns_.constant(0.0),
              columns_.constant(1.0)};
    return {constraint, base, columns_.input_or(rate, step_s, owner, 0.0), columns_.constant(1.0)};
  }

  void add_limits_of(const Permission& permission, std::vector<Limit>& all) {
    const auto is_under = [&](const PlannedAllotment& allotment) {
      return std::ranges::count(allotment.tranche->permissions, permission.name) > 0;
    };
    if (permission.per_buyer_cap_chips || permission.per_buyer_rate_chips_per_s)
      for (const Firm& firm : scenario_.firms)
        all.push_back({growing_level(Constraint::per_buyer_cap, permission.per_buyer_cap_chips,
                                     permission.per_buyer_rate_chips_per_s, {}),
                       LimitUnit::chips, chosen([&](const PlannedAllotment& allotment) {
                         return allotment.firm == &firm && is_under(allotment);
                       })});
    if (permission.total_cap_chips || permission.total_rate_chips_per_s)
      all.push_back({growing_level(Constraint::total_cap, permission.total_cap_chips,
                                   permission.total_rate_chips_per_s, {}),
                     LimitUnit::chips, chosen(is_under), true});
    if (permission.aggregate_share_cap) {
      LevelSpec level =
          growing_level(Constraint::aggregate_share_cap, permission.reference_shipped_chips,
                        permission.reference_shipments_chips_per_s, {});
      level.factor = columns_.input(*permission.aggregate_share_cap, 1.0, {});
      all.push_back({level, LimitUnit::chips, chosen(is_under), true});
    }
  }

  // In the order of the constraints: of two equal limits the earlier is recorded.
  std::vector<Limit> limits() {
    std::vector<Limit> all;
    for (const Permission& permission : scenario_.permissions) add_limits_of(permission, all);
    for (const Tranche& tranche : scenario_.tranches) {
      if (!tranche.supply_stock_chips && !tranche.supply_rate_chips_per_s) continue;
      const Owner owner{"", tranche.name};
      all.push_back({growing_level(Constraint::supply, tranche.supply_stock_chips,
                                   tranche.supply_rate_chips_per_s, owner),
                     LimitUnit::chips, chosen([&](const PlannedAllotment& allotment) {
                       return allotment.tranche == &tranche;
                     }),
                     true});
    }
    for (const Firm& firm : scenario_.firms) {
      const auto is_own = [&](const PlannedAllotment& allotment) {
        return allotment.firm == &firm;
      };
      const auto level = [&](Constraint constraint, const Input& input) {
        return LevelSpec{constraint, columns_.input(input, 1.0, {firm.name, ""}),
                         columns_.constant(0.0), columns_.constant(1.0)};
      };
      if (firm.budget_usd)
        all.push_back(
            {level(Constraint::budget, *firm.budget_usd), LimitUnit::usd, chosen(is_own)});
      if (firm.demand_chips)
        all.push_back(
            {level(Constraint::demand, *firm.demand_chips), LimitUnit::chips, chosen(is_own)});
    }
    std::stable_sort(all.begin(), all.end(), [](const Limit& a, const Limit& b) {
      return a.level.constraint < b.level.constraint;
    });
    return all;
  }

  bool passes_on(const Tranche& tranche) const { return tranche.unused == "passed_on"; }

  // Of a limit over all firms, a line whose tranche lapses gets its own part. Any other limit of
  // one line belongs to that line.
  void add(const Limit& limit) {
    if (limit.members.empty()) return;
    std::set<const Tranche*> tranches;
    for (const std::int32_t member : limit.members) {
      const Tranche& tranche = *planned(member).tranche;
      tranches.insert(&tranche);
      if (limit.is_over_firms && !passes_on(tranche)) add_part(limit, member);
    }
    const bool lapses = tranches.size() == 1 && !passes_on(**tranches.begin());
    if (limit.is_over_firms && lapses) return;
    if (limit.members.size() == 1) {
      own_[limit.members.front()].push_back(limit.level);
      return;
    }
    const auto same = std::find_if(shared_.begin(), shared_.end(), [&](const SharedLimit& s) {
      return s.unit == limit.unit && s.members == limit.members;
    });
    if (same != shared_.end())
      same->levels.push_back(limit.level);
    else
      shared_.push_back({limit.unit, limit.members, {limit.level}});
  }

  void add_part(const Limit& limit, std::int32_t member) {
    LevelSpec level = limit.level;
    level.share_column = data_.allotments[static_cast<std::size_t>(member)].share_column;
    const Tranche* const own = planned(member).tranche;
    Members others;
    for (const std::int32_t other : limit.members)
      if (planned(other).tranche != own) others.push_back(other);
    level.others_begin = size_of(data_.members);
    data_.members.insert(data_.members.end(), others.begin(), others.end());
    level.others_end = size_of(data_.members);
    own_[member].push_back(level);
  }

  void write_own(std::int32_t allotment) {
    kernels::AllotmentSpec& spec = data_.allotments[static_cast<std::size_t>(allotment)];
    spec.level_begin = size_of(data_.levels);
    for (const LevelSpec& level : own_[allotment]) data_.levels.push_back(level);
    spec.level_end = size_of(data_.levels);
  }

  void write(const SharedLimit& shared) {
    LimitSpec spec;
    spec.unit = shared.unit;
    spec.firm = shared.firm;
    spec.level_begin = size_of(data_.levels);
    data_.levels.insert(data_.levels.end(), shared.levels.begin(), shared.levels.end());
    spec.level_end = size_of(data_.levels);
    spec.member_begin = size_of(data_.members);
    data_.members.insert(data_.members.end(), shared.members.begin(), shared.members.end());
    spec.member_end = size_of(data_.members);
    data_.limits.push_back(spec);
  }

  // Power caps of firms that can pass chips on to others.
  std::vector<SharedLimit> power_limits(const Members& passing) const {
    std::vector<SharedLimit> limits;
    for (const Firm& firm : scenario_.firms) {
      if (!firm.power_cap_w) continue;
      SharedLimit limit{LimitUnit::watts, {}, {}};
      for (const std::int32_t allotment : passing)
        if (planned(allotment).firm == &firm) limit.members.push_back(allotment);
      if (limit.members.empty()) continue;
      limit.firm = data_.allotments[static_cast<std::size_t>(limit.members.front())].firm;
      limits.push_back(std::move(limit));
    }
    return limits;
  }

  void write_class(std::int32_t priority) {
    const Members members = chosen(
        [&](const PlannedAllotment& allotment) { return allotment.tranche->priority == priority; });
    ServeSpec spec;
    spec.member_begin = size_of(data_.members);
    data_.members.insert(data_.members.end(), members.begin(), members.end());
    spec.member_end = size_of(data_.members);
    Members passing;
    spec.passing_begin = size_of(data_.passing);
    for (const Tranche& tranche : scenario_.tranches) {
      if (tranche.priority != priority || !passes_on(tranche)) continue;
      const Members own =
          chosen([&](const PlannedAllotment& allotment) { return allotment.tranche == &tranche; });
      if (own.size() < 2) continue;
      passing.insert(passing.end(), own.begin(), own.end());
      PassingSpec passing_spec;
      passing_spec.member_begin = size_of(data_.members);
      data_.members.insert(data_.members.end(), own.begin(), own.end());
      passing_spec.member_end = size_of(data_.members);
      data_.passing.push_back(passing_spec);
    }
    spec.passing_end = size_of(data_.passing);
    spec.limit_begin = size_of(data_.limits);
    for (const SharedLimit& shared : shared_)
      if (std::ranges::any_of(shared.members, [&](std::int32_t allotment) {
            return planned(allotment).tranche->priority == priority;
          }))
        write(shared);
    spec.watts_begin = size_of(data_.limits);
    for (const SharedLimit& power : power_limits(passing)) {
      spec.counts_power = 1;
      const auto own = std::ranges::count_if(lines_, [&](const PlannedAllotment& allotment) {
        return allotment.firm == planned(power.members.front()).firm;
      });
      if (own == 1)
        data_.allotments[static_cast<std::size_t>(power.members.front())].is_fed = 1;
      else
        write(power);
    }
    spec.limit_end = size_of(data_.limits);
    // A budget does not cover chips that cost nothing.
    bool has_budget = false;
    for (std::int32_t l = spec.limit_begin; l < spec.limit_end; ++l)
      has_budget |= data_.limits[static_cast<std::size_t>(l)].unit == LimitUnit::usd;
    const bool is_partial = has_budget && spec.limit_end - spec.limit_begin > 1;
    spec.overlaps = is_partial || sets_of(spec).size() > 1 ? 1 : 0;
    data_.serves.push_back(spec);
  }

  // Distinct sets of lines that limits and passing tranches of a class cover.
  std::set<Members> sets_of(const ServeSpec& spec) const {
    std::set<Members> sets;
    const auto add_lines = [&](std::int32_t begin, std::int32_t end) {
      sets.emplace(data_.members.begin() + begin, data_.members.begin() + end);
    };
    for (std::int32_t l = spec.limit_begin; l < spec.limit_end; ++l) {
      const LimitSpec& limit = data_.limits[static_cast<std::size_t>(l)];
      add_lines(limit.member_begin, limit.member_end);
    }
    for (std::int32_t p = spec.passing_begin; p < spec.passing_end; ++p) {
      const PassingSpec& passing = data_.passing[static_cast<std::size_t>(p)];
      add_lines(passing.member_begin, passing.member_end);
    }
    return sets;
  }

  const Scenario& scenario_;
  const std::vector<PlannedAllotment>& lines_;
  ColumnPlan& columns_;
  kernels::FleetData& data_;
  std::map<std::int32_t, std::vector<LevelSpec>> own_;
  std::vector<SharedLimit> shared_;
};

}  // namespace

void lower_limits(const Scenario& scenario, const std::vector<PlannedAllotment>& allotments,
                  ColumnPlan& columns, kernels::FleetData& data, kernels::VariantSpec& variant) {
  LimitPlan(scenario, allotments, columns, data).make(variant);
}

}  // namespace tranche
