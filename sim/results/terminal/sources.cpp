// SPDX-License-Identifier: Apache-2.0

// Tables of the report by stock and tranche.
#include <fmt/format.h>

#include <algorithm>

#include "sim/results/source_rows.hpp"
#include "sim/results/terminal/terminal_report.hpp"
#include "sim/scenario/constraints.hpp"
#include "sim/text/terminal_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

constexpr std::size_t widest_source = 32, widest_chip = 16;

const std::string& month_of(const RunResult& result, const HeadlineFigures& headline) {
  return result.lowered.steps[static_cast<std::size_t>(headline.step)];
}

}  // namespace

std::string source_table(const RunResult& result, const HeadlineFigures& headline,
                         std::size_t columns) {
  const LoweredScenario& lowered = result.lowered;
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(headline.metric)];
  if (!adds_up_over_sources(lowered, metric)) return "";
  const auto firm = static_cast<std::size_t>(headline.firm);
  const Statistics& all = headline.cases.front().firms[firm];
  const DisplayUnit unit = headline_unit(result, headline);
  TextTable table{.columns = {{"", "source"},
                              {"chip", "chip"},
                              {"mean", "mean"},
                              {"of the whole", "share"},
                              {"median (5 % to 95 %)", "band"}},
                  .rows = {}};
  for (std::int32_t s = 0; s < std::ssize(lowered.sources); ++s) {
    const SourceInfo& source = lowered.sources[static_cast<std::size_t>(s)];
    const bool is_single =
        source.kind == SourceInfo::Kind::stock || source.kind == SourceInfo::Kind::tranche;
    if (!is_single || !has_source(result, 0, headline.firm, s)) continue;
    const Statistics own = source_statistics(result, 0, headline.firm, s, metric);
    const std::string kind = source.kind == SourceInfo::Kind::stock ? "stock " : "";
    table.rows.push_back(
        {Cell(shortened(printable(kind + source.title), widest_source)),
         Cell(shortened(printable(chip_of_source(result, 0, headline.firm, s)), widest_chip)),
         Cell(unit.number(own.mean), own.mean),
         Cell(all.mean != 0 ? percent(own.mean / all.mean) : "", own.mean),
         Cell(value_and_band(unit, own), own.p50)});
  }
  if (table.rows.size() < 2) return "";
  return wrapped(fmt::format("{} at {} by stock and tranche, {}{}; means add up",
                             printable(metric.title), month_of(result, headline),
                             printable(firm_title(result, headline.firm)),
                             unit.name.empty() ? "" : ", " + unit.name),
                 columns) +
         aligned_text(table);
}

std::string source_binding_text(const RunResult& result, const HeadlineFigures& headline,
                                std::size_t columns) {
  const std::vector<SourceBinding> rows = source_bindings(result, 0, headline.firm);
  std::vector<std::int32_t> tranches;
  for (const SourceBinding& row : rows)
    if (tranches.empty() || tranches.back() != row.source) tranches.push_back(row.source);
  if (tranches.size() < 2) return "";
  constexpr std::ptrdiff_t shown = 2;
  constexpr double smallest_share = 0.005;
  std::string out;
  for (const std::int32_t tranche : tranches) {
    std::vector<SourceBinding> here;
    std::ranges::copy_if(rows, std::back_inserter(here), [&](const SourceBinding& row) {
      return row.source == tranche && row.share_of_draws >= smallest_share;
    });
    std::ranges::stable_sort(here, [](const SourceBinding& a, const SourceBinding& b) {
      return a.share_of_draws > b.share_of_draws;
    });
    if (std::ssize(here) > shown) here.erase(here.begin() + shown, here.end());
    std::string name = shortened(
        printable(result.lowered.sources[static_cast<std::size_t>(tranche)].title), widest_source);
    for (const SourceBinding& row : here) {
      out += shortened(fmt::format("  {}  {}  {}", padded_right(name, widest_source),
                                   padded_left(percent(row.share_of_draws), 6),
                                   constraint_info(row.constraint).title),
                       columns) +
             "\n";
      name.clear();
    }
  }
  return wrapped(
             fmt::format("What limits each tranche at {}: base case, {}, share of draws",
                         month_of(result, headline), printable(firm_title(result, headline.firm))),
             columns) +
         out;
}

}  // namespace tranche
