// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/known_metrics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/input/source_line.hpp"
#include "sim/simulate/lowering/chips.hpp"
#include "sim/simulate/lowering/warning.hpp"

namespace tranche {
namespace {

constexpr const char* cost_metric = "cost_usd_cumulative";

// Chips of a firm: location in the file, and origin.
struct Holding {
  const ChipEntry* chip;
  SourceSpan where;
  std::string whose;
};

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// True if a rule of its licences certainly excludes the chip.
bool is_kept_out(const Tranche& tranche, const Scenario& scenario, const Catalogue& catalogue) {
  const ChipEntry& chip = *catalogue.find_chip(tranche.chip);
  return std::any_of(
      scenario.permissions.begin(), scenario.permissions.end(), [&](const Permission& permission) {
        return !permission.rule.empty() && is_among(tranche.permissions, permission.name) &&
               status_under(*catalogue.find_rule(permission.rule), chip).eligible == Verdict::no;
      });
}

// True if the firm has a share that can exceed 0.
bool gets_chips(const Tranche& tranche, const std::string& firm) {
  return std::any_of(tranche.split.entries.begin(), tranche.split.entries.end(),
                     [&](const Shares::Entry& entry) {
                       return entry.name == firm && !is_always(entry.share, 0.0);
                     });
}

std::vector<std::string> firm_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Firm& firm : scenario.firms) names.push_back(firm.name);
  return names;
}

[[noreturn]] void refuse(const SourceSpan& where, const std::string& problem,
                         std::vector<std::string> help) {
  throw InputError({{.where = where,
                     .problem = problem,
                     .help = std::move(help),
                     .source_line = source_line_of(where)}});
}

}  // namespace

std::vector<UnknownFigure> unknown_figures(const Scenario& scenario, const Catalogue& catalogue,
                                           const Firm& firm) {
  std::vector<UnknownFigure> unknown;
  std::vector<Holding> holdings;
  for (const Stock& stock : firm.stock)
    holdings.push_back({catalogue.find_chip(stock.chip), stock.units_chips.where,
                        fmt::format("that have `{}` from the start", stock.chip)});
  for (const Tranche& tranche : scenario.tranches) {
    if (!gets_chips(tranche, firm.name) || is_kept_out(tranche, scenario, catalogue)) continue;
    holdings.push_back({catalogue.find_chip(tranche.chip), tranche.chip_where,
                        fmt::format("that get tranche `{}`", tranche.name)});
    if (tranche.price_usd) continue;
    unknown.push_back({fmt::format("the price of `{}`", tranche.chip),
                       {cost_metric},
                       tranche.chip_where,
                       holdings.back().whose,
                       fmt::format("give tranche `{}` a `price`; \"0 USD\" is for chips that cost "
                                   "nothing",
                                   tranche.name)});
  }
  const bool is_free = is_always(firm.electricity_usd_per_j, 0.0);
  for (const Holding& holding : holdings) {
    const ChipEntry& chip = *holding.chip;
    if (!known_watts(scenario, firm, chip)) {
      std::vector<std::string> metrics = {"power_mw", "energy_mwh_cumulative"};
      if (!is_free) metrics.emplace_back(cost_metric);
      unknown.push_back({fmt::format("the power of `{}`", chip.name), std::move(metrics),
                         holding.where, holding.whose,
                         "add `tdp` to the chip in a catalogue file, with its source"});
    }
    for (const Yardstick& yardstick : catalogue.yardsticks)
      if (!yardstick_value(yardstick, chip, catalogue))
        unknown.push_back({fmt::format("the `{}` of `{}`", yardstick.name, chip.name),
                           {yardstick.name},
                           holding.where,
                           holding.whose,
                           fmt::format("it needs a figure of the chip that is not published; see "
                                       "`tranche catalogue chips {}`",
                                       chip.name)});
  }
  // A metric relative to the counterpart is unknown if its base metric is.
  if (scenario.counterpart)
    for (UnknownFigure& figure : unknown)
      if (is_among(figure.metrics, scenario.counterpart->metric))
        figure.metrics.insert(figure.metrics.end(), {"months_behind", "counterpart_ratio"});
  return unknown;
}

