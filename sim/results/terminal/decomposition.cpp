// SPDX-License-Identifier: Apache-2.0

// Table of the contribution of each path of a what-if.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/results/decomposition_report.hpp"
#include "sim/results/terminal/terminal_report.hpp"
#include "sim/text/terminal_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

using Kind = DecompositionRow::Kind;

const Statistics* find(const Decomposition& d, Kind kind, const std::string& path,
                       const HeadlineFigures& headline) {
  const auto found = std::find_if(d.rows.begin(), d.rows.end(), [&](const DecompositionRow& row) {
    return row.kind == kind && row.path == path && row.firm == headline.firm &&
           row.metric == headline.metric;
  });
  return found == d.rows.end() ? nullptr : &found->statistics;
}

void add_what_if(const RunResult& result, const HeadlineFigures& headline, const Decomposition& d,
                 const DisplayUnit& unit, TextTable& table) {
  constexpr std::size_t widest_name = 24, widest_path = 34;
  std::string name = shortened(printable(variant_title(result, d.variant)), widest_name);
  const auto number = [&](double value) { return Cell(unit.signed_number(value), value); };
  for (const DecompositionRow& row : d.rows) {
    if (row.firm != headline.firm || row.metric != headline.metric) continue;
    if (row.kind == Kind::part) {
      const Statistics* const alone = find(d, Kind::alone, row.path, headline);
      table.rows.push_back({Cell(name), Cell(shortened(printable(row.path), widest_path)),
                            Cell(group_name(row)), number(row.statistics.mean),
                            number(alone->mean)});
    } else if (row.kind == Kind::total) {
      const Statistics* const between = find(d, Kind::interaction, "", headline);
      table.rows.push_back({Cell(name), Cell("together"), Cell(" "), number(row.statistics.mean),
                            number(row.statistics.mean - between->mean)});
    } else {
      continue;
    }
    name = " ";
  }
}

}  // namespace

std::string decomposition_table(const RunResult& result, const HeadlineFigures& headline,
                                std::size_t columns) {
  if (result.decompositions.empty()) return "";
  double largest = 0;
  std::uint64_t draws = 0;
  bool in_order = false;
  std::string notes;
  for (const Decomposition& d : result.decompositions) {
    if (const Statistics* const total = find(d, Kind::total, "", headline))
      largest = std::max(largest, std::fabs(total->mean));
    draws = d.draws;
    in_order = in_order || d.method == DecompositionMethod::sequential;
    if (!d.note.empty())
      notes += wrapped(fmt::format("Note: {} is not taken apart: {}",
                                   printable(variant_title(result, d.variant)), printable(d.note)),
                       columns, "  ");
  }
  const MetricInfo& metric = result.lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const DisplayUnit unit = display_unit(metric.unit, largest);
  TextTable table{.columns = {{"", "what_if"},
                              {"sets", "path"},
                              {"kind", "group"},
                              {"part", "part"},
                              {"alone", "alone"}},
                  .rows = {}};
  for (const Decomposition& d : result.decompositions)
    add_what_if(result, headline, d, unit, table);
  if (table.rows.empty()) return notes;
  return wrapped(
             fmt::format("Parts of the change{}, mean of {} draws: each path's share of the whole "
                         "({}), and what it does alone; where those alone do not add up, the "
                         "changes interact",
                         unit.name.empty() ? "" : ", " + unit.name, with_separators(draws),
                         in_order ? "Shapley; in the order written where more than four are set"
                                  : "Shapley"),
             columns) +
         aligned_text(table) + notes;
}

}  // namespace tranche
