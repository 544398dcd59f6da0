// SPDX-License-Identifier: Apache-2.0

// Reading scenarios through the public interface: errors are values, with places in texts that are
// in no file.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sim/scenario/scenario.hpp"
#include "tests/support/door.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;
using tests::door_data;
using tests::door_scenario;
using tests::error_of;

TEST(DoorScenario, NamesWhatResultsAreLookedUpBy) {
  const auto scenario = door_scenario();
  ASSERT_TRUE(scenario) << scenario.error().text();
  EXPECT_EQ(scenario->name(), "door");
  EXPECT_EQ(scenario->draws(), 1500u);
  EXPECT_EQ(scenario->what_ifs(), (std::vector<std::string>{"base", "half"}));
  EXPECT_EQ(scenario->firms(), (std::vector<std::string>{"acme", "beta", "all"}));
  EXPECT_EQ(scenario->months(), (std::vector<std::string>{"2026-01", "2026-02", "2026-03"}));
  const auto metrics = scenario->metrics();
  ASSERT_TRUE(metrics);
  EXPECT_NE(std::find(metrics->begin(), metrics->end(), "chips_installed"), metrics->end());
}

TEST(DoorScenario, SaysEveryProblemOfATextWithItsPlace) {
  const auto scenario = door_scenario(
      "[workloads.second]\nkind = \"training\"\nmfu = 0.4\nmfuu = 2\n"
      "[tranches.other]\nchip = \"H2000\"\nquantity = 3\n");
  const api::Error& error = error_of(scenario);
  EXPECT_EQ(error.kind, api::ErrorKind::input);
  ASSERT_GE(error.problems.size(), 2u);
  const auto chip = std::find_if(
      error.problems.begin(), error.problems.end(),
      [](const api::Problem& problem) { return problem.text.find("H2000") != std::string::npos; });
  ASSERT_NE(chip, error.problems.end()) << error.text();
  EXPECT_EQ(chip->file, "door.toml");
  EXPECT_EQ(chip->line, 35u) << chip->text;
  EXPECT_EQ(chip->column, 8u) << chip->text;
  EXPECT_NE(chip->text.find(" --> door.toml:35:8\n"), std::string::npos) << chip->text;
  EXPECT_NE(chip->text.find("35 | chip = \"H2000\"\n   |        ^^^"), std::string::npos)
      << chip->text;
  EXPECT_FALSE(chip->help.empty());
}

TEST(DoorScenario, SaysWhereATextIsNoToml) {
  const auto scenario =
      api::Scenario::read_text(door_data(), {.text = "[scenario]\nname = \n", .name = "typed"});
  const api::Error& error = error_of(scenario);
  EXPECT_EQ(error.kind, api::ErrorKind::input);
  EXPECT_EQ(error.problems.front().file, "typed");
  EXPECT_EQ(error.problems.front().line, 2u);
  EXPECT_NE(error.problems.front().text.find("2 | name ="), std::string::npos);
}

TEST(DoorScenario, ShowsLinesOfTheTextInRemarksMadeLater) {
  const auto scenario = door_scenario("");
  ASSERT_TRUE(scenario);
  const auto unknown = door_scenario("[discover]\noutcome = \"chips_installed < 3 at 2031-01\"\n");
  ASSERT_TRUE(unknown) << unknown.error().text();
  const auto checked = unknown->check();
  const api::Error& error = error_of(checked);
  EXPECT_EQ(error.kind, api::ErrorKind::input);
  EXPECT_EQ(error.problems.front().line, 31u) << error.text();
  EXPECT_NE(error.text().find("31 | outcome = \"chips_installed < 3 at 2031-01\""),
            std::string::npos)
      << error.text();
}

TEST(DoorScenario, SetsValuesAndSaysWhichItCannot) {
  const auto set = door_scenario("", {.set = {"levers.quantity=3000"}, .draws = 700, .seed = 5});
  ASSERT_TRUE(set) << set.error().text();
  EXPECT_EQ(set->draws(), 700u);
  EXPECT_EQ(set->seed(), 5u);
  const auto wrong = door_scenario("", {.set = {"levers.quantty=3000"}});
  EXPECT_EQ(error_of(wrong).kind, api::ErrorKind::input);
  EXPECT_NE(wrong.error().text().find("levers.quantity"), std::string::npos);
}

TEST(DoorScenario, FindsFilesInTheFolderOfAText) {
  const fs::path folder = fs::temp_directory_path() / ("tranche-door-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "base.toml") << tests::door_text;
  const auto scenario = api::Scenario::read_text(
      door_data(), {.text = "extends = \"base.toml\"\n[scenario]\nname = \"extended\"\n",
                    .name = "typed.toml",
                    .folder = folder.string()});
  fs::remove_all(folder);
  ASSERT_TRUE(scenario) << scenario.error().text();
  EXPECT_EQ(scenario->name(), "extended");
  EXPECT_EQ(scenario->what_ifs().size(), 2u);
}

TEST(DoorScenario, AFileThatIsNotThereIsAValue) {
  const auto scenario = api::Scenario::read(door_data(), "nowhere/none.toml");
  EXPECT_EQ(error_of(scenario).kind, api::ErrorKind::input);
  EXPECT_NE(scenario.error().text().find("no such file"), std::string::npos);
}

TEST(DoorData, AFolderWithoutACatalogueIsAValue) {
  const auto data = api::Data::open("/nowhere/at/all");
  EXPECT_EQ(error_of(data).kind, api::ErrorKind::input);
}

TEST(DoorData, NamesChipsModelsAndWorkloads) {
  const std::vector<std::string> chips = door_data().chips(), models = door_data().models();
  EXPECT_NE(std::find(chips.begin(), chips.end(), "H200"), chips.end());
  EXPECT_NE(std::find(models.begin(), models.end(), "llama-3.1-405b"), models.end());
  EXPECT_FALSE(door_data().workloads().empty());
}

TEST(DoorExpected, UsedWrongIsALogicError) {
  const auto scenario = api::Scenario::read(door_data(), "nowhere/none.toml");
  EXPECT_THROW((void)scenario.value(), std::logic_error);
  EXPECT_THROW((void)door_scenario().error(), std::logic_error);
}

}  // namespace
}  // namespace tranche
