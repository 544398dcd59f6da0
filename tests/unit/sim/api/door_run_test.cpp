// SPDX-License-Identifier: Apache-2.0

// Runs through the public interface: the digests and numbers of the program, looked up by name;
// what goes wrong is a value.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "sim/input/csv_reader.hpp"
#include "sim/simulate/run.hpp"
#include "tests/support/door.hpp"
#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;
using tests::door_data;
using tests::door_scenario;
using tests::error_of;
using tests::on_cpu;

const api::Results& door_results() {
  static const api::Results results = api::run(*door_scenario(), on_cpu()).value();
  return results;
}

TEST(DoorRun, HasTheDigestOfTheProgram) {
  const std::string file = tests::shipped_data() + "/minimal.toml";
  const auto scenario = api::Scenario::read(door_data(), file, {.draws = 2000});
  ASSERT_TRUE(scenario) << scenario.error().text();
  const auto results = api::run(*scenario, on_cpu());
  ASSERT_TRUE(results) << results.error().text();
  ReadOptions reading;
  reading.draws = 2000;
  const RunResult inside = tests::run_on_cpu(read_scenario(file, reading, tests::catalogue()));
  EXPECT_EQ(results->digest(), digest_of(inside));
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  const auto typed = api::Scenario::read_text(door_data(), {.text = text.str()}, {.draws = 2000});
  ASSERT_TRUE(typed) << typed.error().text();
  EXPECT_EQ(api::run(*typed, on_cpu())->digest(), results->digest());
}

TEST(DoorRun, LooksUpByNameWhatItWrites) {
  const fs::path folder = fs::temp_directory_path() / ("tranche-run-" + std::to_string(getpid()));
  const auto written = door_results().write({.folder = folder.string()});
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(written->files.front(), "summary.csv");
  EXPECT_TRUE(fs::exists(folder / "result.json"));
  EXPECT_FALSE(fs::exists(folder / "report.html")) << "no template was given";
  std::size_t compared = 0;
  for (const char* name : {"summary.csv", "differences.csv"}) {
    const CsvTable table = read_csv((folder / name).string());
    for (std::size_t row = 0; row < table.rows.size(); ++row, ++compared) {
      const auto field = [&](const char* column) { return table.field(row, column); };
      const bool is_difference = std::string(name) == "differences.csv";
      const auto at =
          door_results().at(field("what_if"), field("firm"), field("month"), field("metric"));
      const auto minus = door_results().difference(field("what_if"), field("firm"), field("month"),
                                                   field("metric"));
      ASSERT_TRUE(at);
      ASSERT_EQ(minus.has_value(), field("what_if") != "base");
      const api::Figure& figure = is_difference ? *minus : *at;
      EXPECT_EQ(figure.unit, field("unit"));
      for (const auto& [column, value] :
           {std::pair{"mean", figure.mean}, std::pair{"p05", figure.p05},
            std::pair{"p50", figure.p50}, std::pair{"p95", figure.p95},
            std::pair{"mc_error_p50", figure.p50_error}}) {
        const auto shown = table.number(row, column);
        EXPECT_EQ(shown.has_value(), figure.is_known);
        // seven digits
        if (shown) {
          EXPECT_NEAR(value, *shown, 1e-6 * std::abs(value));
        }
      }
    }
  }
  EXPECT_GT(compared, 100u);
  fs::remove_all(folder);
}

TEST(DoorRun, ComparesAWhatIfDrawByDraw) {
  const auto base = door_results().at("base", "all", "2026-02", "chips_installed");
  const auto half = door_results().at("half", "all", "2026-02", "chips_installed");
  const auto less = door_results().difference("half", "all", "2026-02", "chips_installed");
  ASSERT_TRUE(base && half && less);
  EXPECT_NEAR(less->mean, half->mean - base->mean, 1e-3 * base->mean);
  EXPECT_EQ(less->share_below, 1.0);
  EXPECT_GT(base->mean_error, 0.0);
  const auto binding = door_results().binding("base", "acme", "2026-02");
  ASSERT_TRUE(binding);
  double sum = 0;
  for (const auto& [name, share] : *binding) sum += share;
  EXPECT_NEAR(sum, 1.0, 1e-9);
}

