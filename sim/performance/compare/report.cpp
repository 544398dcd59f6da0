// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/compare/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

Cell ratio_cell(const ComparisonCell& cell) {
  return cell.ratio ? Cell(fmt::format("{:.2f}", *cell.ratio), *cell.ratio) : Cell();
}

Cell value_cell(std::optional<double> value) {
  return value ? Cell(human_number(*value), *value) : Cell();
}

Cell positive_cell(double value) { return value > 0 ? Cell(human_number(value), value) : Cell(); }

// Value per watt or dollar relative to the first chip.
Cell relative(const std::optional<double>& value, const std::optional<double>& first) {
  if (!value || !first || !(*first > 0.0)) return {};
  return {fmt::format("{:.2f}", *value / *first), *value / *first};
}

// "; TP 8, 32 sequences, 12.4 ms a token; bf16 arithmetic": configuration chosen by the program.
std::string how_text(const WorkDescription& how) {
  std::string text;
  if (!how.layout.empty()) text += "; " + how.layout;
  if (how.sequences > 0) text += fmt::format(", {} sequences", human_number(how.sequences));
  if (how.tpot_s > 0) text += fmt::format(", {} ms a token", human_number(1e3 * how.tpot_s));
  if (!how.widened.empty()) text += "; " + how.widened;
  if (!how.not_modelled.empty()) text += "; not modelled: " + how.not_modelled;
  return text;
}

DisplayUnit unit_of(const ComparisonRow& row) {
  double largest = 0;
  for (const ComparisonCell& c : row.cells) largest = std::max(largest, c.value);
  return display_unit(row.unit, largest);
}

// "358 GFLOP/s; " before the reason, or empty.
std::string in_use(const ComparisonCell& cell) {
  return cell.customary.empty() ? std::string() : cell.customary + "; ";
}

// An upper bound is never printed as a prediction.
Cell shown_value(const ComparisonCell& cell, const DisplayUnit& unit) {
  return {(cell.min_value ? "<= " : "") + unit.number(cell.value), cell.value};
}

// "-18 % to +22 %"; `-` for a roofline and for what cannot be computed.
Cell shown_interval(const ComparisonCell& cell) {
  const bool has_one = cell.possible && cell.how.prediction && cell.how.prediction->high > 0.0;
  return has_one ? Cell(interval_text(*cell.how.prediction)) : Cell();
}

Cell shown_grade(const ComparisonCell& cell) {
  const bool has_one = cell.possible && cell.how.prediction;
  return has_one ? Cell(std::string(grade_letter(cell.how.prediction->grade))) : Cell();
}

// "1.31-1.52"; the first chip's ratio is exact.
Cell shown_ratio_interval(const ComparisonCell& cell) {
  const RatioInterval& factor = cell.ratio_interval;
  if (!cell.ratio || !(factor.high > factor.low)) return {};
  return Cell(fmt::format("{:.2f}-{:.2f}", *cell.ratio * factor.low, *cell.ratio * factor.high));
}

// Terminal table; the workload's name is on a line above its chips.
TextTable table_for_people(const std::vector<ComparisonRow>& rows) {
  TextTable table;
  table.columns = {{"  chip", "chip"},          {"value", "value"},
                   {"90 %", "interval"},        {"grade", "grade"},
                   {"ratio", "ratio"},          {"90 %", "ratio_interval"},
                   {"per W", "ratio_per_watt"}, {"per $", "ratio_per_usd"},
                   {"bound by", "bound"},       {"why", "why"}};
  for (const ComparisonRow& row : rows) {
    const DisplayUnit unit = unit_of(row);
    const ComparisonCell& first = row.cells.front();
    for (const ComparisonCell& c : row.cells) {
      table.rows.push_back({"  " + c.chip, c.possible ? shown_value(c, unit) : Cell(),
                            shown_interval(c), shown_grade(c), ratio_cell(c),
                            shown_ratio_interval(c), relative(c.per_watt, first.per_watt),
                            relative(c.per_dollar, first.per_dollar), Cell(c.bound),
                            Cell(in_use(c) + c.why + how_text(c.how))});
    }
  }
  return table;
}

