// SPDX-License-Identifier: Apache-2.0

// Pages of `tranche catalogue`: tables with text.
#pragma once

#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/input/quantity_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// One table with text before and after it; CSV and JSON have only the table, with full sources in
// place of the codes in `table`.
struct Page {
  std::string heading;
  TextTable table;
  std::optional<TextTable> table_for_programs = std::nullopt;
  std::string footing;
};

Page chip_list_page(const Catalogue& catalogue);
Page chip_page(const Catalogue& catalogue, const ChipEntry& chip);
Page model_list_page(const Catalogue& catalogue);
Page model_page(const ModelEntry& model);
Page workload_list_page(const Catalogue& catalogue);
Page workload_page(const WorkloadEntry& workload);
Page rule_list_page(const Catalogue& catalogue);
Page rule_page(const Catalogue& catalogue, const RuleVintage& rule);
Page yardstick_list_page(const Catalogue& catalogue);
Page yardstick_page(const Catalogue& catalogue, const Yardstick& yardstick);

// "case by case, 25 % tariff": status in a few words.
std::string status_words(const ChipStatus& status);

std::string_view confidence_name(Confidence confidence);
// A cell in a readable unit.
Cell quantity_cell(const MaybeNumber& number, UnitKind kind);
Cell count_cell(const std::optional<double>& value, int digits_behind_point);
// "70.6 B": a count with thousand, million, billion or trillion.
Cell large_count_cell(const std::optional<double>& value);

// Rows of a detail page: property, value, confidence, source.
class Details {
 public:
  Details();
  void text(std::string figure, std::string value, std::string source = {});
  void number(std::string figure, const MaybeNumber& number);
  void computed(std::string figure, const Cell& value, std::string how);
  // Replaces source codes by their full text, for CSV and JSON.
  void spell_sources_out(const std::map<std::string, std::string>& sources);
  // Lines with the full text of every source code used.
  std::string source_lines(const std::map<std::string, std::string>& sources) const;
  TextTable take() { return std::move(table_); }

 private:
  TextTable table_;
  std::vector<std::string> used_;  // source members as written
};

}  // namespace tranche
