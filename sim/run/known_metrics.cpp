#include "sim/run/known_metrics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/input/source_line.hpp"

namespace tranche {
namespace {

constexpr std::string_view cost_metric = "cost_usd_cumulative";

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether a rule of its licences keeps the chip out for certain.
bool is_kept_out(const Tranche& tranche, const Scenario& scenario, const Catalogue& catalogue) {
  const ChipEntry& chip = *catalogue.find_chip(tranche.chip);
  return std::any_of(
      scenario.permissions.begin(), scenario.permissions.end(), [&](const Permission& permission) {
        return !permission.rule.empty() && is_among(tranche.permissions, permission.name) &&
               status_under(*catalogue.find_rule(permission.rule), chip).eligible == Verdict::no;
      });
}

// Whether it has a share that can be more than 0.
bool gets_chips(const Tranche& tranche, const std::string& firm) {
  return std::any_of(
      tranche.split.entries.begin(), tranche.split.entries.end(), [&](const Shares::Entry& entry) {
        const Distribution& share = entry.share.distribution;
        return entry.name == firm && !(share.is_constant() && share.parameters.at(0) == 0.0);
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

std::vector<const Tranche*> unpriced_tranches(const Scenario& scenario, const Catalogue& catalogue,
                                              const std::string& firm) {
  std::vector<const Tranche*> unpriced;
  for (const Tranche& tranche : scenario.tranches)
    if (!tranche.price_usd && gets_chips(tranche, firm) &&
        !is_kept_out(tranche, scenario, catalogue))
      unpriced.push_back(&tranche);
  return unpriced;
}

bool is_unknown(const LoweredScenario& lowered, std::int32_t variant, std::int32_t firm,
                std::int32_t metric) {
  if (lowered.lacks_prices.empty()) return false;
  const std::size_t place =
      static_cast<std::size_t>(variant) * lowered.firms.size() + static_cast<std::size_t>(firm);
  return lowered.metrics[static_cast<std::size_t>(metric)].needs_prices &&
         lowered.lacks_prices[place] != 0;
}

void mark_unknown_costs(const ScenarioSet& set, const Catalogue& catalogue,
                        LoweredScenario& lowered) {
  bool has_cost = false;
  for (MetricInfo& metric : lowered.metrics) {
    metric.needs_prices = metric.name == cost_metric;
    has_cost = has_cost || metric.needs_prices;
  }
  if (!has_cost) return;
  std::vector<char> lacks;
  for (const Variant& variant : set.variants) {
    char any = 0;
    for (const Firm& firm : variant.scenario.firms) {
      const auto unpriced = unpriced_tranches(variant.scenario, catalogue, firm.name);
      lacks.push_back(unpriced.empty() ? 0 : 1);
      any = std::max(any, lacks.back());
      for (const Tranche* const tranche : unpriced) {
        const std::string text = fmt::format(
            "the price of `{}` is not known: `{}` is unknown for the firms that get "
            "tranche `{}`, and for all firms together",
            tranche->chip, cost_metric, tranche->name);
        const bool is_said =
            std::any_of(lowered.notes.begin(), lowered.notes.end(),
                        [&](const Diagnostic& note) { return note.problem == text; });
        if (is_said) continue;
        lowered.notes.push_back(
            {.where = tranche->chip_where,
             .problem = text,
             .help = {fmt::format("give tranche `{}` a `price`; \"0 USD\" is for chips that cost "
                                  "nothing",
                                  tranche->name)},
             .source_line = source_line_of(tranche->chip_where),
             .severity = Severity::warning});
        lowered.remarks.push_back(text);
      }
    }
    lacks.push_back(any);
  }
  if (std::find(lacks.begin(), lacks.end(), char{1}) != lacks.end())
    lowered.lacks_prices = std::move(lacks);
}

void refuse_unknown_cost(const Scenario& scenario, const Catalogue& catalogue,
                         const std::string& metric, const std::string& firm,
                         const SourceSpan& where) {
  if (metric != cost_metric) return;
  const std::vector<std::string> firms = firm_names(scenario);
  for (const std::string& name : firms) {
    if (is_among(firms, firm) && name != firm) continue;
    const auto unpriced = unpriced_tranches(scenario, catalogue, name);
    if (unpriced.empty()) continue;
    refuse(where,
           fmt::format("`{}` is unknown for {}: the catalogue knows no price of `{}`", metric,
                       firm == "all" ? std::string("all firms together") : "`" + name + "`",
                       unpriced.front()->chip),
           {fmt::format("give tranche `{}` a `price`", unpriced.front()->name)});
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
    refuse_unknown_cost(variant.scenario, catalogue, asked, base.headline.firm, where);
}

}  // namespace tranche
