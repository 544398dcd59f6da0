// SPDX-License-Identifier: Apache-2.0

// List of chips and the page of one chip.
#include <fmt/format.h>

#include "sim/catalogue/pages/pages.hpp"
#include "sim/catalogue/precisions.hpp"

namespace tranche {
namespace {

// "2024-Q2" of "2024-Q2 (E: 2024-11)".
std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

// Source of a text without its own: that of the associated number.
std::string source_of(const MaybeNumber& number) { return number ? number->source : std::string(); }

MaybeNumber rate_of(const std::map<std::string, SourcedNumber>& rates,
                    const std::string& precision) {
  const auto rate = rates.find(precision);
  if (rate == rates.end()) return std::nullopt;
  return rate->second;
}

// The larger of FP8 and INT8: some chips lack one of them, or have one reduced.
MaybeNumber eight_bit_rate(const ChipEntry& chip) {
  const MaybeNumber fp8 = rate_of(chip.dense_flop_per_s, "fp8");
  const MaybeNumber int8 = rate_of(chip.dense_flop_per_s, "int8");
  if (!fp8) return int8;
  if (!int8) return fp8;
  return fp8->value >= int8->value ? fp8 : int8;
}

Cell price_cell(const ChipEntry& chip) {
  if (!chip.price_low_usd || !chip.price_high_usd) return {};
  constexpr double thousand = 1e3;
  if (chip.price_low_usd->value == chip.price_high_usd->value) {
    return {fmt::format("{:g} k$", chip.price_low_usd->value / thousand)};
  }
  return {fmt::format("{:g} to {:g} k$", chip.price_low_usd->value / thousand,
                      chip.price_high_usd->value / thousand)};
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string chip_heading(const ChipEntry& chip) {
  std::string heading = chip.name;
  if (!chip.aliases.empty()) heading += fmt::format(" (also {})", joined(chip.aliases));
  heading += fmt::format("\n{}, {}; available: {}; {}; agreement of sources: {}\n", chip.title,
                         chip.vendor, chip.available, chip.status, chip.confidence);
  if (!chip.process.empty()) heading += fmt::format("process: {}\n", chip.process);
  return heading + "\n";
}

void add_silicon_and_memory(const ChipEntry& chip, Details& details) {
  for (const std::string& precision : precision_names(as_rate)) {
    const MaybeNumber rate = rate_of(chip.dense_flop_per_s, precision);
    if (rate) details.number(fmt::format("dense {}", precision), rate);
  }
  for (const auto& [precision, rate] : chip.measured_flop_per_s) {
    details.number(fmt::format("measured best {}", precision), rate);
  }
  details.text("memory type", chip.memory_type, source_of(chip.memory_capacity_bytes));
  details.number("memory capacity", chip.memory_capacity_bytes);
  if (chip.memory_visible_bytes) details.number("memory visible", chip.memory_visible_bytes);
  details.number("memory bandwidth", chip.memory_bandwidth_bytes_per_s);
  if (chip.cache_bytes) details.number("cache", chip.cache_bytes);
  details.number("transistors", chip.transistors);
  details.number("dies", chip.die_count);
  details.number("die area", chip.die_area_mm2);
}

void add_links_power_price(const ChipEntry& chip, Details& details) {
  details.text("scale-up link", chip.scale_up_link, source_of(chip.scale_up_chips));
  details.number("scale-up, both directions", chip.scale_up_bytes_per_s);
  details.number("scale-up domain", chip.scale_up_chips);
  details.number("scale-out, one direction", chip.scale_out_bytes_per_s);
  details.number("thermal design power", chip.tdp_w);
  details.text("server", chip.server, source_of(chip.tdp_w));
  details.number("server power per chip", chip.server_w);
  details.number("price, low", chip.price_low_usd);
  details.number("price, high", chip.price_high_usd);
}

void add_computed(const Catalogue& catalogue, const ChipEntry& chip, Details& details) {
  details.computed("TPP", count_cell(total_processing_performance(chip), 0),
                   fmt::format("dense rate x bits, set by {}", precision_setting_tpp(chip)));
  details.computed("performance density", count_cell(performance_density(chip), 2),
                   "TPP per mm2 of logic die");
  for (const Yardstick& yardstick : catalogue.yardsticks) {
    details.computed(yardstick.name, count_cell(yardstick_value(yardstick, chip, catalogue), 3),
                     yardstick.definition);
  }
  for (const RuleVintage& rule : catalogue.rules) {
    const ChipStatus status = status_under(rule, chip);
    details.computed(fmt::format("under {}", rule.name), {status_words(status)}, status.reason);
  }
}

}  // namespace

Page chip_list_page(const Catalogue& catalogue) {
  Page page;
  page.table.columns = {{"chip", "chip"},
                        {"vendor", "vendor", false},
                        {"available", "available", false},
                        {"since", "since"},
                        {"bf16", "bf16_flop_per_s"},
                        {"8 bit", "int8_or_fp8_flop_per_s"},
                        {"TPP", "tpp"},
                        {"TPP/mm2", "performance_density"},
                        {"memory", "memory_capacity_bytes"},
                        {"bandwidth", "memory_bandwidth_bytes_per_s"},
                        {"scale-up", "scale_up_bytes_per_s"},
                        {"TDP", "tdp_w"},
                        {"price", "price"},
                        {"sources", "confidence"}};
  for (const ChipEntry& chip : catalogue.chips) {
    page.table.rows.push_back(
        {chip.name, chip.vendor, chip.available, first_word(chip.available),
         quantity_cell(rate_of(chip.dense_flop_per_s, "bf16"), UnitKind::flop_per_s),
         quantity_cell(eight_bit_rate(chip), UnitKind::flop_per_s),
         count_cell(total_processing_performance(chip), 0),
         count_cell(performance_density(chip), 2),
         quantity_cell(chip.memory_capacity_bytes, UnitKind::bytes),
         quantity_cell(chip.memory_bandwidth_bytes_per_s, UnitKind::bytes_per_s),
         quantity_cell(chip.scale_up_bytes_per_s, UnitKind::bytes_per_s),
         quantity_cell(chip.tdp_w, UnitKind::watts), price_cell(chip),
         chip.status == "claim" ? "claim" : chip.confidence});
  }
  page.footing = fmt::format(
      "\n{} chips. Rates are dense; `8 bit` is the larger of FP8 and INT8; scale-up counts both "
      "directions.\n`-` is not known. Sources of every number: tranche catalogue chips NAME\n",
      catalogue.chips.size());
  return page;
}

Page chip_page(const Catalogue& catalogue, const ChipEntry& chip) {
  Details details;
  add_silicon_and_memory(chip, details);
  add_links_power_price(chip, details);
  add_computed(catalogue, chip, details);
  Page page;
  page.heading = chip_heading(chip);
  page.footing = details.source_lines(catalogue.sources);
  if (!chip.notes.empty()) page.footing += fmt::format("\nnotes: {}\n", chip.notes);
  if (!chip.export_notes.empty()) page.footing += fmt::format("export: {}\n", chip.export_notes);
  Details spelled_out = details;
  spelled_out.spell_sources_out(catalogue.sources);
  page.table_for_programs = spelled_out.take();
  page.table = details.take();
  return page;
}

}  // namespace tranche