TEST(DoorRun, HelpsWithWrongNames) {
  const auto firm = door_results().at("base", "acmee", "2026-02", "mfu");
  EXPECT_EQ(error_of(firm).kind, api::ErrorKind::request);
  EXPECT_EQ(firm.error().problems.front().problem, "unknown firm `acmee`");
  EXPECT_EQ(firm.error().problems.front().help.front(), "did you mean `acme`?");
  EXPECT_NE(firm.error().text().find("error: unknown firm `acmee`\n  = help: did you mean"),
            std::string::npos);
  EXPECT_EQ(door_results().at("halff", "acme", "2026-02", "mfu").error().problems.front().help[0],
            "did you mean `half`?");
  EXPECT_FALSE(door_results().at("base", "acme", "2036-02", "mfu"));
  EXPECT_FALSE(door_results().at("base", "acme", "2026-02", "mfuu"));
  EXPECT_FALSE(door_results().difference("base", "acme", "2026-02", "mfu"));
  EXPECT_FALSE(door_results().binding("base", "acmee", "2026-02"));
}

TEST(DoorRun, SaysWhatTheTerminalReportSays) {
  const std::string report = door_results().text();
  for (const std::string& sentence : door_results().headline())
    EXPECT_NE(report.find(sentence.substr(0, 20)), std::string::npos) << sentence;
  EXPECT_NE(report.find("digest " + door_results().digest().substr(0, 16)), std::string::npos);
  EXPECT_EQ(report.find('\x1b'), std::string::npos);
}

// Draws that fill no whole group of batches: what was told last is all of them.
TEST(DoorRun, TellsProgressThatRisesToAllDraws) {
  std::uint64_t last = 0, of = 0;
  bool rises = true;
  api::RunOptions options = on_cpu();
  options.execution.progress = [&](std::uint64_t done, std::uint64_t total) {
    rises = rises && done >= last;
    last = done;
    of = total;
  };
  const auto scenario = door_scenario("", {.draws = 50'003});
  ASSERT_TRUE(api::run(*scenario, options));
  EXPECT_TRUE(rises);
  EXPECT_EQ(last, 50'003u);
  EXPECT_EQ(of, 50'003u);
}

TEST(DoorRun, EndsWhenCancelled) {
  std::atomic<bool> cancel = false;
  api::RunOptions options = on_cpu();
  options.execution.cancel = &cancel;
  options.execution.progress = [&](std::uint64_t done, std::uint64_t) { cancel = done > 0; };
  const auto scenario = door_scenario("", {.draws = 2'000'000});
  const auto results = api::run(*scenario, options);
  EXPECT_EQ(error_of(results).kind, api::ErrorKind::interrupted);
  EXPECT_TRUE(results.error().checkpoint.empty());
}

TEST(DoorRun, AGpuThatIsNotThereIsAValue) {
  api::RunOptions options;
  options.execution.device = api::Device::gpu;
  options.execution.gpu = 1000;
  EXPECT_EQ(error_of(api::run(*door_scenario(), options)).kind, api::ErrorKind::unavailable);
}

TEST(DoorRun, AFolderThatCannotBeWrittenIsAValue) {
  api::RunOptions options = on_cpu();
  options.folder = "/proc/nothing/here";
  EXPECT_EQ(error_of(api::run(*door_scenario(), options)).kind, api::ErrorKind::output);
  EXPECT_EQ(error_of(door_results().write({.folder = "/proc/nothing/here"})).kind,
            api::ErrorKind::output);
}

TEST(DoorRun, MoreDrawsThanCountAreRefusedWithTheirTime) {
  const auto scenario = door_scenario("", {.draws = 1'000'000'000'000});
  ASSERT_TRUE(scenario);
  const auto results = api::run(*scenario, on_cpu());
  EXPECT_EQ(error_of(results).kind, api::ErrorKind::request);
  EXPECT_NE(results.error().text().find("would take about"), std::string::npos);
}

TEST(DoorRun, StopsAtARule) {
  api::RunOptions options = on_cpu();
  options.until = "p50 of chips_installed within 2 %";
  const auto results = api::run(*door_scenario("", {.draws = 100'000}), options);
  ASSERT_TRUE(results) << results.error().text();
  EXPECT_LT(results->draws(), 100'000u);
  options.until = "p50 of chips_installed within plenty";
  EXPECT_EQ(error_of(api::run(*door_scenario(), options)).kind, api::ErrorKind::input);
}

TEST(DoorRun, TwoAtOnceDoNotDisturbEachOther) {
  const api::Scenario scenario = *door_scenario();
  std::string digests[2];
  {
    std::thread other([&] { digests[0] = api::run(scenario, on_cpu())->digest(); });
    digests[1] = api::run(scenario, on_cpu())->digest();
    other.join();
  }
  EXPECT_EQ(digests[0], digests[1]);
  EXPECT_EQ(digests[0], door_results().digest());
}

}  // namespace
}  // namespace tranche
