// SPDX-License-Identifier: Apache-2.0

// Terminal report of a sensitivity analysis: sentences and short tables.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/catalogue/pages/pages.hpp"
#include "sim/studies/sensitivity/report.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

constexpr std::size_t name_width = 40;

std::string name_cell(const InputGroup& input) {
  return shortened(printable(group_title(input)), name_width);
}

std::string sureness(const InputGroup& input) {
  return input.role == Role::lever ? "lever" : std::string(confidence_name(input.confidence));
}

// Tenths of a percent; never a zero with a minus sign.
std::string tenths(double share) {
  const double percent = std::round(1000 * share) / 10;
  return fmt::format("{:.1f}", percent == 0 ? 0.0 : percent);
}

std::string share_text(double share) { return tenths(share) + " %"; }

std::string share_and_interval(const Estimate& e) {
  return fmt::format("{} % ({} to {})", tenths(e.value), tenths(e.low), tenths(e.high));
}

// "364,804–758,509 chips"; "to" if a minus sign could be mistaken for the dash.
std::string range_text(double low, double high, const std::string& unit) {
  return fmt::format("{}{}{}{}", human_number(low), low < 0 || high < 0 ? " to " : "–",
                     human_number(high), unit.empty() ? "" : " " + unit);
}

std::string heading(const OutputName& output, bool with_what_if = true) {
  return fmt::format(
      "{}, {}, {}{}", printable(output.metric_title), printable(output.firm_title), output.month,
      with_what_if ? ": " + (output.what_if == "base" ? std::string("base case")
                                                      : printable(output.what_if_title))
                   : "");
}

// Rows of one output (or of the first that has any), largest first.
template <class Row, class Size>
std::vector<Row> rows_of(const std::vector<Row>& rows, std::size_t Row::*by, std::size_t shown,
                         const Size& size) {
  const bool has_rows =
      std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.*by == shown; });
  std::vector<Row> first;
  for (const Row& row : rows)
    if (row.*by == (has_rows ? shown : rows.front().*by)) first.push_back(row);
  std::stable_sort(first.begin(), first.end(),
                   [&](const Row& a, const Row& b) { return size(a) > size(b); });
  return first;
}

std::string rest_line(std::size_t shown, std::size_t all, const std::string& what) {
  return all > shown ? fmt::format("and {} more inputs{}\n", all - shown, what) : "";
}

std::string draws_text(const SensitivityResult& result, std::size_t columns, std::size_t top) {
  if (result.tornado.empty()) return "";
  const auto rows = rows_of(result.tornado, &TornadoRow::output, result.shown,
                            [](const TornadoRow& r) { return std::fabs(r.rank_correlation); });
  const OutputName& output = result.outputs[rows.front().output];
  const SpreadOfOutput& spread = result.spreads[rows.front().output];
  const DisplayUnit unit = display_unit(output.unit, spread.p50);
  std::string out = "What the spread comes from\n  " + heading(output) + "\n";
  out +=
      fmt::format("  {} (90 %: {} to {}), {} draws\n\n", unit.text(spread.p50),
                  unit.number(spread.p05), unit.number(spread.p95), with_separators(result.draws));
  TextTable table{{{"input", ""},
                   {"share", ""},
                   {"rank", ""},
                   {"low", ""},
                   {"high", ""},
                   {"input low, high", ""},
                   {"how sure", ""}},
                  {}};
  double shown_share = 0;
  for (const TornadoRow& row : rows) {
    if (table.rows.size() == top || std::isnan(row.rank_correlation)) break;
    const InputGroup& input = result.single_inputs[row.input];
    shown_share += row.contribution;
    table.rows.push_back({name_cell(input), Cell(share_text(row.contribution), row.contribution),
                          Cell(fmt::format("{:+.2f}", row.rank_correlation), row.rank_correlation),
                          Cell(unit.number(row.mean_when_low), row.mean_when_low),
                          Cell(unit.number(row.mean_when_high), row.mean_when_high),
                          range_text(row.input_low, row.input_high, result.single_units[row.input]),
                          sureness(input)});
  }
  out += aligned_text(table);
  out += rest_line(table.rows.size(), rows.size(),
                   fmt::format(", together {}", share_text(std::max(0.0, 1 - shown_share))));
  return out +
         wrapped(fmt::format("share: of the squared rank correlations of all inputs. rank: rank "
                             "correlation with the result, -1 to 1. low, high: mean result{} "
                             "over the draws with the input in its lowest and its highest fifth; "
                             "beside them the input's means there.",
                             unit.name.empty() ? "" : ", in " + unit.name + ","),
                 columns);
}

