// SPDX-License-Identifier: Apache-2.0

// The program against the reference, draw by draw, on random scenarios.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <iostream>

#include "tests/reference/random_scenario.hpp"
#include "tests/reference/reference_draw.hpp"
#include "tests/reference/simulated.hpp"

namespace tranche::reference {
namespace {

// The program computes in floats of 24 bits: 6e-8 per operation. Sums over steps, differences of
// sums (deliveries less installations) and exponentials lose some hundred of them.
constexpr double relative_tolerance = 5e-5;
constexpr int draws_of_each = 8;
constexpr std::uint64_t first_seed = 1, seeds = 300;
// Fraction of draws that may differ because a comparison lands within the rounding of a float (a
// batch at the end of a step, a cap reached at the very end); they are counted.
constexpr double max_on_a_boundary = 1e-4;

struct Counts {
  int told = 0;  // of this scenario
  std::uint64_t cells = 0, wrong_cells = 0, bindings = 0, wrong_bindings = 0;
};

bool is_close(double ours, double theirs, double scale) {
  return std::fabs(ours - theirs) <= relative_tolerance * std::max(std::fabs(ours), scale);
}

// Largest value of the metric in this draw, as the scale of differences: a float near zero may be
// the difference of two large ones.
double scale_of(const Simulated& program, std::size_t variant, std::size_t firm, std::size_t metric,
                int draw) {
  double most = 0;
  for (std::size_t s = 0; s < program.lowered().steps.size(); ++s)
    most = std::max(most, std::fabs(program.value(variant, firm, s, metric, draw)));
  return most;
}

void compare(const Simulated& program, std::size_t variant, int draw, const std::string& where,
             Counts& counts) {
  const Case numbers = program.numbers(variant, draw);
  const Draw reference = simulate(numbers);
  const LoweredScenario& lowered = program.lowered();
  const auto tell = [&](std::size_t firm, std::size_t step, const std::string& what) {
    if (++counts.told <= 4)
      std::cerr << where << " " << lowered.variants[variant] << " draw " << draw << " "
                << lowered.firms[firm] << " " << lowered.steps[step] << " " << what << "\n";
  };
  for (std::size_t firm = 0; firm < lowered.firms.size(); ++firm)
    for (std::size_t m = 0; m < lowered.metrics.size(); ++m) {
      const double scale = 0.01 * scale_of(program, variant, firm, m, draw);
      for (std::size_t step = 0; step < lowered.steps.size(); ++step) {
        const std::string& name = lowered.metrics[m].name;
        const Sums& sums =
            firm < numbers.firms.size() ? reference.firms[firm][step].all : reference.all[step];
        const double ours = metric_value(numbers, sums, name, static_cast<double>(step) + 1.0);
        const double theirs = program.value(variant, firm, step, m, draw);
        ++counts.cells;
        if (is_close(ours, theirs, scale)) continue;
        ++counts.wrong_cells;
        tell(
            firm, step,
            name + ": " + std::to_string(ours) + " by the text, program " + std::to_string(theirs));
      }
    }
  for (std::size_t firm = 0; firm < numbers.firms.size(); ++firm)
    for (std::size_t step = 0; step < lowered.steps.size(); ++step) {
      const std::string ours = constraint_name(reference.firms[firm][step].binding);
      const std::string theirs = program.binding(variant, firm, step, draw);
      ++counts.bindings;
      if (ours == theirs) continue;
      ++counts.wrong_bindings;
      tell(firm, step, "binds: " + ours + " by the text, program " + theirs);
    }
}

TEST(Reference, AgreesWithTheProgramDrawByDraw) {
  Counts counts;
  const char* const only = std::getenv("TRANCHE_REFERENCE_SEED");
  const std::uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : first_seed;
  const char* const tranches = std::getenv("TRANCHE_REFERENCE_TRANCHES");
  RandomScenarioOptions options;
  if (tranches != nullptr) options.max_tranches = std::atoi(tranches);
  options.has_monthly_efficiency = options.has_schedules =
      std::getenv("TRANCHE_REFERENCE_STEADY") == nullptr;
  const char* const count = std::getenv("TRANCHE_REFERENCE_SEEDS");
  const std::uint64_t many = count != nullptr ? std::strtoull(count, nullptr, 10) : seeds;
  for (std::uint64_t seed = first; seed < first + (only != nullptr ? 1 : many); ++seed) {
    const std::string text = random_scenario(seed, options).text();
    SCOPED_TRACE("seed " + std::to_string(seed));
    if (only != nullptr) std::cerr << text;
    try {
      const Simulated program(text, draws_of_each);
      counts.told = 0;
      const Counts before = counts;
      for (std::size_t v = 0; v < program.lowered().variants.size(); ++v)
        for (int d = 0; d < draws_of_each; ++d)
          compare(program, v, d, "seed " + std::to_string(seed), counts);
      if (counts.wrong_cells > before.wrong_cells || counts.wrong_bindings > before.wrong_bindings)
        std::cerr << "seed " << seed << ": " << counts.wrong_cells - before.wrong_cells << " of "
                  << counts.cells - before.cells << " cells, "
                  << counts.wrong_bindings - before.wrong_bindings << " of "
                  << counts.bindings - before.bindings << " constraints\n";
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what() << "\n" << text;
    }
  }
  RecordProperty("cells", std::to_string(counts.cells));
  std::cerr << counts.wrong_cells << " of " << counts.cells << ", " << counts.wrong_bindings
            << " of " << counts.bindings << "\n";
  EXPECT_LE(static_cast<double>(counts.wrong_cells),
            max_on_a_boundary * static_cast<double>(counts.cells));
  // If several limits end a claim in one step, rounding determines the first.
  constexpr double max_of_several = 0.004;
  EXPECT_LE(static_cast<double>(counts.wrong_bindings),
            max_of_several * static_cast<double>(counts.bindings));
}

}  // namespace
}  // namespace tranche::reference
