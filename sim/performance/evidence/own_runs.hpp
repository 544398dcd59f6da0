// SPDX-License-Identifier: Apache-2.0

// Own measured runs of a user: the errors of predictions that resemble them correct a prediction
// and narrow its interval. docs/methods/evidence.md describes the method.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "sim/performance/evidence/prediction_traits.hpp"

namespace tranche {

// One measured run. Errors are ln(measured / predicted).
struct OwnRun {
  std::string id;
  PredictionTraits traits;
  double ln_error = 0;
  // Standard deviation of the error that published cases let one expect at these traits, > 0.
  double ln_deviation = 0;
};

// Errors of two runs of one user correlate as `shared_share` x exp(-distance / `reach`); the rest
// of the variance is of each run alone.
struct OwnCorrelation {
  double shared_share;  // 0 to 1
  double reach;         // in units of distance
};

// Greatest likelihood of the errors of left-out cases within their groups, rounded: 0.76 and 1.76
// over all questions, 0.55 and 0.49 of memory-bound kernels, whose errors on two chips are
// independent (docs/methods/accuracy_intervals.md, with what the correction achieves).
constexpr OwnCorrelation own_correlation(EvidenceQuestion question) {
  if (question == EvidenceQuestion::memory_bound) return {.shared_share = 0.55, .reach = 0.5};
  return {.shared_share = 0.75, .reach = 2.0};
}

// Where runs differ from what the other runs say by more than their deviations, the part of the
// variance that they explain grows by the mean squared residual less one, with this many runs as
// expected (after Birge 1932, Physical Review 40, 207).
inline constexpr double own_prior_runs = 4.0;

// The error to expect of a prediction, given own runs.
struct ErrorGivenRuns {
  double ln_mean = 0;       // of ln(measured / predicted)
  double ln_deviation = 0;  // standard deviation
};

// Gaussian process of the ln errors with a mean of zero (simple kriging: Cressie 1993, Statistics
// for Spatial Data, section 3.2). Runs of equal traits count as one with their mean, which each of
// them makes surer. Copies share the factorised matrices.
class OwnRuns {
 public:
  OwnRuns() = default;
  // Deviations must be above zero.
  explicit OwnRuns(std::vector<OwnRun> runs);

  std::size_t size() const;
  std::size_t count(EvidenceQuestion question) const;
  const std::vector<OwnRun>& runs() const;

  // Of a prediction whose error has this standard deviation without own runs, > 0. The part that is
  // each run's alone stays, however many runs there are.
  ErrorGivenRuns at(const PredictionTraits& traits, double ln_deviation) const;

  // Of each run, without it and the runs of equal traits (repetitions would explain one another).
  std::vector<ErrorGivenRuns> left_out() const;

  // Traits of the run of the question that resembles the prediction most; nullptr without runs.
  const PredictionTraits* nearest(const PredictionTraits& traits) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace tranche
