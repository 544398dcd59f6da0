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

// Range of an input; an unset end is open.
struct BoxLimit {
  std::size_t input = 0;
  std::optional<float> low, high;  // both are inside the box
};

struct Box {
  std::vector<BoxLimit> limits;  // by input, each input once
  double mass = 1;               // fraction of all draws inside it
  double density = 0;            // fraction of its draws with the outcome
  double coverage = 1;           // fraction of the draws with the outcome inside it
  bool is_pasted = false;        // made by pasting, not by peeling
};

// Significance of one limit of a box.
struct LimitTest {
  double density_without = 0, coverage_without = 0;
  // Probability that the density of the box arises by chance from draws of the larger box: a
  // one-sided binomial test, "quasi" because the box was chosen on the same draws.
  double quasi_p = 0;
};

struct PrimSettings {
  double peel = 0.05;           // fraction of the box removed at a time
  double smallest_mass = 0.02;  // of all draws
  int threads = 0;
};

struct PrimData {
  std::vector<std::span<const float>> inputs;
  std::span<const char> outcome;
  // Called before each pass over the draws, from any thread; an exception from it ends the search.
  std::function<void()> before_pass = {};
};

// Returns the trajectory: from all draws to the smallest box, each one peel smaller, then the boxes
// made by pasting on the last.
std::vector<Box> peel_boxes(const PrimData& data, const PrimSettings& settings);

// Returns the box after pasting: it grows at its limits, by a fraction `settings.peel` at a time,
// while its density does not fall.
Box pasted(const PrimData& data, const PrimSettings& settings, Box box);

// Returns the box with mass, density and coverage on (other) draws.
Box evaluated(const PrimData& data, Box box);

std::vector<LimitTest> limit_tests(const PrimData& data, const Box& box);

// Returns the box without limits that chance explains (quasi-p above `most`), the weakest first.
Box pruned(const PrimData& data, Box box, double most = 0.05);

// Index of the box with the highest harmonic mean of coverage and density.
std::size_t balanced_box(const std::vector<Box>& boxes);

}  // namespace tranche
