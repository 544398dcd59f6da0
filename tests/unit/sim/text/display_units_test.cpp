// SPDX-License-Identifier: Apache-2.0

// The page has the program's table of units. TRANCHE_UPDATE_GOLDEN=1 writes it.
#include "sim/text/display_units.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/scenario/metrics.hpp"
#include "sim/text/json_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(MagnitudeName name) {
  switch (name) {
    case MagnitudeName::none:
      return "none";
    case MagnitudeName::prefix:
      return "prefix";
    case MagnitudeName::separate_prefix:
      return "separate_prefix";
    case MagnitudeName::word:
      return "word";
  }
  return "";
}

std::string table_of_the_page() {
  Json table = {{"magnitudes", Json::array()}, {"units", Json::array()}};
  for (const Magnitude& magnitude : magnitudes)
    table["magnitudes"].push_back(
        {{"value", magnitude.value}, {"prefix", magnitude.prefix}, {"word", magnitude.word}});
  for (const DisplayUnitRow& row : display_unit_table)
    table["units"].push_back({{"unit", row.unit},
                              {"base", row.base},
                              {"base_units", row.base_units},
                              {"name", name_of(row.name)},
                              {"least", row.least},
                              {"most", row.most}});
  return json_text(table);
}

TEST(DisplayUnits, AreTheSameOnThePage) {
  const std::string path =
      std::string(TRANCHE_SOURCE_DIR) + "/tools/report/source/display_units.json";
  const char* const update = std::getenv("TRANCHE_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1")
    std::ofstream(path, std::ios::binary) << table_of_the_page();
  std::ifstream file(path, std::ios::binary);
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(committed == table_of_the_page())
      << "run the tests with TRANCHE_UPDATE_GOLDEN=1 and commit " << path;
}

TEST(DisplayUnits, HaveARowForEveryMetric) {
  for (const MetricRow& metric : metric_table)
    EXPECT_NE(display_unit_row(metric.unit), nullptr) << metric.name << ": " << metric.unit;
}

TEST(DisplayUnits, EndsAreNotUnitsOfTheirOwn) {
  EXPECT_EQ(display_unit_row("/s"), nullptr);
  EXPECT_EQ(display_unit_row("samples/s")->name, MagnitudeName::separate_prefix);
  EXPECT_EQ(display_unit_row("FLOP/s")->name, MagnitudeName::prefix);
  EXPECT_EQ(display_unit_row("furlongs"), nullptr);
}

}  // namespace
}  // namespace tranche
