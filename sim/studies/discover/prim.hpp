// SPDX-License-Identifier: Apache-2.0

// The patient rule induction method: boxes of the inputs in which an outcome is common.
//
// Friedman, Fisher, "Bump hunting in high-dimensional data", Stat. Comput. 9, 1999; for
// scenarios: Bryant, Lempert, "Thinking inside the box", Technol. Forecast. Soc. Change 77,
// 2010. A peel is chosen by the gain of density per draw given up, which treats numbers and
// events alike: Kwakkel, Jaxa-Rozen, Environ. Model. Softw. 79, 2016.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace tranche {

// A range that an input is held to; an end that is not set is open.
struct BoxLimit {
  std::size_t input = 0;
  std::optional<float> low, high;  // both belong to the box
};

struct Box {
  std::vector<BoxLimit> limits;  // by input, each input once
  double mass = 1;               // share of all draws that lie in it
  double density = 0;            // share of its draws with the outcome
  double coverage = 1;           // share of the draws with the outcome that lie in it
  bool is_pasted = false;        // made by growing, not by cutting
};

// How much one limit of a box matters.
struct LimitTest {
  double density_without = 0, coverage_without = 0;
  // Probability that the density of the box would come from draws of the larger box by
  // chance: a one-sided binomial test, "quasi" as the box was chosen on the same draws.
  double quasi_p = 0;
};

struct PrimSettings {
  double peel = 0.05;           // share of the box cut off at a time
  double smallest_mass = 0.02;  // of all draws
  int threads = 0;
};

struct PrimData {
  std::vector<std::span<const float>> inputs;
  std::span<const char> outcome;
  // Called before each pass over the draws, from any thread; what it throws ends the search.
  std::function<void()> before_pass = {};
};

// The trajectory: from everything to the smallest box, each one peel smaller, then the
// boxes that pasting made of the last. The first box is everything.
std::vector<Box> peel_boxes(const PrimData& data, const PrimSettings& settings);

// Grows a box at its limits, by a share `settings.peel` at a time, while its density does
// not fall.
Box pasted(const PrimData& data, const PrimSettings& settings, Box box);

// Mass, density and coverage of the box on (other) draws.
Box evaluated(const PrimData& data, Box box);

std::vector<LimitTest> limit_tests(const PrimData& data, const Box& box);

// Without the limits that chance explains (quasi-p above `most`), the weakest first.
Box pruned(const PrimData& data, Box box, double most = 0.05);

// The box with the best balance of coverage and density: the highest harmonic mean.
std::size_t balanced_box(const std::vector<Box>& boxes);

}  // namespace tranche