std::string sobol_text(const SensitivityResult& result, std::size_t columns, std::size_t top) {
  if (result.sobol.empty()) return "";
  const auto rows = rows_of(result.sobol, &SobolRow::output, result.shown,
                            [](const SobolRow& r) { return r.index.total.value; });
  const OutputName& output = result.outputs[rows.front().output];
  std::string out = "What the variance comes from (Sobol' indices)\n  " + heading(output) + "\n";
  out += fmt::format("  {} points, {} runs of the model\n\n", with_separators(result.sobol_points),
                     with_separators(result.sobol_points * (result.tied_inputs.size() + 2)));
  TextTable table{
      {{"input", ""}, {"alone (90 % interval)", ""}, {"with others", ""}, {"how sure", ""}}, {}};
  double alone = 0;
  for (const SobolRow& row : rows) {
    alone += row.index.first.value;
    if (table.rows.size() == top) continue;
    const InputGroup& input = result.tied_inputs[row.input];
    table.rows.push_back(
        {name_cell(input), Cell(share_and_interval(row.index.first), row.index.first.value),
         Cell(share_and_interval(row.index.total), row.index.total.value), sureness(input)});
  }
  out += aligned_text(table);
  out += rest_line(table.rows.size(), rows.size(), "");
  return out +
         wrapped(fmt::format(
                     "alone: the share of the variance that would go if the input were known. with "
                     "others: the share that would stay if everything else were known. Alone, all "
                     "inputs explain {:.0f} %; the rest is inputs acting together. Inputs that "
                     "correlations tie are moved as one.",
                     100 * alone),
                 columns);
}

std::string morris_text(const SensitivityResult& result, std::size_t columns, std::size_t top) {
  if (result.morris.empty()) return "";
  const auto rows = rows_of(result.morris, &MorrisRow::output, result.shown,
                            [](const MorrisRow& r) { return r.effects.mu_star; });
  const OutputName& output = result.outputs[rows.front().output];
  const DisplayUnit unit = display_unit(output.unit, rows.front().effects.mu_star);
  std::string out = "What moving one input does (Morris)\n  " + heading(output) + "\n";
  out += fmt::format("  {} starting points, {} runs of the model\n\n",
                     with_separators(result.morris_points),
                     with_separators(result.morris_points * (result.tied_inputs.size() + 1)));
  const std::string of = unit.name.empty() ? "" : " (" + unit.name + ")";
  TextTable table{{{"input", ""},
                   {"size" + of, ""},
                   {"error", ""},
                   {"direction", ""},
                   {"spread", ""},
                   {"how sure", ""}},
                  {}};
  for (const MorrisRow& row : rows) {
    if (table.rows.size() == top) break;
    const InputGroup& input = result.tied_inputs[row.input];
    const ElementaryEffects& e = row.effects;
    table.rows.push_back({name_cell(input), Cell(unit.number(e.mu_star), e.mu_star),
                          Cell(unit.number(e.mu_star_error), e.mu_star_error),
                          Cell(unit.signed_number(e.mu), e.mu), Cell(unit.number(e.sigma), e.sigma),
                          sureness(input)});
  }
  out += aligned_text(table);
  out += rest_line(table.rows.size(), rows.size(), "");
  return out +
         wrapped(
             "size: mean change of the result, without its sign, when the input moves by half "
             "of its distribution, doubled (mu*). direction: the same with its sign (mu). A "
             "spread (sigma) as large as the size: the effect depends on other inputs.",
             columns);
}

