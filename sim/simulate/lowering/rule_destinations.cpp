// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/rule_destinations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/simulate/lowering/warning.hpp"

namespace tranche {
namespace {

template <class Names>
bool is_among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Firms with a share of a tranche that needs the licence.
std::vector<const Firm*> firms_under(const Scenario& scenario, const Permission& licence) {
  std::vector<const Firm*> firms;
  for (const Firm& firm : scenario.firms)
    for (const Tranche& tranche : scenario.tranches) {
      const bool gets =
          is_among(tranche.permissions, licence.name) &&
          std::any_of(tranche.split.entries.begin(), tranche.split.entries.end(),
                      [&](const Shares::Entry& entry) { return entry.name == firm.name; });
      if (!gets) continue;
      firms.push_back(&firm);
      break;
    }
  return firms;
}

// "China, Macau, Hong Kong", or the first of many.
std::string destinations_text(const RuleVintage& rule) {
  constexpr std::size_t shown = 4;
  const std::size_t count = rule.destinations.size();
  if (count <= shown) return fmt::format("{}", fmt::join(rule.destinations, ", "));
  return fmt::format("{} countries, see `tranche catalogue rules {}`", count, rule.name);
}

}  // namespace

void add_destination_notes(const ScenarioSet& set, const Catalogue& catalogue,
                           LoweredScenario& lowered) {
  std::vector<std::string> said;
  for (const Variant& variant : set.variants) {
    const std::string prefix = variant.name == "base" ? "" : variant.name + ": ";
    const auto is_new = [&](const std::string& text) {
      if (is_among(said, text)) return false;
      said.push_back(text);
      return true;
    };
    for (const Permission& licence : variant.scenario.permissions) {
      const RuleVintage* const rule = catalogue.find_rule(licence.rule);
      if (rule == nullptr) continue;
      std::vector<std::string> assumed;
      for (const Firm* const firm : firms_under(variant.scenario, licence)) {
        if (firm->country.empty()) assumed.push_back(firm->name);
        if (holds_for(*rule, firm->country) != Verdict::no) continue;
        const std::string text = fmt::format(
            "licence `{}` applies rule {} to firm `{}` in {}, outside the rule's "
            "destinations ({}); it is applied all the same",
            licence.name, rule->name, firm->name, firm->country, destinations_text(*rule));
        if (!is_new(text)) continue;
        add_warning(lowered, licence.rule_where, prefix + text,
                    {"give this firm's chips a tranche and a licence of their own, without "
                     "`rule` or with one that holds there",
                     rule->scope});
      }
      if (assumed.empty()) continue;
      const std::string text =
          rule->destinations.empty()
              ? fmt::format(
                    "rule {} lists no destinations; it is taken to hold for every firm "
                    "under licence {}",
                    rule->name, licence.name)
              : fmt::format("{} {} no `country`: assumed to be where rule {} holds ({})",
                            fmt::join(assumed, ", "), assumed.size() == 1 ? "has" : "have",
                            rule->name, destinations_text(*rule));
      if (is_new(text)) lowered.remarks.push_back(prefix + text);
    }
  }
}

}  // namespace tranche