bool is_told(const PredictionEvidence& e) {
  return e.grade != EvidenceGrade::a || e.own_runs + e.own_runs_elsewhere > 0;
}

// What the grades say, and one line for each prediction that is not measured like this.
std::string grades_text(const std::vector<ComparisonRow>& rows) {
  std::string text =
      "90 %: interval from the errors of measured cases left out of the fit. Grades: A measured "
      "like this,\nB near, C extrapolated, D nothing like it was ever checked.\n";
  for (const ComparisonRow& row : rows)
    for (const ComparisonCell& c : row.cells)
      if (c.possible && c.how.prediction && is_told(*c.how.prediction))
        text += fmt::format("  {} on {}: {}\n", row.workload, c.chip, describe(*c.how.prediction));
  return text;
}

// One line of memory for each chip that serves a model.
std::string memory_text(const std::vector<ComparisonRow>& rows) {
  std::string text;
  for (const ComparisonRow& row : rows)
    for (const ComparisonCell& c : row.cells)
      if (!c.how.memory.empty())
        text += fmt::format("  {} on {}: {}\n", row.workload, c.chip, c.how.memory);
  return text.empty() ? text : "Memory of a chip:\n" + text;
}

// Footer with the load of language models.
std::string language_footer(const ServingOptions& serving) {
  const std::string decode =
      serving.max_tpot_s
          ? fmt::format("as many sequences as get a token within {:.0f} ms",
                        1e3 * *serving.max_tpot_s)
          : fmt::format("{:.0f} sequences a replica", serving.sequences.value_or(0.0));
  return fmt::format(
      "Language models: prompts of {:.0f} and outputs of {:.0f} tokens, weights in {},\nsoftware "
      "{}; decode: {}; serve: as many as memory holds.\n",
      serving.input_tokens, serving.output_tokens,
      serving.formats.precision.empty() ? "fp8, or in the one format that a model is published in"
                                        : serving.formats.precision,
      serving_software_name(serving.software), decode);
}

// 90 % intervals of the value, in the unit of the row, and of the ratio; the grade; the measured
// cases that the prediction resembles.
std::vector<Cell> evidence_cells(const ComparisonCell& c) {
  if (!c.possible || !c.how.prediction) return std::vector<Cell>(6);
  const PredictionEvidence& e = *c.how.prediction;
  const auto bound = [](std::optional<double> value, double factor) {
    return value && factor > 0.0 ? value_cell(*value * factor) : Cell();
  };
  return {bound(c.value, e.low),
          bound(c.value, e.high),
          bound(c.ratio, c.ratio_interval.low),
          bound(c.ratio, c.ratio_interval.high),
          Cell(std::string(grade_letter(e.grade))),
          Cell(describe(e))};
}

}  // namespace

TextTable comparison_table(const std::vector<ComparisonRow>& rows) {
  TextTable table;
  table.columns = {{"workload", "workload"},
                   {"unit", "unit"},
                   {"chip", "chip"},
                   {"possible", "possible"},
                   {"value", "value"},
                   {"ratio", "ratio"},
                   {"bound", "bound"},
                   {"why", "why"},
                   {"per $", "value_per_usd"},
                   {"per W", "value_per_w"},
                   {"formats", "formats"},
                   {"arithmetic", "arithmetic"},
                   {"layout", "layout"},
                   {"chips a replica", "chips_per_copy"},
                   {"sequences", "sequences_per_copy"},
                   {"s/token", "time_per_token_s"},
                   {"memory", "memory"},
                   {"least", "least_value"},
                   {"in use", "customary"},
                   {"assumed", "assumed"},
                   {"evidence", "evidence"},
                   {"low", "low"},
                   {"high", "high"},
                   {"ratio low", "ratio_low"},
                   {"ratio high", "ratio_high"},
                   {"grade", "grade"},
                   {"resembles", "resembles"}};
  for (const ComparisonRow& row : rows) {
    for (const ComparisonCell& c : row.cells) {
      table.rows.push_back({Cell(row.workload),
                            Cell(row.unit),
                            Cell(c.chip),
                            Cell(c.possible ? "yes" : "no"),
                            c.possible ? value_cell(c.value) : Cell(),
                            ratio_cell(c),
                            Cell(c.bound),
                            Cell(c.why),
                            value_cell(c.per_dollar),
                            value_cell(c.per_watt),
                            Cell(c.how.formats),
                            Cell(c.how.arithmetic),
                            Cell(c.how.layout),
                            positive_cell(c.how.replica_chips),
                            positive_cell(c.how.sequences),
                            positive_cell(c.how.tpot_s),
                            Cell(c.how.memory),
                            value_cell(c.min_value),
                            Cell(c.customary),
                            Cell(fmt::format("{}", fmt::join(c.how.assumed, "; "))),
                            Cell(c.how.evidence)});
      for (Cell& cell : evidence_cells(c)) table.rows.back().push_back(std::move(cell));
    }
  }
  return table;
}

