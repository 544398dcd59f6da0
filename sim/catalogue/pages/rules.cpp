// SPDX-License-Identifier: Apache-2.0

// Lists and pages of export rules and yardsticks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/catalogue/pages/pages.hpp"

namespace tranche {
namespace {

std::string tests_text(const RuleProvision& provision) {
  std::string text;
  for (const std::vector<RuleTest>& tests : provision.any_of) {
    if (!text.empty()) text += " or ";
    std::string group;
    for (const RuleTest& test : tests) group += (group.empty() ? "" : " and ") + test.text;
    text += provision.any_of.size() > 1 ? "(" + group + ")" : group;
  }
  return text;
}

std::string provision_lines(const RuleVintage& rule) {
  std::string lines;
  for (const RuleProvision& provision : rule.provisions) {
    lines += fmt::format("  {}: {}", provision.name, provision.consequence);
    if (provision.rate) lines += fmt::format(" {}", provision.rate->text);
    if (!provision.policy.empty()) lines += fmt::format(", {}", provision.policy);
    if (provision.vintage != rule.name) lines += fmt::format(" (since {})", provision.vintage);
    lines += '\n';
    const std::string tests = tests_text(provision);
    if (!tests.empty()) lines += fmt::format("      when {}\n", tests);
    if (!provision.notes.empty()) lines += fmt::format("      {}\n", provision.notes);
    lines += fmt::format("      source ({}): {}\n", provision.certainty, provision.source);
  }
  return lines;
}

std::string rule_heading(const RuleVintage& rule) {
  std::string heading = fmt::format("{}: {}\neffective: {}; scope: {}\n", rule.name, rule.title,
                                    rule.effective, rule.scope);
  if (!rule.destinations.empty())
    heading += fmt::format("destinations: {}\n    source: {}\n", fmt::join(rule.destinations, ", "),
                           rule.destinations_source);
  if (!rule.notes.empty()) heading += fmt::format("{}\n", rule.notes);
  heading += fmt::format("\nprovisions\n{}", provision_lines(rule));
  if (rule.aggregate_tpp_share) {
    heading += fmt::format("  cap: {} of aggregate TPP\n      {}\n      source: {}\n",
                           rule.aggregate_tpp_share->text, rule.aggregate_tpp_share->note,
                           rule.aggregate_tpp_share->source);
  }
  return heading + "\n";
}

}  // namespace

std::string status_words(const ChipStatus& status) {
  std::string words;
  if (status.controlled == Verdict::no) {
    words = "free";
  } else if (status.controlled == Verdict::unknown && status.eligible != Verdict::yes) {
    words = "unknown";
  } else if (status.eligible == Verdict::yes) {
    words = "case by case";
  } else {
    words = status.eligible == Verdict::no ? "denial" : "licence";
  }
  if (status.tariff_rate > 0) words += fmt::format(", {:.0f} % tariff", status.tariff_rate * 100);
  return words;
}

Page rule_list_page(const Catalogue& catalogue) {
  Page page;
  page.table.columns = {{"chip", "chip"}};
  for (const RuleVintage& rule : catalogue.rules) {
    page.table.columns.push_back({rule.name, rule.name});
  }
  for (const ChipEntry& chip : catalogue.chips) {
    std::vector<Cell> row = {chip.name};
    for (const RuleVintage& rule : catalogue.rules) {
      row.emplace_back(status_words(status_under(rule, chip)));
    }
    page.table.rows.push_back(std::move(row));
  }
  page.footing =
      "\nComputed from TPP, performance density, memory bandwidth and link, for China.\n"
      "free: below every limit; denial: presumption of denial; case by case: may be licensed;\n"
      "licence: needed, policy open or a figure missing; unknown: a figure is not published.\n"
      "Chips made outside the United States are shown as if they were exported from there.\n"
      "The tests and figures: tranche catalogue rules NAME, tranche catalogue chips NAME\n\n";
  for (const RuleVintage& rule : catalogue.rules) {
    page.footing += fmt::format("{}: {}; effective {}\n", rule.name, rule.title, rule.effective);
  }
  return page;
}

Page rule_page(const Catalogue& catalogue, const RuleVintage& rule) {
  Page page;
  page.heading = rule_heading(rule);
  page.table.columns = {{"chip", "chip"},
                        {"status", "status"},
                        {"controlled by", "controlled_by"},
                        {"tariff", "tariff_rate"},
                        {"why", "reason"}};
  for (const ChipEntry& chip : catalogue.chips) {
    const ChipStatus status = status_under(rule, chip);
    page.table.rows.push_back(
        {chip.name, status_words(status), status.controlled_by,
         Cell(fmt::format("{:.0f} %", status.tariff_rate * 100), status.tariff_rate),
         status.reason});
  }
  return page;
}

Page yardstick_list_page(const Catalogue& catalogue) {
  Page page;
  page.table.columns = {{"yardstick", "yardstick"},
                        {"reference", "reference_chip"},
                        {"as of", "as_of"},
                        {"definition", "definition"}};
  for (const Yardstick& yardstick : catalogue.yardsticks) {
    page.table.rows.push_back(
        {yardstick.name, yardstick.reference_chip, yardstick.as_of, yardstick.definition});
  }
  page.footing = "\nThe value of every chip, and sources: tranche catalogue yardsticks NAME\n";
  return page;
}

Page yardstick_page(const Catalogue& catalogue, const Yardstick& yardstick) {
  Page page;
  page.heading = fmt::format("{}: {}\nsource ({}): {}\n\n", yardstick.name, yardstick.definition,
                             yardstick.as_of, yardstick.source);
  page.table.columns = {{"chip", "chip"}, {yardstick.name, yardstick.name}};
  for (const ChipEntry& chip : catalogue.chips) {
    page.table.rows.push_back(
        {chip.name, count_cell(yardstick_value(yardstick, chip, catalogue), 3)});
  }
  return page;
}

}  // namespace tranche
