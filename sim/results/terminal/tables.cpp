// SPDX-License-Identifier: Apache-2.0

// Tables of the report.
#include <fmt/format.h>

#include <algorithm>

#include "sim/results/terminal/terminal_report.hpp"
#include "sim/scenario/constraints.hpp"
#include "sim/text/terminal_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

constexpr std::size_t widest_what_if = 28;
constexpr std::size_t widest_firm = 24;
constexpr std::size_t max_firms = 12;  // with more, the table refers to the files
constexpr std::size_t gap = 2;         // between columns, as in aligned_text

std::string short_name(const std::string& name, std::size_t columns) {
  return shortened(printable(name), columns);
}

std::string in_unit(const DisplayUnit& unit) { return unit.name.empty() ? "" : ", " + unit.name; }

// Firms in the order of the scenario, then all; a single firm without a sum.
std::vector<std::int32_t> shown_firms(const RunResult& result) {
  const std::size_t firms = result.lowered.firms.size() - 1;
  std::vector<std::int32_t> out;
  for (std::size_t firm = 0; firm < std::min(firms, max_firms); ++firm)
    out.push_back(static_cast<std::int32_t>(firm));
  if (firms > 1) out.push_back(static_cast<std::int32_t>(firms));
  return out;
}

struct FirmColumn {
  std::string title;
  std::vector<std::string> values;
  std::size_t width = 0;
};

FirmColumn firm_column(const RunResult& result, const HeadlineFigures& headline,
                       const DisplayUnit& unit, std::int32_t firm) {
  FirmColumn column{.title = short_name(firm_title(result, firm), widest_firm), .values = {}};
  column.width = display_width(column.title);
  for (const HeadlineCase& what_if : headline.cases) {
    column.values.push_back(value_and_band(unit, what_if.firms[static_cast<std::size_t>(firm)]));
    column.width = std::max(column.width, display_width(column.values.back()));
  }
  return column;
}

}  // namespace

std::string headline_table(const RunResult& result, const HeadlineFigures& headline,
                           std::size_t columns) {
  const LoweredScenario& lowered = result.lowered;
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const DisplayUnit unit = headline_unit(result, headline);
  std::string out =
      wrapped(fmt::format("{} at {}{}: median (5 % to 95 %)", printable(metric.title),
                          lowered.steps[static_cast<std::size_t>(headline.step)], in_unit(unit)),
              columns);

  std::vector<std::string> names;
  std::size_t name_width = 0;
  for (const HeadlineCase& what_if : headline.cases) {
    names.push_back(short_name(variant_title(result, what_if.variant), widest_what_if));
    name_width = std::max(name_width, display_width(names.back()));
  }
  const std::vector<std::int32_t> firms = shown_firms(result);
  // As many firms side by side as fit, then a new table below.
  for (std::size_t next = 0; next < firms.size();) {
    TextTable table{.columns = {{"", "what_if"}}, .rows = {}};
    for (const std::string& name : names) table.rows.push_back({Cell(name)});
    std::size_t width = name_width;
    while (next < firms.size()) {
      const FirmColumn column = firm_column(result, headline, unit, firms[next]);
      if (table.columns.size() > 1 && width + gap + column.width > columns) break;
      width += gap + column.width;
      ++next;
      table.columns.push_back({column.title, column.title});
      for (std::size_t row = 0; row < names.size(); ++row)
        table.rows[row].push_back(Cell(column.values[row], 0.0));
    }
    out += aligned_text(table);
    if (next < firms.size()) out += '\n';
  }
  const std::size_t all = lowered.firms.size() - 1;
  if (all > max_firms) out += fmt::format("{} more firms are in summary.csv\n", all - max_firms);
  return out;
}

std::string difference_table(const RunResult& result, const HeadlineFigures& headline,
                             std::size_t columns) {
  if (headline.cases.size() < 2) return "";
  const auto firm = static_cast<std::size_t>(headline.firm);
  double largest = 0;
  for (const HeadlineCase& what_if : headline.cases) {
    if (what_if.variant == 0) continue;
    const Statistics& s = what_if.differences[firm];
    largest = std::max({largest, std::fabs(s.p05), std::fabs(s.p50), std::fabs(s.p95)});
  }
  const MetricInfo& metric = result.lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const DisplayUnit unit = display_unit(metric.unit, largest);
  const bool judged = metric.better != Better::neither;
  TextTable table{
      .columns = {{"", "what_if"}, {"median", "p50"}, {"mean", "mean"}, {"5 % to 95 %", "band"}},
      .rows = {}};
  if (judged)
    for (const char* const title : {"better", "same", "worse"})
      table.columns.push_back({title, title});
  for (const HeadlineCase& what_if : headline.cases) {
    if (what_if.variant == 0) continue;
    const Statistics& s = what_if.differences[firm];
    const DrawShares shares = draw_shares(s, metric.better);
    std::vector<Cell> row = {
        Cell(short_name(variant_title(result, what_if.variant), widest_what_if)),
        Cell(unit.signed_number(s.p50), s.p50), Cell(unit.signed_number(s.mean), s.mean),
        Cell(fmt::format("{} to {}", unit.signed_number(s.p05), unit.signed_number(s.p95)), s.p05)};
    if (judged)
      for (const double share : {shares.better, s.share_zero, shares.worse})
        row.push_back(Cell(percent(share), share));
    table.rows.push_back(std::move(row));
  }
  return wrapped(fmt::format("Difference to the base case in the same draws, {}{}; share of draws",
                             printable(firm_title(result, headline.firm)), in_unit(unit)),
                 columns) +
         aligned_text(table);
}

std::string binding_text(const RunResult& result, std::size_t columns) {
  const kernels::FleetView view = result.lowered.data.view();
  constexpr std::size_t shown = 3;
  constexpr double smallest_share = 0.005;
  const std::vector<BindingRow> rows = binding_rows(result);
  std::vector<std::int32_t> steps = {0, view.steps / 2, view.steps - 1};
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  std::string out;
  for (const std::int32_t step : steps) {
    std::vector<BindingRow> here;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(here), [&](const BindingRow& row) {
      return row.variant == 0 && row.firm == view.firm_count && row.step == step &&
             row.share_of_draws >= smallest_share;
    });
    std::stable_sort(here.begin(), here.end(), [](const BindingRow& a, const BindingRow& b) {
      return a.share_of_draws > b.share_of_draws;
    });
    here.resize(std::min(here.size(), shown));
    std::string month = result.lowered.steps[static_cast<std::size_t>(step)];
    for (const BindingRow& row : here) {
      out += shortened(
                 fmt::format("  {:7}  {}  {}", month, padded_left(percent(row.share_of_draws), 6),
                             constraint_info(row.constraint).title),
                 columns) +
             "\n";
      month.clear();
    }
  }
  if (out.empty()) return "";
  return "What limits the new chips in use: base case, mean over firms, share of draws\n" + out;
}

}  // namespace tranche
