// SPDX-License-Identifier: Apache-2.0

// Equal scenario and seed give equal bytes, for all threads, chunks of draws and vector widths;
// additions do not change existing results.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/run_support.hpp"

namespace tranche {
namespace {

using namespace tests;

// Two firms, a Dirichlet split, drawn inputs of every kind of `each`, slips, a copula.
Scenario uncertain_scenario() {
  Scenario scenario = one_firm(6);
  scenario.draws = 3000;  // not a multiple of a batch
  Tranche& tranche = scenario.tranches[0];
  tranche.quantity_chips = drawn("levers.quantity", family(Family::lognormal, {10.0, 0.25}));
  tranche.batches = 3;
  tranche.slip_probability = certain(0.3);
  tranche.slip_s = drawn("slip", family(Family::uniform, {0.0, 2.0 * seconds_per_month}));
  tranche.split.dirichlet = true;
  tranche.split.entries = {{"a", certain(8.0, "split.a")}, {"b", certain(6.0, "split.b")}};
  Firm& firm = scenario.firms[0];
  firm.availability =
      drawn("availability", family(Family::beta, {60.0, 4.0, 0.0, 1.0}), {true, false, true});
  firm.power_cap_w = drawn("power", family(Family::normal, {9e6, 2e6}), {true, false, false});
  scenario.workloads[0].compute_efficiency =
      drawn("mfu", family(Family::beta, {20.0, 30.0, 0.0, 1.0}), {true, false, false});
  scenario.correlations.push_back({{"levers.quantity", "mfu"}, 0.5, {}});
  Firm second = firm;
  second.name = "b";
  scenario.firms.push_back(second);
  return scenario;
}

ScenarioSet with_what_if(const Scenario& base) {
  ScenarioSet set = only_base(base);
  Variant half = set.variants[0];
  half.name = "half";
  half.scenario.tranches[0].quantity_chips.distribution =
      scaled(base.tranches[0].quantity_chips.distribution, 0.5);
  set.variants.push_back(half);
  return set;
}

std::size_t total_counters(const std::vector<kernels::Cell>& cells) {
  std::size_t counters = 0;
  for (const kernels::Cell& cell : cells)
    counters += static_cast<std::size_t>(kernels::counter_count(cell));
  return counters;
}

TEST(Reproducible, TheDigestDoesNotDependOnTheNumberOfThreads) {
  const std::string one = digest_of(run_on_cpu(with_what_if(uncertain_scenario()), 1));
  EXPECT_EQ(one, digest_of(run_on_cpu(with_what_if(uncertain_scenario()), 2)));
  EXPECT_EQ(one, digest_of(run_on_cpu(with_what_if(uncertain_scenario()), 7)));
}

TEST(Reproducible, TheDigestDoesNotDependOnHowDrawsAreCutUp) {
  const ScenarioSet set = with_what_if(uncertain_scenario());
  const LoweredScenario lowered = lower(set, catalogue());
  const auto backend = kernels::make_cpu_backend(2);
  const auto tally_of = [&](const std::vector<kernels::DrawRange>& ranges) {
    kernels::Tally total(kernels::choose_cells(lowered.data),
                         2 * 2 * 6 * kernels::constraint_count);
    for (const kernels::DrawRange& range : ranges) {
      kernels::Tally part(total.cells, total.bindings.size());
      backend->run(lowered.data, range, part, {});
      total.add(part);
    }
    return digest_of(lowered, total);
  };
  const std::string whole = tally_of({{0, 3000}});
  EXPECT_EQ(whole, tally_of({{0, 1}, {1, 511}, {512, 2488}}));
  EXPECT_EQ(whole, tally_of({{1777, 1223}, {0, 1777}}));
}

// One thread takes 10,000 draws in blocks of five batches, the last of them not full; seven
// threads, and pieces of one batch, count every batch by itself.
TEST(Reproducible, TheDigestDoesNotDependOnBlocksOfBatches) {
  Scenario scenario = uncertain_scenario();
  scenario.draws = 10'000;
  const ScenarioSet set = with_what_if(scenario);
  const LoweredScenario lowered = lower(set, catalogue());
  const std::vector<kernels::Cell> cells = kernels::choose_cells(lowered.data);
  const auto tally_of = [&](int threads, std::uint64_t piece) {
    kernels::Tally total(cells, 2 * 2 * 6 * kernels::constraint_count);
    const auto backend = kernels::make_cpu_backend(threads);
    for (std::uint64_t first = 0; first < scenario.draws; first += piece)
      backend->run(lowered.data, {first, std::min(piece, scenario.draws - first)}, total, {});
    return digest_of(lowered, total);
  };
  ASSERT_GT(total_counters(cells) * sizeof(std::uint32_t), std::size_t{1} << 20);
  const std::string in_blocks = tally_of(1, scenario.draws);
  EXPECT_EQ(in_blocks, tally_of(1, 512));
  EXPECT_EQ(in_blocks, tally_of(7, scenario.draws));
}

TEST(Reproducible, TheDigestDoesNotDependOnTheInstructionSet) {
  const std::string best = digest_of(run_on_cpu(with_what_if(uncertain_scenario())));
  for (const char* const target : {"baseline", "v2", "v3", "v4"}) {
    setenv("TRANCHE_CPU_TARGET", target, 1);
    try {
      EXPECT_EQ(best, digest_of(run_on_cpu(with_what_if(uncertain_scenario())))) << target;
    } catch (const kernels::BackendUnavailable& unavailable) {
      std::printf("%s\n", unavailable.what());
    }
    unsetenv("TRANCHE_CPU_TARGET");
  }
}

TEST(Reproducible, AnUnknownInstructionSetIsAnError) {
  setenv("TRANCHE_CPU_TARGET", "v9", 1);
  EXPECT_THROW(kernels::make_cpu_backend(1), kernels::BackendUnavailable);
  unsetenv("TRANCHE_CPU_TARGET");
}

TEST(Reproducible, AnotherSeedGivesAnotherDigest) {
  Scenario other = uncertain_scenario();
  other.seed = 2;
  EXPECT_NE(digest_of(run_on_cpu(only_base(uncertain_scenario()))),
            digest_of(run_on_cpu(only_base(other))));
}

void expect_same_base(const RunResult& a, const RunResult& b, const std::string& name) {
  for (std::int32_t step = 0; step < 6; ++step) {
    const Statistics x = statistics_of(a, name, step), y = statistics_of(b, name, step);
    EXPECT_EQ(x.mean, y.mean) << name << step;
    EXPECT_EQ(x.sd, y.sd) << name << step;
    EXPECT_EQ(x.p05, y.p05) << name << step;
    EXPECT_EQ(x.p95, y.p95) << name << step;
  }
}

TEST(Reproducible, AddingAVariableLeavesOtherResultsAlone) {
  Scenario more = uncertain_scenario();
  more.firms[0].electricity_usd_per_j =
      drawn("price of power", family(Family::uniform, {0.0, 1e-7}));
  const RunResult a = run_on_cpu(only_base(uncertain_scenario()));
  const RunResult b = run_on_cpu(only_base(more));
  for (const char* const name : {"chips_installed", "training_flop_per_s", "power_mw"})
    expect_same_base(a, b, name);
}

TEST(Reproducible, AddingAWhatIfLeavesTheBaseCaseAlone) {
  const RunResult a = run_on_cpu(only_base(uncertain_scenario()));
  const RunResult b = run_on_cpu(with_what_if(uncertain_scenario()));
  for (const char* const name : {"chips_installed", "training_flop_per_s", "h100e_tpp"})
    expect_same_base(a, b, name);
}

TEST(Reproducible, AddingAFirmInFrontLeavesTheOthersDrawsAlone) {
  Scenario more = uncertain_scenario();
  Firm newcomer = plain_firm("newcomer");
  newcomer.workloads = more.firms[0].workloads;
  more.firms.insert(more.firms.begin(), newcomer);
  const RunResult a = run_on_cpu(only_base(uncertain_scenario()));
  const RunResult b = run_on_cpu(only_base(more));
  for (std::int32_t step = 0; step < 6; ++step)
    EXPECT_EQ(statistics_of(a, "training_flop_per_s", step, 0, 0).mean,
              statistics_of(b, "training_flop_per_s", step, 0, 1).mean);
}

// With the same random numbers half the quantity is half the chips in every draw where
// power does not bind, so the difference is never positive.
TEST(Reproducible, WhatIfsArePairedDrawByDraw) {
  const RunResult result = run_on_cpu(with_what_if(uncertain_scenario()));
  const auto view = result.lowered.data.view();
  const auto cell =
      kernels::difference_cell(view, 5, 1, 2, metric(result, "chips_delivered").stored);
  const Statistics difference = statistics(result.tally, static_cast<std::size_t>(cell), 1.0);
  EXPECT_EQ(difference.share_positive, 0.0);
  const Statistics base = statistics_of(result, "chips_delivered", 5, 0, 2);
  EXPECT_NEAR(difference.mean / base.mean, -0.5, 1e-5);
  EXPECT_NEAR(difference.sd / base.sd, 0.5, 1e-3);  // squares are summed to 6e-5 of the largest
}

}  // namespace
}  // namespace tranche
