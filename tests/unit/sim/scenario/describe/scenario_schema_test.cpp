// SPDX-License-Identifier: Apache-2.0

// The committed schema and reference equal those of the reader's field tables.
// TRANCHE_UPDATE_GOLDEN=1 rewrites them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/scenario/describe/schema.hpp"
#include "sim/scenario/fields/fields.hpp"

namespace tranche {
namespace {

std::string path_of(const std::string& name) {
  return std::string(TRANCHE_SOURCE_DIR) + "/" + name;
}

std::string text_of(const std::string& name) {
  std::ifstream in(path_of(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool updating() {
  const char* update = std::getenv("TRANCHE_UPDATE_GOLDEN");
  return update != nullptr && std::string(update) == "1";
}

TEST(ScenarioSchema, IsTheCommittedFile) {
  if (updating()) {
    std::ofstream(path_of("scenarios/scenario.schema.json"), std::ios::binary) << scenario_schema();
  }
  EXPECT_TRUE(text_of("scenarios/scenario.schema.json") == scenario_schema())
      << "run the tests with TRANCHE_UPDATE_GOLDEN=1 and commit scenarios/scenario.schema.json";
}

TEST(ScenarioSchema, HasEveryKeyOfTheReader) {
  const auto schema = nlohmann::json::parse(scenario_schema());
  for (const Section& section : sections()) {
    const auto& found = schema.at("properties").at(section.name);
    if (section.shape == Shape::values) continue;
    const auto& table = section.shape == Shape::tables ? found["additionalProperties"]["anyOf"][0]
                        : section.shape == Shape::list ? found["items"]
                                                       : found;
    for (const FieldInfo& field : section.fields) {
      const std::string key = field.key.substr(0, field.key.find('.'));
      EXPECT_TRUE(table["properties"].contains(key)) << section.name << "." << field.key;
    }
    EXPECT_EQ(table["additionalProperties"], false) << section.name;
  }
}

TEST(ScenarioReference, IsInTheDocumentation) {
  const std::string begin = "<!-- reference -->\n";
  const std::string end = "<!-- end of reference -->\n";
  std::string page = text_of("docs/formats/scenario.md");
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find(end);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  const std::string expected = "\n" + scenario_reference() + "\n";
  if (updating()) {
    page.replace(from + begin.size(), to - from - begin.size(), expected);
    std::ofstream(path_of("docs/formats/scenario.md"), std::ios::binary) << page;
    return;
  }
  EXPECT_TRUE(page.substr(from + begin.size(), to - from - begin.size()) == expected)
      << "run the tests with TRANCHE_UPDATE_GOLDEN=1 and commit docs/formats/scenario.md";
}

TEST(FieldTables, SayWhatEachKeyIs) {
  for (const Section& section : sections()) {
    for (const FieldInfo& field : section.fields) {
      EXPECT_FALSE(field.doc.empty()) << section.name << "." << field.key;
      EXPECT_FALSE(field.doc.ends_with('.')) << section.name << "." << field.key;
      EXPECT_EQ(field.need == Need::defaulted, !field.default_text.empty())
          << section.name << "." << field.key;
    }
  }
}

}  // namespace
}  // namespace tranche
