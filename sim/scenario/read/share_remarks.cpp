// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/share_remarks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "sim/input/quantity_text.hpp"

namespace tranche {
namespace {

constexpr double rounding = 1e-9;

// Shares by the path of their table, "tranches.first.split", without those of Dirichlet
// distributions, which always sum to 1.
std::map<std::string, const Shares*> plain_shares(const Scenario& scenario) {
  std::map<std::string, const Shares*> shares;
  const auto add = [&](const std::string& path, const Shares& of) {
    if (!of.dirichlet && !of.entries.empty()) shares.emplace(path, &of);
  };
  for (const Tranche& tranche : scenario.tranches)
    add(fmt::format("tranches.{}.split", tranche.name), tranche.split);
  for (const Firm& firm : scenario.firms)
    if (!firm.workloads_are_alternatives)
      add(fmt::format("firms.{}.workloads", firm.name), firm.workloads);
  return shares;
}

double sum_of(const Shares& shares) {
  double sum = 0;
  for (const Shares::Entry& entry : shares.entries) sum += mean(entry.share.distribution);
  return sum;
}

bool is_whole(double sum) { return sum > 1 - rounding && sum < 1 + rounding; }

std::string missing_text(const std::string& path, double sum) {
  return fmt::format("the shares of `{}` sum to {:.4g} %, and {:.4g} % are not assigned", path,
                     100 * sum, 100 * (1 - sum));
}

// Share that a level of an axis sets, if it is a single number.
std::optional<double> share_in(const SweepLevel& level) {
  if (level.assignments.size() != 1) return std::nullopt;
  const Node& value = level.assignments.front().value;
  if (value.is_number()) return value.number;
  return value.is_string() ? parse_quantity(value.text, UnitKind::fraction).value : std::nullopt;
}

// Smallest value that an axis sets, and its location.
struct Least {
  double share = 1;
  SourceSpan where;
};
std::optional<Least> min_of(const SweepAxis& axis) {
  std::vector<SweepLevel> levels = axis.levels;
  if (axis.range) levels = {range_level(axis, 0), range_level(axis, 1)};
  Least least{.where = axis.where};
  for (const SweepLevel& level : levels) {
    const std::optional<double> share = share_in(level);
    if (!share) return std::nullopt;
    least.share = std::min(least.share, *share);
  }
  return least;
}

}  // namespace

void remark_on_idle_firms(const std::vector<Variant>& variants, const Node& root,
                          Problems& problems) {
  std::set<std::string> served;
  for (const Variant& variant : variants) {
    for (const Firm& firm : variant.scenario.firms)
      if (!firm.stock.empty()) served.insert(firm.name);
    for (const Tranche& tranche : variant.scenario.tranches)
      for (const Shares::Entry& entry : tranche.split.entries) served.insert(entry.name);
  }
  for (const Firm& firm : variants.front().scenario.firms) {
    if (served.contains(firm.name)) continue;
    const Node* node = root.find_path("firms." + firm.name);
    problems.warning(
        node != nullptr ? node->key_where : SourceSpan{},
        fmt::format("`{}` gets no chips: no `split` names it, and it has no `stock`", firm.name),
        {fmt::format("give it a share: `split = {{ {} = 0.1, ... }}`", firm.name)});
  }
}

void remark_on_missing_shares(const std::vector<Variant>& variants,
                              const std::vector<Change>& what_ifs, Problems& problems) {
  const auto before = plain_shares(variants.front().scenario);
  for (std::size_t i = 1; i < variants.size() && i <= what_ifs.size(); ++i) {
    for (const auto& [path, shares] : plain_shares(variants[i].scenario)) {
      const auto base = before.find(path);
      const double sum = sum_of(*shares);
      if (base == before.end() || !is_whole(sum_of(*base->second)) || sum > 1 - rounding) continue;
      const Change& change = what_ifs[i - 1];
      const auto setter = std::find_if(
          change.assignments.begin(), change.assignments.end(),
          [&, &table = path](const Assignment& a) { return a.path.starts_with(table); });
      problems.warning(setter != change.assignments.end() ? setter->path_where : change.where,
                       fmt::format("{}: {}", change.label, missing_text(path, sum)),
                       {"the other shares stay as they are; set those that should grow, too"});
    }
  }
}

void remark_on_swept_shares(const SweepSpec& sweep, const Scenario& base, Problems& problems) {
  for (const auto& [path, shares] : plain_shares(base)) {
    if (!is_whole(sum_of(*shares))) continue;
    double sum = 0;
    std::optional<SourceSpan> where;
    for (const Shares::Entry& entry : shares->entries) {
      double share = mean(entry.share.distribution);
      for (const SweepAxis& axis : sweep.axes) {
        if (axis.path != path + "." + entry.name) continue;
        const std::optional<Least> least = min_of(axis);
        if (!least) continue;
        share = least->share;
        where = least->where;
      }
      sum += share;
    }
    if (!where || sum > 1 - rounding) continue;
    problems.warning(
        *where, fmt::format("at the lowest values of this sweep {}", missing_text(path, sum)),
        {"the other shares stay as they are; sweep what-ifs or whole splits where the rest should "
         "grow: `values = [{ a = 0.2, b = 0.8 }, { a = 0.4, b = 0.6 }]`"});
  }
}

}  // namespace tranche