TextTable roofline_table(const std::vector<std::string>& chips,
                         const std::vector<ComparisonRow>& rows, const Catalogue& catalogue) {
  TextTable table;
  table.columns = {{"chip", "chip"},
                   {"kind", "kind"},
                   {"name", "name"},
                   {"FLOP/B", "flop_per_byte"},
                   {"FLOP/s", "flop_per_s"}};
  const auto add = [&](const std::string& chip, const char* kind, const std::string& name,
                       double intensity, double rate) {
    table.rows.push_back(
        {Cell(chip), Cell(kind), Cell(name), value_cell(intensity), value_cell(rate)});
  };
  for (const std::string& name : chips) {
    const ChipEntry* const chip = catalogue.find_chip(name);
    if (chip == nullptr || !chip->memory_bandwidth_bytes_per_s) continue;
    const auto peak = chip->dense_flop_per_s.find("bf16");
    if (peak == chip->dense_flop_per_s.end()) continue;
    const double bandwidth = chip->memory_bandwidth_bytes_per_s->value;
    const double ridge = peak->second.value / bandwidth;
    constexpr double lowest = 1.0 / 64, highest = 4096;  // FLOP/B, wider than any workload
    for (const double at : {lowest, ridge, highest})
      add(chip->name, "ceiling", "dense bf16", at, std::min(at * bandwidth, peak->second.value));
  }
  for (const ComparisonRow& row : rows) {
    const WorkloadEntry* const workload = catalogue.find_workload(row.workload);
    if (workload == nullptr || !workload->flop_per_unit || !(workload->flop_per_unit->value > 0))
      continue;
    const double flop = workload->flop_per_unit->value;
    for (const ComparisonCell& cell : row.cells)
      if (cell.possible)
        add(cell.chip, "workload", workload->name, flop / workload->bytes_per_unit.value,
            cell.value * flop);
  }
  return table;
}

std::string comparison_text(const std::vector<ComparisonRow>& rows, const ServingOptions& serving) {
  const std::string lines = aligned_text(table_for_people(rows));
  std::size_t at = lines.find('\n', lines.find('\n') + 1) + 1;  // title and rule
  std::string text = lines.substr(0, at);
  for (const ComparisonRow& row : rows) {
    text += fmt::format("{}, {} per chip\n", row.workload, unit_of(row).name);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::size_t end = lines.find('\n', at) + 1;
      text += lines.substr(at, end - at);
      at = end;
    }
  }
  text +=
      std::string(
          "Ratios, also per watt of the chip's limit and per dollar of its price, are to the first "
          "chip; `-`:\nno price is known, or one of both cannot run it.\n") +
      grades_text(rows);
  const bool language = std::any_of(rows.begin(), rows.end(), [](const ComparisonRow& row) {
    return row.workload.starts_with("prefill:") || row.workload.starts_with("decode:") ||
           row.workload.starts_with("serve:");
  });
  if (language) {
    text += memory_text(rows) + language_footer(serving);
  }
  return text;
}

}  // namespace tranche
