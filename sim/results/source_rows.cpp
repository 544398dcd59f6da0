// SPDX-License-Identifier: Apache-2.0
#include "sim/results/source_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/base/parallel_for.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

constexpr std::string_view stock_prefix = "stock.", tranche_prefix = "tranches.";

const Scenario& scenario_of(const RunResult& result, std::int32_t variant) {
  return result.set.variants[static_cast<std::size_t>(variant)].scenario;
}

const SourceInfo& info(const RunResult& result, std::int32_t source) {
  return result.lowered.sources[static_cast<std::size_t>(source)];
}

// Chips of the source at one firm.
std::vector<std::string> chips_at(const RunResult& result, std::int32_t variant, const Firm& firm,
                                  const SourceInfo& source) {
  using Kind = SourceInfo::Kind;
  std::vector<std::string> chips;
  if (source.kind == Kind::stock || source.kind == Kind::all_stock)
    for (const Stock& stock : firm.stock)
      if (source.kind == Kind::all_stock || std::string(stock_prefix) + stock.name == source.name)
        chips.push_back(stock.chip);
  if (source.kind == Kind::tranche || source.kind == Kind::all_tranches)
    for (const Tranche& tranche : scenario_of(result, variant).tranches) {
      if (source.kind == Kind::tranche && std::string(tranche_prefix) + tranche.name != source.name)
        continue;
      if (std::ranges::any_of(tranche.split.entries,
                              [&](const Shares::Entry& e) { return e.name == firm.name; }))
        chips.push_back(tranche.chip);
    }
  return chips;
}

std::vector<std::string> chips_of(const RunResult& result, std::int32_t variant, std::int32_t firm,
                                  std::int32_t source) {
  const std::vector<Firm>& firms = scenario_of(result, variant).firms;
  std::vector<std::string> chips;
  for (std::int32_t f = 0; f < std::ssize(firms); ++f) {
    if (firm != f && firm != std::ssize(firms)) continue;
    for (std::string& chip :
         chips_at(result, variant, firms[static_cast<std::size_t>(f)], info(result, source)))
      if (std::ranges::count(chips, chip) == 0) chips.push_back(std::move(chip));
  }
  return chips;
}

}  // namespace

bool adds_up_over_sources(const LoweredScenario& lowered, const MetricInfo& metric) {
  using kernels::Sum;
  const kernels::MetricSpec& spec = lowered.data.metrics[static_cast<std::size_t>(metric.stored)];
  if (spec.kind != kernels::MetricKind::sum) return false;
  return std::ranges::none_of(std::initializer_list<Sum>{Sum::energy_j, Sum::training_flop,
                                                         Sum::cost_usd, Sum::largest_run_flop},
                              [&](Sum sum) { return spec.sum == static_cast<std::int32_t>(sum); });
}

bool has_source(const RunResult& result, std::int32_t variant, std::int32_t firm,
                std::int32_t source) {
  return !chips_of(result, variant, firm, source).empty();
}

std::string chip_of_source(const RunResult& result, std::int32_t variant, std::int32_t firm,
                           std::int32_t source) {
  const SourceInfo::Kind kind = info(result, source).kind;
  if (kind == SourceInfo::Kind::all_stock || kind == SourceInfo::Kind::all_tranches) return "";
  return fmt::format("{}", fmt::join(chips_of(result, variant, firm, source), ";"));
}

Statistics source_statistics(const RunResult& result, std::int32_t variant, std::int32_t firm,
                             std::int32_t source, const MetricInfo& metric) {
  const kernels::FleetView view = result.lowered.data.view();
  const auto cell = kernels::value_cell(view, view.steps + source, variant, firm, metric.stored);
  return statistics(result.tally, static_cast<std::size_t>(cell), metric.factor);
}

