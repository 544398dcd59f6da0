// The table of all metrics of the report: the headline is one number, and training alone
// hides what memory bandwidth changes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "sim/results/terminal_report.hpp"
#include "sim/text/terminal_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

// The what-if whose median is farthest from the base median, with the relative change.
std::string largest_change(const RunResult& result, const HeadlineFigures& headline,
                           const MetricInfo& metric, std::int32_t index, double base_median) {
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
  if (std::fabs(largest) < smallest_shown) return "";
  constexpr std::size_t widest_name = 20;
  return fmt::format("{:+.0f} % {}", 100.0 * largest,
                     shortened(printable(variant_title(result, farthest)), widest_name));
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
  std::set<std::tuple<std::int32_t, std::string, double>> shown;
  for (std::int32_t index = 0; index < std::ssize(lowered.metrics); ++index) {
    const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(index)];
    // The same numbers under a second name are in the files.
    if (!shown.insert({metric.stored, metric.unit, metric.factor}).second) continue;
    const auto cell = kernels::value_cell(view, headline.step, 0, headline.firm, metric.stored);
    const Statistics base =
        metric_statistics(lowered, result.tally, cell, 0, headline.firm, index, false);
    const bool is_known = !std::isnan(base.p50);
    const DisplayUnit unit = display_unit(
        metric.unit, is_known ? std::max(std::fabs(base.p05), std::fabs(base.p95)) : 0.0);
    constexpr std::size_t widest_metric = 24, widest_unit = 11;
    std::vector<Cell> row = {
        Cell(shortened(printable(metric.name), widest_metric)),
        Cell(value_and_band(unit, base) + ' ' + shortened(printable(unit.name), widest_unit))};
    if (has_what_ifs)
      row.push_back(Cell(is_known ? largest_change(result, headline, metric, index, base.p50)
                                  : std::string()));
    table.rows.push_back(std::move(row));
  }
  const std::string title =
      fmt::format("All metrics at {}, {}: median (5 % to 95 %){}",
                  lowered.steps[static_cast<std::size_t>(headline.step)],
                  printable(firm_title(result, headline.firm)),
                  has_what_ifs ? ", and the what-if that moves the median most" : "");
  return wrapped(title, columns) + aligned_text(table);
}

}  // namespace tranche
