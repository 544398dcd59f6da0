// SPDX-License-Identifier: Apache-2.0

// When a run has enough draws: the rule of `--until`, and what came of it.
//
// Draws are added in fixed steps (see next_check) and the rule is looked at only there, so
// how many draws a run ends with follows from scenario, seed and rule, never from threads
// or time.
#pragma once

#include <cstdint>
#include <string>

#include "kernels/engine/tally/tally.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// "p50 of training_flop_per_s within 0.5 % for alibaba at 2027-12 in cap-lifted": the
// standard error of a statistic is at most this share of its value.
struct UntilRule {
  std::string text;
  bool is_mean = false;
  double probability = 0.5;  // of the quantile, where it is not the mean
  std::string metric;
  double tolerance = 0;  // of the value
  // Empty: those of the scenario's headline, and the base case.
  std::string firm, month, what_if;
};

// Throws InputError that points into the text.
UntilRule parse_until(const std::string& text);

struct UntilOutcome {
  UntilRule rule;
  std::uint64_t most_draws = 0;
  bool reached = false;
  double value = 0;           // of the statistic, in the metric's unit
  double standard_error = 0;  // from the number of draws
};

// Looks at one output of a run while it grows.
class UntilCheck {
 public:
  // Throws InputError when the rule names something that the run does not have.
  UntilCheck(const UntilRule& rule, const LoweredScenario& lowered, const Headline& headline);
  // Value and error after the draws of the tally. A value of zero without any spread is exact.
  UntilOutcome look(const kernels::Tally& tally) const;

 private:
  UntilRule rule_;
  std::size_t cell_ = 0;
  double factor_ = 1;
};

// The next number of draws at which to look: 4,096, 6,144, 8,192, 12,288 … up to `most`.
std::uint64_t next_check(std::uint64_t draws, std::uint64_t most);

// What `--until` stops at where nothing else is said.
inline constexpr std::uint64_t until_most_draws = 10'000'000;

}  // namespace tranche
