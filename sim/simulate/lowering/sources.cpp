// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/sources.hpp"

#include <algorithm>

namespace tranche {
namespace {

constexpr const char* stock_prefix = "stock.";
constexpr const char* tranche_prefix = "tranches.";

void add(std::vector<SourceInfo>& list, SourceInfo::Kind kind, const std::string& name,
         const std::string& title) {
  const bool is_known =
      std::ranges::any_of(list, [&](const SourceInfo& source) { return source.name == name; });
  if (!is_known) list.push_back({kind, name, title});
}

std::int32_t index_of(const std::vector<SourceInfo>& list, const std::string& name) {
  const auto found =
      std::ranges::find_if(list, [&](const SourceInfo& source) { return source.name == name; });
  return static_cast<std::int32_t>(found - list.begin());
}

}  // namespace

SourcePlan::SourcePlan(const ScenarioSet& set) {
  for (const Variant& variant : set.variants) {
    for (const Firm& firm : variant.scenario.firms)
      for (const Stock& stock : firm.stock)
        add(stocks_, SourceInfo::Kind::stock, stock_prefix + stock.name, stock.name);
    for (const Tranche& tranche : variant.scenario.tranches)
      add(tranches_, SourceInfo::Kind::tranche, tranche_prefix + tranche.name,
          tranche.title.empty() ? tranche.name : tranche.title);
  }
}

std::int32_t SourcePlan::stock(const std::string& name) const {
  return index_of(stocks_, stock_prefix + name);
}

std::int32_t SourcePlan::tranche(const std::string& name) const {
  return index_of(tranches_, tranche_prefix + name);
}

void SourcePlan::count(const Scenario& base, LoweredScenario& lowered) const {
  using kernels::SourceSpec;
  std::vector<SourceSpec>& specs = lowered.data.sources;
  for (std::int32_t s = 0; s < std::ssize(stocks_); ++s)
    specs.push_back({.allotment = SourceSpec::none, .stock = s});
  for (std::int32_t t = 0; t < std::ssize(tranches_); ++t)
    specs.push_back({.allotment = t, .stock = SourceSpec::none});
  lowered.sources = stocks_;
  lowered.sources.insert(lowered.sources.end(), tranches_.begin(), tranches_.end());
  // A sum per kind, unless it equals a single member or the total.
  if (stocks_.size() > 1 && !tranches_.empty()) {
    specs.push_back({.allotment = SourceSpec::none, .stock = SourceSpec::all});
    lowered.sources.push_back({SourceInfo::Kind::all_stock, "stock", "chips it had"});
  }
  if (tranches_.size() > 1 && !stocks_.empty()) {
    specs.push_back({.allotment = SourceSpec::all, .stock = SourceSpec::none});
    lowered.sources.push_back({SourceInfo::Kind::all_tranches, "tranches", "all tranches"});
  }
  const auto month = std::ranges::find(lowered.steps, base.headline.month);
  lowered.data.numbers.source_step = month == lowered.steps.end()
                                         ? base.steps - 1
                                         : static_cast<std::int32_t>(month - lowered.steps.begin());
}

}  // namespace tranche
