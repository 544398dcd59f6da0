// SPDX-License-Identifier: Apache-2.0

// Studies through the public interface.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "tests/support/allocation_scenarios.hpp"
#include "tests/support/door.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;
using tests::door_scenario;
using tests::error_of;

const api::Execution two_threads{.device = api::Device::cpu, .threads = 2};

constexpr const char* two_points = R"([[sweep.axis]]
name = "quantity"
path = "levers.quantity"
values = [500, 1000]
)";

TEST(DoorStudies, ASweepIsATable) {
  const auto scenario = door_scenario(two_points);
  ASSERT_TRUE(scenario) << scenario.error().text();
  const auto results = api::sweep(*scenario, {.execution = two_threads});
  ASSERT_TRUE(results) << results.error().text();
  EXPECT_EQ(results->points(), 2u);
  EXPECT_FALSE(results->written());
  const api::Table& table = results->table();
  ASSERT_FALSE(table.rows.empty());
  EXPECT_EQ(*table.text(0, "quantity"), "500");
  EXPECT_EQ(*table.text(0, "unit"), "chips");
  EXPECT_GT(**table.number(0, "p50"), 0.0);
  EXPECT_EQ(error_of(table.number(0, "p51")).problems.front().problem, "unknown column `p51`");
  EXPECT_FALSE(table.number(table.rows.size(), "p50"));
  EXPECT_FALSE(table.number(0, "unit"));
}

TEST(DoorStudies, ASweepWritesTheSameIntoAFolderNowOrLater) {
  const fs::path now = fs::temp_directory_path() / ("tranche-now-" + std::to_string(getpid()));
  const fs::path later = fs::temp_directory_path() / ("tranche-later-" + std::to_string(getpid()));
  const auto scenario = door_scenario(two_points);
  const auto results = api::sweep(*scenario, {.execution = two_threads, .folder = now.string()});
  ASSERT_TRUE(results) << results.error().text();
  ASSERT_TRUE(results->written());
  const auto written = results->write(later.string());
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(written->files, results->written()->files);
  EXPECT_EQ(written->report, results->written()->report);
  EXPECT_TRUE(fs::exists(now / "sweep.csv"));
  EXPECT_FALSE(fs::exists(now / "sweep.partial"));
  EXPECT_TRUE(fs::exists(later / "sweep.csv"));
  fs::remove_all(now);
  fs::remove_all(later);
}

TEST(DoorStudies, WithoutAQuestionAreErrors) {
  const auto scenario = door_scenario();
  ASSERT_TRUE(scenario);
  EXPECT_FALSE(scenario->has_sweep());
  EXPECT_EQ(error_of(api::sweep(*scenario)).kind, api::ErrorKind::input);
  EXPECT_EQ(error_of(api::allocate(*scenario)).kind, api::ErrorKind::input);
  EXPECT_EQ(error_of(api::discover(*scenario)).kind, api::ErrorKind::input);
}

TEST(DoorStudies, AnAllocationHasTheSharesOfTheProgram) {
  const std::string text =
      tests::three_firms("parts = 20\n[[allocate.objective]]\nmeasure = \"mean\"\n");
  const auto scenario = api::Scenario::read_text(tests::door_data(), {.text = text});
  ASSERT_TRUE(scenario) << scenario.error().text();
  const auto results = api::allocate(*scenario, {.execution = two_threads});
  ASSERT_TRUE(results) << results.error().text();
  EXPECT_EQ(results->shares(), tests::allocated(text).best().shares);
  EXPECT_EQ(results->parts(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(**results->splits().number(0, "share_a"), results->shares()[0]);
  const std::atomic<bool> cancel = true;
  const fs::path folder = fs::temp_directory_path() / ("tranche-none-" + std::to_string(getpid()));
  EXPECT_EQ(error_of(results->write(folder.string(), {}, &cancel)).kind,
            api::ErrorKind::interrupted);
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_EQ(error_of(api::allocate(*scenario, {.execution = {.device = api::Device::gpu}})).kind,
            api::ErrorKind::request);
}

TEST(DoorStudies, SensitivityNamesTheInput) {
  const auto scenario = door_scenario();
  const auto results = api::sensitivity(*scenario, {.execution = two_threads,
                                                    .methods = {api::SensitivityMethod::draws},
                                                    .metrics = {"chips_delivered"},
                                                    .draws = 1000});
  ASSERT_TRUE(results) << results.error().text();
  const api::Table table = results->table(api::SensitivityMethod::draws);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(*table.text(0, "input"), "levers.quantity");
  EXPECT_TRUE(results->table(api::SensitivityMethod::sobol).columns.empty());
  EXPECT_EQ(error_of(api::sensitivity(*scenario, {.draws = 7})).kind, api::ErrorKind::request);
}

TEST(DoorStudies, DiscoveryFindsTheBox) {
  const auto scenario = door_scenario();
  const auto results = api::discover(
      *scenario,
      {.execution = two_threads, .outcome = "chips_delivered < 1000 at 2026-02", .draws = 1000});
  ASSERT_TRUE(results) << results.error().text();
  EXPECT_NEAR(results->share(), 0.5, 0.1);  // of 1,000 draws: six standard errors
  EXPECT_FALSE(results->box().rows.empty());
  EXPECT_EQ(error_of(api::discover(*scenario, {.outcome = "chips_delivered <"})).kind,
            api::ErrorKind::input);
}

}  // namespace
}  // namespace tranche