std::optional<std::int32_t> whole_source(const LoweredScenario& lowered, SourceInfo::Kind kind) {
  const bool of_stock = kind == SourceInfo::Kind::all_stock || kind == SourceInfo::Kind::stock;
  const SourceInfo::Kind one = of_stock ? SourceInfo::Kind::stock : SourceInfo::Kind::tranche;
  const SourceInfo::Kind all =
      of_stock ? SourceInfo::Kind::all_stock : SourceInfo::Kind::all_tranches;
  std::optional<std::int32_t> only;
  int count = 0;
  for (std::int32_t s = 0; s < std::ssize(lowered.sources); ++s) {
    const SourceInfo::Kind found = lowered.sources[static_cast<std::size_t>(s)].kind;
    if (found == all) return s;
    if (found != one) continue;
    only = s;
    ++count;
  }
  return count == 1 ? only : std::nullopt;
}

std::vector<SourceRow> source_rows(const RunResult& result) {
  const LoweredScenario& lowered = result.lowered;
  std::vector<SourceRow> rows;
  for (std::int32_t variant = 0; variant < std::ssize(lowered.variants); ++variant)
    for (std::int32_t firm = 0; firm < std::ssize(lowered.firms); ++firm)
      for (std::int32_t source = 0; source < std::ssize(lowered.sources); ++source) {
        const SourceInfo::Kind kind = info(result, source).kind;
        const bool is_single = kind == SourceInfo::Kind::stock || kind == SourceInfo::Kind::tranche;
        if (!is_single) continue;
        const std::string chip = chip_of_source(result, variant, firm, source);
        if (chip.empty()) continue;
        for (std::int32_t m = 0; m < std::ssize(lowered.metrics); ++m)
          if (adds_up_over_sources(lowered, lowered.metrics[static_cast<std::size_t>(m)]))
            rows.push_back({variant, firm, source, m, chip, {}});
      }
  parallel_for(rows.size(), result.threads, [&](std::size_t i) {
    SourceRow& row = rows[i];
    row.statistics = source_statistics(result, row.variant, row.firm, row.source,
                                       lowered.metrics[static_cast<std::size_t>(row.metric)]);
  });
  return rows;
}

std::vector<SourceBinding> source_bindings(const RunResult& result, std::int32_t variant,
                                           std::int32_t firm) {
  const kernels::FleetView view = result.lowered.data.view();
  std::vector<SourceBinding> rows;
  if (result.tally.draws == 0) return rows;
  for (std::int32_t s = 0; s < std::ssize(result.lowered.sources); ++s) {
    if (info(result, s).kind != SourceInfo::Kind::tranche) continue;
    std::vector<std::int32_t> firms;
    for (std::int32_t f = 0; f < view.firm_count; ++f)
      if ((firm == f || firm == view.firm_count) && has_source(result, variant, f, s))
        firms.push_back(f);
    for (std::int32_t c = 0; c < kernels::constraint_count; ++c) {
      double bound = 0;
      for (const std::int32_t f : firms)
        bound += static_cast<double>(result.tally.bindings[static_cast<std::size_t>(
            kernels::binding_counter(view, view.steps + s, variant, f, c))]);
      if (bound > 0)
        rows.push_back({s, static_cast<kernels::Constraint>(c),
                        bound / (static_cast<double>(result.tally.draws) *
                                 static_cast<double>(firms.size()))});
    }
  }
  return rows;
}

std::string by_source_csv(const RunResult& result, const std::vector<SourceRow>& rows) {
  const LoweredScenario& lowered = result.lowered;
  std::string out = "what_if,firm,source,chip,month,metric,unit,mean,sd,p05,p25,p50,p75,p95\n";
  const auto step = static_cast<std::size_t>(lowered.data.numbers.source_step);
  for (const SourceRow& row : rows) {
    const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(row.metric)];
    const Statistics& s = row.statistics;
    fmt::format_to(std::back_inserter(out),
                   "{},{},{},{},{},{},{},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g}\n",
                   csv_field(lowered.variants[static_cast<std::size_t>(row.variant)]),
                   csv_field(lowered.firms[static_cast<std::size_t>(row.firm)]),
                   csv_field(info(result, row.source).name), csv_field(row.chip),
                   lowered.steps[step], csv_field(metric.name), csv_field(metric.unit), s.mean,
                   s.sd, s.p05, s.p25, s.p50, s.p75, s.p95);
  }
  return out;
}

}  // namespace tranche