bool is_unknown(const LoweredScenario& lowered, std::int32_t variant, std::int32_t firm,
                std::int32_t metric) {
  if (lowered.unknown.empty()) return false;
  const std::size_t row =
      static_cast<std::size_t>(variant) * lowered.firms.size() + static_cast<std::size_t>(firm);
  return lowered.unknown[row * lowered.metrics.size() + static_cast<std::size_t>(metric)] != 0;
}

void mark_unknown(const ScenarioSet& set, const Catalogue& catalogue, LoweredScenario& lowered) {
  const std::size_t metrics = lowered.metrics.size();
  std::vector<char> unknown;
  const auto say = [&](const UnknownFigure& figure, const std::vector<std::string>& names) {
    const std::string text = fmt::format(
        "{} is not known: `{}` {} unknown for the firms {}, and for all firms together",
        figure.what, fmt::join(names, "`, `"), names.size() == 1 ? "is" : "are", figure.whose);
    const bool is_said = std::any_of(lowered.notes.begin(), lowered.notes.end(),
                                     [&](const Diagnostic& note) { return note.problem == text; });
    if (!is_said) add_warning(lowered, figure.where, text, {figure.help});
  };
  for (const Variant& variant : set.variants) {
    std::vector<char> all(metrics, 0);
    for (const Firm& firm : variant.scenario.firms) {
      std::vector<char> own(metrics, 0);
      for (const UnknownFigure& figure : unknown_figures(variant.scenario, catalogue, firm)) {
        std::vector<std::string> kept;
        for (std::size_t m = 0; m < metrics; ++m) {
          if (!is_among(figure.metrics, lowered.metrics[m].name)) continue;
          own[m] = all[m] = 1;
          kept.push_back(lowered.metrics[m].name);
        }
        if (!kept.empty()) say(figure, kept);
      }
      unknown.insert(unknown.end(), own.begin(), own.end());
    }
    unknown.insert(unknown.end(), all.begin(), all.end());
  }
  if (std::find(unknown.begin(), unknown.end(), char{1}) != unknown.end())
    lowered.unknown = std::move(unknown);
}

void refuse_unknown(const Scenario& scenario, const Catalogue& catalogue, const std::string& metric,
                    const std::string& firm, const SourceSpan& where) {
  const std::vector<std::string> firms = firm_names(scenario);
  for (const Firm& one : scenario.firms) {
    if (is_among(firms, firm) && one.name != firm) continue;
    for (const UnknownFigure& figure : unknown_figures(scenario, catalogue, one)) {
      if (!is_among(figure.metrics, metric)) continue;
      refuse(where,
             fmt::format("`{}` is unknown for {}: {} is not known", metric,
                         firm == "all" ? std::string("all firms together") : "`" + one.name + "`",
                         figure.what),
             {figure.help});
    }
  }
}

void check_headline(const ScenarioSet& set, const Catalogue& catalogue) {
  const Scenario& base = set.variants.front().scenario;
  if (!base.headline.metric_where) return;
  const std::string& asked = base.headline.metric;
  const SourceSpan& where = *base.headline.metric_where;
  const std::vector<std::string> kept = computable_metrics(set, catalogue);
  if (!is_among(kept, asked)) {
    const bool is_left_out = !base.metrics.empty() && !is_among(base.metrics, asked);
    refuse(where,
           is_left_out ? fmt::format("the headline `{}` is not among the `metrics` kept", asked)
                       : fmt::format("metric `{}` does not apply to this scenario", asked),
           {is_left_out ? "add it to `metrics`, or lead with one of them"
                        : "no workload or counterpart of it gives this metric",
            fmt::format("metrics here: `{}`", fmt::join(kept, "`, `"))});
  }
  for (const Variant& variant : set.variants)
    refuse_unknown(variant.scenario, catalogue, asked, base.headline.firm, where);
}

}  // namespace tranche
