#include "sim/performance/compare_report.hpp"

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

// How much of the first chip's figure per watt or dollar this chip gives.
Cell relative(const std::optional<double>& value, const std::optional<double>& first) {
  if (!value || !first || !(*first > 0.0)) return {};
  return {fmt::format("{:.2f}", *value / *first), *value / *first};
}

DisplayUnit unit_of(const ComparisonRow& row) {
  double largest = 0;
  for (const ComparisonCell& c : row.cells) largest = std::max(largest, c.value);
  return display_unit(row.unit, largest);
}

// What a person compares; the workload's name stands on a line above its chips.
TextTable table_for_people(const std::vector<ComparisonRow>& rows) {
  TextTable table;
  table.columns = {{"  chip", "chip"},
                   {"value", "value"},
                   {"ratio", "ratio"},
                   {"per W", "ratio_per_watt"},
                   {"per $", "ratio_per_usd"},
                   {"bound by", "bound"},
                   {"why", "why"}};
  for (const ComparisonRow& row : rows) {
    const DisplayUnit unit = unit_of(row);
    const ComparisonCell& first = row.cells.front();
    for (const ComparisonCell& c : row.cells) {
      table.rows.push_back({"  " + c.chip,
                            c.possible ? Cell(unit.number(c.value), c.value) : Cell(),
                            ratio_cell(c), relative(c.per_watt, first.per_watt),
                            relative(c.per_dollar, first.per_dollar), Cell(c.bound), Cell(c.why)});
    }
  }
  return table;
}

}  // namespace

TextTable comparison_table(const std::vector<ComparisonRow>& rows) {
  TextTable table;
  table.columns = {{"workload", "workload"}, {"unit", "unit"},   {"chip", "chip"},
                   {"possible", "possible"}, {"value", "value"}, {"ratio", "ratio"},
                   {"bound", "bound"},       {"why", "why"},     {"per $", "value_per_usd"},
                   {"per W", "value_per_w"}};
  for (const ComparisonRow& row : rows) {
    for (const ComparisonCell& c : row.cells) {
      table.rows.push_back({Cell(row.workload), Cell(row.unit), Cell(c.chip),
                            Cell(c.possible ? "yes" : "no"),
                            c.possible ? value_cell(c.value) : Cell(), ratio_cell(c), Cell(c.bound),
                            Cell(c.why), value_cell(c.per_dollar), value_cell(c.per_watt)});
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

std::string comparison_text(const std::vector<ComparisonRow>& rows) {
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
      "Ratios, also per watt of the chip's limit and per dollar of its price, are to the first "
      "chip; `-`:\nno price is known, or one of both cannot run it.\n";
  const bool language = std::any_of(rows.begin(), rows.end(), [](const ComparisonRow& row) {
    return row.workload.starts_with("prefill:") || row.workload.starts_with("decode:") ||
           row.workload.starts_with("serve:");
  });
  if (language) {
    text += fmt::format(
        "Language models: prompts of {} and outputs of {} tokens, 8-bit weights and cache where "
        "the "
        "matrix\nengine has them, TensorRT-LLM of 2025; decode: {} sequences a copy; serve: as "
        "many "
        "as memory holds.\n",
        compared_input_tokens, compared_output_tokens, compared_decode_sequences);
  }
  return text;
}

}  // namespace tranche
