// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/catalogue/pages/print.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using tests::catalogue;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CatalogueText, ChipPageNamesTheSourceOfEveryNumber) {
  const std::string page =
      print_catalogue(catalogue(), CatalogueKind::chips, "h200", TextFormat::table);
  EXPECT_TRUE(contains(page, "H200-SXM (also H200"));
  EXPECT_TRUE(contains(page, "memory bandwidth           4.8 TB/s"));
  EXPECT_TRUE(contains(page, "\nsources\n"));
  EXPECT_TRUE(contains(page, "case by case, 25 % tariff"));
  EXPECT_TRUE(contains(page, "set by int8"));
}

TEST(CatalogueText, JsonSpellsSourcesOut) {
  const std::string text =
      print_catalogue(catalogue(), CatalogueKind::chips, "H20", TextFormat::json);
  const nlohmann::json rows = nlohmann::json::parse(text);
  EXPECT_EQ(rows[0]["figure"], "dense fp64");
  EXPECT_EQ(rows[0]["confidence"], "assumed");
  EXPECT_TRUE(contains(rows[0]["source"], "tomshardware.com")) << rows[0];
}

TEST(CatalogueText, ListsHaveOneLinePerEntry) {
  const nlohmann::json chips = nlohmann::json::parse(
      print_catalogue(catalogue(), CatalogueKind::chips, std::nullopt, TextFormat::json));
  EXPECT_EQ(chips.size(), catalogue().chips.size());
  const std::string rules =
      print_catalogue(catalogue(), CatalogueKind::rules, std::nullopt, TextFormat::csv);
  EXPECT_TRUE(contains(rules, "chip,2022-10,2023-10,2024-12,2025-04,2026-01,proposed-bill\n"));
  EXPECT_TRUE(contains(rules, "H800-SXM,free,denial,denial,denial,licence,denial\n"));
  EXPECT_TRUE(contains(rules, "B30A,denial,denial,denial,denial,denial,denial\n"));
  EXPECT_TRUE(
      contains(print_catalogue(catalogue(), CatalogueKind::models, std::nullopt, TextFormat::table),
               "llama-3.1-405b          405.9 B  405.9 B"));
}

TEST(CatalogueText, EveryPageOfEveryEntryCanBePrinted) {
  const auto print_all = [](CatalogueKind kind, const auto& entries) {
    for (const auto& entry : entries) {
      for (const TextFormat format : {TextFormat::table, TextFormat::csv, TextFormat::json}) {
        EXPECT_FALSE(print_catalogue(catalogue(), kind, entry.name, format).empty()) << entry.name;
      }
    }
  };
  print_all(CatalogueKind::chips, catalogue().chips);
  print_all(CatalogueKind::models, catalogue().models);
  print_all(CatalogueKind::workloads, catalogue().workloads);
  print_all(CatalogueKind::rules, catalogue().rules);
  print_all(CatalogueKind::yardsticks, catalogue().yardsticks);
}

TEST(CatalogueText, UnknownNameSuggestsTheNearest) {
  try {
    print_catalogue(catalogue(), CatalogueKind::chips, "H20O", TextFormat::table);
    ADD_FAILURE() << "should have thrown";
  } catch (const InputError& error) {
    EXPECT_EQ(error.diagnostics().front().problem, "unknown chip `H20O`");
    EXPECT_EQ(error.diagnostics().front().help.front(), "did you mean `H20`?");
  }
}

}  // namespace
}  // namespace tranche