std::string voi_text(const SensitivityResult& result, std::size_t columns, std::size_t top) {
  if (result.decisions.empty()) return "";
  // One decision per output, in the same order.
  const Decision& decision = result.decisions[result.shown];
  const DecisionValues& values = decision.values;
  const OutputName& output = result.outputs[decision.output];
  const double sign = output.better == Better::lower ? -1.0 : 1.0;
  double largest = 0;
  for (const double mean : values.means) largest = std::max(largest, std::fabs(mean));
  const DisplayUnit unit = display_unit(output.unit, largest);
  std::string out = "What is worth knowing before choosing\n  " + heading(output, false) +
                    (sign < 0 ? ", less is better\n\n" : ", more is better\n\n");
  TextTable options{{{"what-if", ""}, {"mean", ""}, {"best in", ""}}, {}};
  for (std::size_t d = 0; d < result.options.size(); ++d)
    options.rows.push_back({shortened(printable(result.option_titles[d]), name_width),
                            Cell(unit.text(sign * values.means[d]), values.means[d]),
                            Cell(percent(values.share_best[d]), values.share_best[d])});
  out += aligned_text(options) + "\n";
  const InformationValue& all = values.perfect;
  if (all.value <= 0)
    return out + wrapped(fmt::format("{} is as good as any other in every draw: nothing that is "
                                     "uncertain here would change the choice.",
                                     printable(result.option_titles[values.best])),
                         columns);
  const double best_mean = std::fabs(values.means[values.best]);
  const DisplayUnit gain = display_unit(output.unit, all.value);
  out += wrapped(
      fmt::format("Without knowing more: {}. Knowing everything first would add {} on average "
                  "({:.2g} % of its mean; standard error {}).",
                  printable(result.option_titles[values.best]), gain.text(all.value),
                  best_mean > 0 ? 100 * all.value / best_mean : 0.0,
                  gain.number(all.standard_error)),
      columns);
  std::vector<VoiRow> rows = rows_of(result.voi, &VoiRow::decision, result.shown,
                                     [](const VoiRow& r) { return r.information.value; });
  TextTable table{{{"knowing this input", ""},
                   {gain.name.empty() ? "adds" : "adds (" + gain.name + ")", ""},
                   {"error", ""},
                   {"of everything", ""},
                   {"how sure", ""}},
                  {}};
  for (const VoiRow& row : rows) {
    const InformationValue& value = row.information;
    if (table.rows.size() == top || value.value <= 2 * value.standard_error) break;
    const InputGroup& input = result.voi_inputs[row.input];
    table.rows.push_back({name_cell(input), Cell(gain.number(value.value), value.value),
                          Cell(gain.number(value.standard_error), value.standard_error),
                          Cell(percent(value.value / all.value), value.value), sureness(input)});
  }
  if (table.rows.empty())
    return out + wrapped(
                     "No input by itself would change the choice: each is worth less than twice "
                     "the error of its estimate.",
                     columns);
  return out + "\n" + aligned_text(table) +
         rest_line(table.rows.size(), rows.size(),
                   ", each below or near the error of its estimate");
}

}  // namespace

std::string sensitivity_text(const SensitivityResult& result, std::size_t columns,
                             std::size_t top) {
  std::string out = printable(result.title) + "\n\n";
  for (const std::string& part :
       {draws_text(result, columns, top), sobol_text(result, columns, top),
        morris_text(result, columns, top), voi_text(result, columns, top)})
    if (!part.empty()) out += part + "\n";
  for (const std::string& note : result.notes) out += wrapped("Note: " + note, columns, "  ");
  if (result.outputs.size() > 1)
    out += fmt::format("Shown is one of {} outputs; all are in the files.\n",
                       with_separators(result.outputs.size()));
  return out;
}

}  // namespace tranche
