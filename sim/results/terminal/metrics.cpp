// SPDX-License-Identifier: Apache-2.0

// Table of all metrics of the report; the headline is one number, and training alone hides the
// effect of memory bandwidth.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "sim/results/terminal/terminal_report.hpp"
#include "sim/text/terminal_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

// The what-if whose median is farthest from the base median: the relative change, and its name;
// both empty if all medians are equal.
std::pair<std::string, std::string> largest_change(const RunResult& result,
                                                   const HeadlineFigures& headline,
                                                   const MetricInfo& metric, std::int32_t index,
                                                   double base_median) {
  const kernels::FleetView view = result.lowered.data.view();
  constexpr double smallest_shown = 0.005;
  std::int32_t farthest = 0;
  double largest = 0;
  for (std::int32_t variant = 1; variant < view.variant_count && base_median != 0; ++variant) {
    if (is_unknown(result.lowered, variant, headline.firm, index)) continue;
    const auto cell =
        kernels::value_cell(view, headline.step, variant, headline.firm, metric.stored);
    const double median =
        quantile_of(result.tally, static_cast<std::size_t>(cell), 0.5, metric.factor);
    const double change = median / base_median - 1.0;
    if (std::fabs(change) <= std::fabs(largest)) continue;
    farthest = variant;
    largest = change;
  }
  if (std::fabs(largest) < smallest_shown) return {};
  return {fmt::format("{:+.0f} %", 100.0 * largest), printable(variant_title(result, farthest))};
}

}  // namespace

std::string metrics_table(const RunResult& result, const HeadlineFigures& headline,
                          std::size_t columns) {
  const LoweredScenario& lowered = result.lowered;
  if (lowered.metrics.size() < 2) return "";
  const kernels::FleetView view = lowered.data.view();
  const bool has_what_ifs = lowered.variants.size() > 1;
  TextTable table{.columns = {{"", "metric"}, {"base", "base"}}, .rows = {}};
  if (has_what_ifs) table.columns.push_back({"largest change", "largest_change"});
  struct Row {
    std::string name, value;
    std::string change = {}, what_if = {};
  };
  std::vector<Row> rows;
  std::set<std::tuple<std::int32_t, std::string, double>> shown;
  for (std::int32_t index = 0; index < std::ssize(lowered.metrics); ++index) {
    const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(index)];
    // Duplicates of a metric under a second name are in the files.
    if (!shown.insert({metric.stored, metric.unit, metric.factor}).second) continue;
    const auto cell = kernels::value_cell(view, headline.step, 0, headline.firm, metric.stored);
    const Statistics base =
        metric_statistics(lowered, result.tally, cell, 0, headline.firm, index, false);
    const bool is_known = !std::isnan(base.p50);
    const DisplayUnit unit = display_unit(
        metric.unit, is_known ? std::max(std::fabs(base.p05), std::fabs(base.p95)) : 0.0);
    Row row{.name = printable(metric.name),
            .value = value_and_band(unit, base) + ' ' + printable(unit.name)};
    if (has_what_ifs && is_known)
      std::tie(row.change, row.what_if) = largest_change(result, headline, metric, index, base.p50);
    rows.push_back(std::move(row));
  }
  // A cut name is recognisable; a cut unit changes the number.
  std::size_t values = 0, changes = 0, names = 0, what_ifs = 0;
  for (const Row& row : rows) {
    values = std::max(values, display_width(row.value));
    changes = std::max(changes, display_width(row.change));
    names = std::max(names, display_width(row.name));
    what_ifs = std::max(what_ifs, display_width(row.what_if));
  }
  constexpr std::size_t widest_name = 24, widest_what_if = 20, min_name = 12, min_what_if = 8;
  constexpr std::size_t gaps = 2 + 2 + 1;
  names = std::min(names, widest_name);
  what_ifs = std::min(what_ifs, widest_what_if);
  const auto give_up = [&](std::size_t& width, std::size_t least) {
    const std::size_t all = names + values + changes + what_ifs + gaps;
    if (all > columns && width > least) width -= std::min(all - columns, width - least);
  };
  give_up(names, min_name);
  give_up(what_ifs, min_what_if);
  for (const Row& row : rows) {
    table.rows.push_back({Cell(shortened(row.name, names)), Cell(row.value)});
    if (has_what_ifs)
      table.rows.back().push_back(
          row.change.empty() ? Cell() : Cell(row.change + ' ' + shortened(row.what_if, what_ifs)));
  }
  const std::string title =
      fmt::format("All metrics at {}, {}: median (5 % to 95 %){}",
                  lowered.steps[static_cast<std::size_t>(headline.step)],
                  printable(firm_title(result, headline.firm)),
                  has_what_ifs ? ", and the what-if that moves the median most" : "");
  return wrapped(title, columns) + aligned_text(table);
}

}  // namespace tranche
