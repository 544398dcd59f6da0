// SPDX-License-Identifier: Apache-2.0

// Terminal report of an allocation.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "sim/studies/allocate/flatness.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/terminal_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

std::string shares_text(const std::vector<std::string>& names, const std::vector<double>& shares,
                        int decimals) {
  std::string text;
  for (std::size_t p = 0; p < names.size(); ++p)
    text += fmt::format("{}{} {:.{}f} %", p == 0 ? "" : ", ", printable(names[p]), 100 * shares[p],
                        decimals);
  return text;
}

// "33/33/33", in the order of the names.
std::string short_shares(const std::vector<double>& shares) {
  std::string text;
  for (const double share : shares)
    text += fmt::format("{}{:.0f}", text.empty() ? "" : "/", 100 * share);
  return text;
}

// Number of decimals of a share in percent on the grid.
int decimals_of(const AllocateSpec& spec) { return 100 % spec.parts == 0 ? 0 : 1; }

template <class Wanted>
std::string flatness_line(const AllocationResult& result, const char* what, Wanted wanted) {
  const std::size_t count = count_of(result, wanted);
  std::string text =
      fmt::format("{}: {} split{};", what, with_separators(count), count == 1 ? "" : "s");
  const std::vector<ShareRange> own = share_ranges(result, wanted);
  const int decimals = decimals_of(result.spec);
  for (std::size_t p = 0; p < own.size(); ++p)
    text += fmt::format("{} {} {:.{}f} to {:.{}f} %", p == 0 ? "" : ",", printable(result.names[p]),
                        100 * own[p].low, decimals, 100 * own[p].high, decimals);
  return text;
}

DisplayUnit unit_of(const AllocationResult& result, std::size_t objective, double value) {
  return display_unit(result.objectives[objective].unit, std::fabs(value));
}

std::string gain_table(const AllocationResult& result) {
  const DisplayUnit unit = unit_of(result, 0, result.best().objectives[0]);
  TextTable table{.columns = {{"over", "over"},
                              {"value there", "value"},
                              {"gain", "difference"},
                              {"gain, %", "percent"},
                              {"in a draw, 90 %", "band"},
                              {"better in", "share_better"},
                              {"allowed", "feasible"}},
                  .rows = {}};
  for (const AllocationGain& gain : result.gains) {
    const std::string percent_text =
        gain.value == 0 ? "-"
                        : fmt::format("{:+.2f}", 100 * gain.difference / std::fabs(gain.value));
    table.rows.push_back({Cell(fmt::format("{} ({} %)", gain.over, short_shares(gain.shares))),
                          Cell(unit.number(gain.value), gain.value),
                          Cell(unit.signed_number(gain.difference), gain.difference),
                          Cell(percent_text, 0.0),
                          Cell(fmt::format("{} to {}", unit.signed_number(gain.draws.p05),
                                           unit.signed_number(gain.draws.p95)),
                               0.0),
                          Cell(percent(gain.share_better), gain.share_better),
                          Cell(gain.violated == 0 ? "yes" : "no")});
  }
  return fmt::format("Gain of the best split{}\n", unit.name.empty() ? "" : ", " + unit.name) +
         aligned_text(table);
}

std::string front_table(const AllocationResult& result) {
  constexpr std::size_t max_rows = 12;
  std::vector<const AllocationSplit*> front;
  for (const AllocationSplit& split : result.splits)
    if (split.is_on_front) front.push_back(&split);
  TextTable table{.columns = {}, .rows = {}};
  for (const std::string& name : result.names) table.columns.push_back({printable(name), name});
  for (const AllocationObjective& objective : result.objectives)
    table.columns.push_back({printable(objective.name), objective.name});
  const std::size_t shown = std::min(front.size(), max_rows);
  for (std::size_t k = 0; k < shown; ++k) {
    // Evenly spaced over the front, with both ends.
    const std::size_t at = shown < 2 ? 0 : k * (front.size() - 1) / (shown - 1);
    std::vector<Cell> row;
    for (const double share : front[at]->shares)
      row.push_back(Cell(fmt::format("{:.{}f} %", 100 * share, decimals_of(result.spec)), share));
    for (std::size_t o = 0; o < result.objectives.size(); ++o) {
      const double value = front[at]->objectives[o];
      const double best = (o == 0 ? front.front() : front.back())->objectives[o];
      const std::string behind =
          best == 0 ? "" : fmt::format(" ({:+.2f} %)", 100 * (value - best) / std::fabs(best));
      row.push_back(Cell(unit_of(result, o, value).text(value) + behind, value));
    }
    table.rows.push_back(std::move(row));
  }
  return fmt::format(
             "Pareto front: {} splits, from the best in {} to the best in {} (to its best)\n",
             front.size(), printable(result.objectives[0].name),
             printable(result.objectives[1].name)) +
         aligned_text(table);
}

}  // namespace

std::string allocation_report(const AllocationResult& result, const std::string& folder,
                              std::size_t columns) {
  const AllocationSplit& best = result.best();
  const int decimals = decimals_of(result.spec);
  std::string out = shortened(printable(result.title), columns) + "\n\n";
  out += wrapped(fmt::format("Best split of {}: {}", printable(result.spec.split),
                             shares_text(result.names, best.shares, decimals)),
                 columns, "  ");
  for (const DecidedSplit& split : result.together)
    out += wrapped(fmt::format("together with {}: {}", printable(split.split),
                               shares_text(split.names, split.shares, decimals)),
                   columns, "  ");
  if (result.rounds > 0)
    out +=
        wrapped(fmt::format("Decided in turn, {} rounds: another start may end elsewhere. Below, "
                            "the other splits are held.",
                            result.rounds),
                columns, "  ");
  for (std::size_t o = 0; o < result.objectives.size(); ++o) {
    const AllocationObjective& objective = result.objectives[o];
    const double value = best.objectives[o];
    out += wrapped(
        fmt::format("{}: {}{}", printable(objective.label), unit_of(result, o, value).text(value),
                    objective.is_relative ? " (terms relative to the equal split)" : ""),
        columns, "  ");
  }
  for (std::size_t k = 0; k < result.limit_labels.size(); ++k)
    out += wrapped(fmt::format("Holds: {} (here {})", printable(result.limit_labels[k]),
                               human_number(best.limits[k])),
                   columns, "  ");
  if (result.is_refined)
    out += wrapped(
        fmt::format("Between the grid's splits: {}, {} better",
                    shares_text(result.names, result.refined.shares, 2),
                    unit_of(result, 0, result.refined.shortfall).text(-result.refined.shortfall)),
        columns, "  ");
  else
    out += wrapped("Refinement: " + result.refinement, columns, "  ");
  out += "\nHow flat the optimum is\n";
  out += wrapped(flatness_line(result, "As good within the Monte Carlo error", is_as_good), columns,
                 "  ");
  out += wrapped(flatness_line(result, "Within 1 % of the best", is_within), columns, "  ");
  out += "\n" + gain_table(result);
  if (result.objectives.size() > 1) out += "\n" + front_table(result);
  out += wrapped(
      fmt::format("\n{} splits ({} satisfy the constraints), {} draws each, seed {}: simulated in "
                  "{:.3g} s, searched in {:.3g} s, {} threads",
                  with_separators(result.candidates), with_separators(result.feasible),
                  with_separators(result.draws), result.seed, result.seconds_simulation,
                  result.seconds_search, result.threads),
      columns);
  return out + wrapped(fmt::format("Written to {}: allocation.csv allocation_gain.csv "
                                   "allocation.json",
                                   printable(folder)),
                       columns, "  ");
}

}  // namespace tranche
