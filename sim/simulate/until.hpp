// SPDX-License-Identifier: Apache-2.0

// Stopping rule of `--until`, and its outcome.
//
// Draws are added in fixed steps (see next_check) and the rule is evaluated only after each step,
// so the final number of draws depends on scenario, seed and rule, never on threads or time.
#pragma once

#include <cstdint>
#include <string>

#include "kernels/engine/tally/tally.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

// "p50 of training_flop_per_s within 0.5 % for alibaba at 2027-12 in cap-lifted": the standard
// error of a statistic is at most this fraction of its value.
struct UntilRule {
  std::string text;
  bool is_mean = false;
  double probability = 0.5;  // of the quantile, unless it is the mean
  std::string metric;
  double tolerance = 0;  // relative to the value
  // Empty: those of the scenario's headline, and the base case.
  std::string firm, month, what_if;
};

// Throws InputError that points into the text.
UntilRule parse_until(const std::string& text);

struct UntilOutcome {
  UntilRule rule;
  std::uint64_t max_draws = 0;
  bool reached = false;
  double value = 0;           // of the statistic, in the metric's unit
  double standard_error = 0;  // from the number of draws
};

// Evaluates the rule for one output of a growing run.
class UntilCheck {
 public:
  // Throws InputError if the rule refers to something that the run lacks.
  UntilCheck(const UntilRule& rule, const LoweredScenario& lowered, const Headline& headline);
  // Returns value and error after the draws of the tally. A value of zero without any spread is
  // exact.
  UntilOutcome look(const kernels::Tally& tally) const;

 private:
  UntilRule rule_;
  std::size_t cell_ = 0;
  double factor_ = 1;
};

// Returns the next number of draws to check at: 4,096, 6,144, 8,192, 12,288 … up to `most`.
std::uint64_t next_check(std::uint64_t draws, std::uint64_t most);

// Default upper limit of draws with `--until`.
inline constexpr std::uint64_t until_most_draws = 10'000'000;

}  // namespace tranche
