// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sweep/sweep.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "sim/base/atomic_file.hpp"
#include "sim/results/results.hpp"
#include "sim/studies/sweep/design.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;

constexpr const char* base_text = R"(
[scenario]
name = "swept"
start = "2026-01"
months = 3
draws = 1500
headline = { metric = "chips_installed", month = "2026-02" }

[levers]
quantity = "900 to 1100"

[firms.acme]
power_cap = "1 MW"
[firms.beta]

[tranches.first]
chip = "H200"
quantity = "levers.quantity"
price = "0 USD"
split = { acme = 0.5, beta = 0.5 }

[workloads.training]
kind = "training"
flop_per_unit = "1 TFLOP"
precision = "bf16"
mfu = 0.4

[[what_if]]
name = "h100"
set = { "tranches.first.chip" = "H100" }
)";

std::string with(const std::string& sweep) { return std::string(base_text) + sweep; }

class Sweep : public testing::Test {
 protected:
  Sweep()
      : folder_(fs::temp_directory_path() /
                ("tranche-sweep-" + std::to_string(getpid()) + "-" +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {}
  ~Sweep() override { fs::remove_all(folder_); }

  SweepResult run(const std::string& text, Resume resume = Resume::no,
                  const ReadOptions& reading = {}) {
    const ScenarioSource source = tests::source_of(text, reading);
    SweepOptions options;
    options.folder = folder_;
    options.resume = resume;
    options.execution.device = Device::cpu;
    options.execution.threads = 1;
    return run_sweep(source, reading, tests::catalogue(), options);
  }
  std::string error_of(const std::string& text) {
    try {
      run(text);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }
  std::string file(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  fs::path folder_;
};

std::vector<std::vector<std::string>> labels(const std::string& text) {
  std::vector<std::vector<std::string>> out;
  for (const SweepPoint& point : sweep_points(*tests::source_of(text).sweep(), 1))
    out.push_back(point.labels);
  return out;
}

TEST_F(Sweep, TablesTheMetricThatRunPutsInPlaceOfAHeadlineThatDoesNotApply) {
  std::string text = with("[sweep]\n[[sweep.axis]]\npath = \"levers.quantity\"\nvalues = [500]\n");
  const auto replace = [&](const std::string& old, const std::string& by) {
    ASSERT_NE(text.find(old), std::string::npos) << old;
    text.replace(text.find(old), old.size(), by);
  };
  replace("headline = { metric = \"chips_installed\", month = \"2026-02\" }\n", "");
  replace("kind = \"training\"\nflop_per_unit = \"1 TFLOP\"\nprecision = \"bf16\"\nmfu = 0.4\n",
          "kind = \"memory_bound\"\ncatalogue = \"stream-triad\"\n");
  EXPECT_EQ(run(text).shown_metric, "chips_delivered") << "the first metric of results";
}

TEST_F(Sweep, TakesTheEndsOfARangeWithTheirUnit) {
  using Labels = std::vector<std::vector<std::string>>;
  const std::string text = with(R"(
[sweep]
[[sweep.axis]]
path = "firms.acme.availability"
from = "5 %"
to = "15 %"
steps = 3
[[sweep.axis]]
path = "firms.acme.power_cap"
from = 0
to = "1.125 MW"
steps = 2
)");
  EXPECT_EQ(
      labels(text),
      (Labels{
          {"5", "0"}, {"5", "1.125"}, {"10", "0"}, {"10", "1.125"}, {"15", "0"}, {"15", "1.125"}}));
  const SweepResult result = run(text);
  EXPECT_EQ(result.points, 6u);
}

TEST_F(Sweep, GoesThroughAGridWithTheLastAxisFastest) {
  using Labels = std::vector<std::vector<std::string>>;
  EXPECT_EQ(labels(with(R"(
[sweep]
[[sweep.axis]]
path = "levers.quantity"
values = [500, 1_000]
[[sweep.axis]]
what_ifs = ["base", "h100"]
)")),
            (Labels{{"500", "base"}, {"500", "h100"}, {"1000", "base"}, {"1000", "h100"}}));
  // Even steps and even ratios, ends included.
  EXPECT_EQ(labels(with(R"(
[sweep]
[[sweep.axis]]
path = "levers.quantity"
from = 100
to = "10k"
steps = 3
scale = "log"
)")),
            (Labels{{"100"}, {"1000"}, {"10000"}}));
}

// Each of n slices holds one point, on every axis; another seed places them elsewhere.
TEST_F(Sweep, UsesEverySliceOfALatinHypercubeOnce) {
  const std::string text = with(R"(
[sweep]
design = "latin_hypercube"
points = 50
[[sweep.axis]]
path = "levers.quantity"
from = 0
to = 50
[[sweep.axis]]
path = "firms.acme.power_cap"
from = 0
to = 50
unit = "MW"
)");
  const SweepSpec spec = *tests::source_of(text).sweep();
  for (std::size_t axis = 0; axis < 2; ++axis) {
    std::vector<int> slices(50);
    for (const SweepPoint& point : sweep_points(spec, 7))
      ++slices[static_cast<std::size_t>(std::stod(point.labels[axis]))];
    EXPECT_EQ(std::count(slices.begin(), slices.end(), 1), 50);
  }
  EXPECT_EQ(sweep_points(spec, 7)[3].labels, sweep_points(spec, 7)[3].labels);
  EXPECT_NE(sweep_points(spec, 7)[3].labels, sweep_points(spec, 8)[3].labels);
}

// The first points of the two-dimensional Sobol sequence after the corner: (1/2, 1/2),
// (3/4, 1/4), (1/4, 3/4), as in Joe and Kuo's own list (web.maths.unsw.edu.au/~fkuo/sobol).
TEST_F(Sweep, StartsTheSobolSequenceAsPublished) {
  const std::string text = with(R"(
[sweep]
design = "sobol"
points = 3
[[sweep.axis]]
path = "levers.quantity"
from = 0
to = 100
[[sweep.axis]]
path = "tranches.first.chip"
values = ["H100", "H200"]
)");
  using Labels = std::vector<std::vector<std::string>>;
  EXPECT_EQ(labels(text), (Labels{{"50", "H200"}, {"75", "H100"}, {"25", "H200"}}));
}

TEST_F(Sweep, GivesTheFiguresOfARunWithTheSameValues) {
  const SweepResult swept = run(with(R"(
[sweep]
metrics = ["chips_installed", "training_flop_per_s"]
[[sweep.axis]]
path = "levers.quantity"
values = [500, "1k to 2k"]
)"));
  const ReadOptions reading{.set = {"levers.quantity=1k to 2k"}, .draws = {}, .seed = {}};
  RunOptions options;
  options.execution.device = Device::cpu;
  const RunResult alone =
      run_scenario(tests::read_text(base_text, reading), tests::catalogue(), options);
  std::istringstream rows(swept.rows.at(1));
  const std::string summary = summary_csv(alone.lowered, summary_rows(alone));
  int compared = 0;
  for (std::string row; std::getline(rows, row); ++compared) {
    // Without the columns `point`, `levers.quantity` and the six about differences.
    std::size_t end = row.size();
    for (int column = 0; column < 6; ++column) end = row.rfind(',', end - 1);
    const std::size_t begin = row.find(',', row.find(',') + 1);
    const std::string figures = row.substr(begin, end - begin);
    EXPECT_NE(summary.find("base" + figures + "\n"), std::string::npos) << row;
  }
  EXPECT_EQ(compared, 2 * 3 * 2);  // metrics, firms with all, the headline's month and the last
  EXPECT_FALSE(fs::exists(folder_ / "sweep.partial"));
  EXPECT_TRUE(file("sweep.csv").starts_with("point,levers.quantity,firm,month,metric,unit,mean,"));
}

// 1000 chips in the scenario as written.
TEST_F(Sweep, ComparesEachPointWithTheScenarioAsWritten) {
  const SweepResult swept =
      run(with(R"(
[sweep]
metrics = ["chips_delivered"]
months = ["last"]
[[sweep.axis]]
path = "levers.quantity"
values = [500, 1000, 1750]
)"),
          Resume::no, {.set = {"levers.quantity=1000"}, .draws = {}, .seed = {}});
  const double differences[] = {-500, 0, 750};
  ASSERT_EQ(swept.shown.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const Statistics& d = swept.shown[i].difference;
    for (const double value : {d.mean, d.p05, d.p50, d.p95}) EXPECT_EQ(value, differences[i]) << i;
    EXPECT_EQ(d.share_positive, differences[i] > 0 ? 1 : 0);
    EXPECT_EQ(d.share_negative, differences[i] < 0 ? 1 : 0);
  }
}

// Twice the interval doubles the number in every draw, so the difference equals the original.
TEST_F(Sweep, FindsThatTwiceTheChipsAreAsManyMoreInEveryDraw) {
  const SweepResult swept = run(with(R"(
[sweep]
metrics = ["chips_delivered"]
months = ["last"]
[[sweep.axis]]
path = "levers.quantity"
values = ["900 to 1100", "1800 to 2200"]
)"));
  const Statistics &written = swept.shown[0].value, &twice = swept.shown[1].difference;
  EXPECT_EQ(swept.shown[0].difference.share_zero, 1);
  constexpr double bin = 0.004;  // the widest of a histogram, relative
  EXPECT_NEAR(twice.mean, written.mean, 1e-6 * written.mean);  // seven digits are kept
  EXPECT_NEAR(twice.p05, written.p05, bin * written.p05);
  EXPECT_NEAR(twice.p50, written.p50, bin * written.p50);
  EXPECT_NEAR(twice.p95, written.p95, bin * written.p95);
  EXPECT_EQ(twice.share_positive, 1);
}

// Sixteen points are simulated four at a time, one or two alone: the bytes are equal.
TEST_F(Sweep, GivesEachPointTheBytesThatItHasAlone) {
  const auto axes = [](const std::string& quantities, const std::string& chips) {
    return with(R"(
[sweep]
metrics = ["chips_installed", "training_flop_per_s", "mfu"]
[[sweep.axis]]
path = "levers.quantity"
values = [)" + quantities +
                R"(]
[[sweep.axis]]
path = "tranches.first.chip"
values = [)" + chips +
                "]\n");
  };
  const std::vector<std::string> quantities = {"500", "\"1k to 2k\"", "\"900 to 1100\"", "1500"};
  const std::vector<std::string> chips = {"\"H100\"", "\"H200\"", "\"H20\"", "\"B200\""};
  const auto joined = [](const std::vector<std::string>& words) {
    return words[0] + "," + words[1] + "," + words[2] + "," + words[3];
  };
  const SweepResult all = run(axes(joined(quantities), joined(chips)));
  ASSERT_EQ(all.rows.size(), 16u);
  // Without the numbers of the points.
  const auto unnumbered = [](const std::string& rows) {
    std::istringstream lines(rows);
    std::string out;
    for (std::string line; std::getline(lines, line);) out += line.substr(line.find(',')) + "\n";
    return out;
  };
  for (const std::size_t i : {0u, 5u, 10u, 15u}) {
    const SweepResult alone = run(axes(quantities[i / 4], chips[i % 4]));
    EXPECT_EQ(unnumbered(all.rows[i]), unnumbered(alone.rows[0])) << i;
  }
}

constexpr const char* three_points = R"(
[sweep]
[[sweep.axis]]
path = "levers.quantity"
values = [500, 1000, 1500]
)";

// Store of an interrupted sweep: the first points of a finished one.
class ResumedSweep : public Sweep {
 protected:
  void SetUp() override {
    const SweepResult whole = run(with(three_points));
    csv_ = file("sweep.csv");
    // Interrupt another one after its first point.
    std::atomic<bool> stop = false;
    const ScenarioSource source = tests::source_of(with(three_points));
    SweepOptions options{.folder = folder_, .resume = Resume::no};
    options.execution.device = Device::cpu;
    options.execution.stop = &stop;
    options.execution.progress = [&](std::uint64_t done, std::uint64_t) { stop = done > 1500; };
    EXPECT_THROW(run_sweep(source, {}, tests::catalogue(), options), SweepInterrupted);
    partial_ = file("sweep.partial");
  }
  std::string resumed_error() {
    try {
      run(with(three_points), Resume::yes);
    } catch (const OutputError& error) {
      return error.what();
    }
    return "";
  }
  void put(const std::string& text) {
    std::ofstream(folder_ / "sweep.partial", std::ios::binary) << text;
  }
  std::string csv_, partial_;
};

TEST_F(ResumedSweep, GoesOnWhereItStoppedWithTheSameBytes) {
  EXPECT_NE(partial_.find("point 1 "), std::string::npos);
  const SweepResult result = run(with(three_points), Resume::yes);
  EXPECT_GE(result.points_kept, 1u);
  EXPECT_LT(result.points_kept, 3u);
  EXPECT_EQ(file("sweep.csv"), csv_);
}

TEST_F(ResumedSweep, DoesAPointAgainThatWasCutOff) {
  put(partial_.substr(0, partial_.size() - 20));
  EXPECT_EQ(resumed_error(), "");
  EXPECT_EQ(file("sweep.csv"), csv_);
}

TEST_F(ResumedSweep, RefusesAFileThatIsDamaged) {
  std::string damaged = partial_;
  const std::size_t digit = damaged.find("chips_installed") + 24;
  damaged[digit] = damaged[digit] == '7' ? '8' : '7';
  put(damaged);
  EXPECT_NE(resumed_error().find("damaged at line 2"), std::string::npos) << resumed_error();
}

TEST_F(ResumedSweep, RefusesAFileOfAnotherSweep) {
  std::string other = partial_;
  const std::size_t key = std::string("tranche sweep 1 ").size();
  other[key] = other[key] == 'a' ? 'b' : 'a';
  put(other);
  EXPECT_NE(resumed_error().find("belongs to another scenario"), std::string::npos);
  put("something else\n");
  EXPECT_NE(resumed_error().find("no list of finished points"), std::string::npos);
}

TEST_F(Sweep, RefusesABillionPointsWithAnEstimate) {
  const std::string message = error_of(with(R"(
[sweep]
[[sweep.axis]]
path = "levers.quantity"
from = 1
to = 1000
steps = 1_000_000_000
)"));
  EXPECT_NE(message.find("a sweep of 1e+09 points is too large"), std::string::npos) << message;
  EXPECT_NE(message.find("it would take about"), std::string::npos) << message;
}

TEST_F(Sweep, NamesThePointThatIsNoScenario) {
  const std::string message = error_of(with(R"(
[sweep]
[[sweep.axis]]
path = "levers.quantity"
values = [500, 1000]
[[sweep.axis]]
path = "tranches.first.chip"
values = ["H200", "H20O"]
)"));
  EXPECT_NE(message.find("at point 2 (levers.quantity = 500, tranches.first.chip = H20O): unknown "
                         "chip `H20O`"),
            std::string::npos)
      << message;
  EXPECT_FALSE(fs::exists(folder_ / "sweep.csv"));
}

TEST_F(Sweep, SaysThatAScenarioHasNoSweep) {
  EXPECT_NE(error_of(base_text).find("the scenario has no [sweep]"), std::string::npos);
}

TEST_F(Sweep, RefusesAMetricThatDoesNotApply) {
  const std::string message = error_of(with(R"(
[sweep]
metrics = ["decode_tokens_per_s"]
[[sweep.axis]]
path = "levers.quantity"
values = [500]
)"));
  EXPECT_NE(message.find("metric `decode_tokens_per_s` does not apply"), std::string::npos);
}

}  // namespace
}  // namespace tranche
