// SPDX-License-Identifier: Apache-2.0

// Evidence behind a prediction: measured cases that resemble it, and from their errors when left
// out of the fit a 90 % interval and a grade. docs/methods/evidence.md describes the method.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/performance/evidence/own_runs.hpp"
#include "sim/performance/evidence/trait_distance.hpp"

namespace tranche {

// Measured cases of one group (a family of training runs; source, software and model of a served
// model; source and kernel) with equal traits. Errors are ln(measured / predicted), with
// coefficients that were fitted without the group.
struct EvidenceCell {
  PredictionTraits traits;
  std::string group;
  double rows = 1;         // measured cases in the cell
  double group_share = 1;  // of the cases of its group; weigh_groups() sets it
  double mean_absolute_ln_error = 0;
};

// Errors of all left-out cases of a question.
struct QuestionErrors {
  double mean_absolute_ln_error = 0;  // of groups
  // From the error that resembling cases of other groups have (`expected_ln_error`) to the
  // half-width of a 90 % interval.
  double interval_factor = 0;
  // Correlation of the ln errors of two chips of one generation in the same configuration.
  double sibling_correlation = 0;
  double rows = 0, groups = 0;
  std::string as_of;  // month in which they were computed: "2026-11"
};

struct EvidenceTable {
  std::vector<EvidenceCell> cells;
  std::array<QuestionErrors, evidence_question_count> questions{};
  OwnRuns own;  // of the user; none by default

  const QuestionErrors& of(EvidenceQuestion question) const {
    return questions[static_cast<std::size_t>(question)];
  }
};

// Sets the share of each cell in its group, so that groups weigh the same.
void weigh_groups(EvidenceTable& table);

// A: measured like this. B: near. C: extrapolated. D: nothing like it was checked.
enum class EvidenceGrade { a, b, c, d };
std::string_view grade_letter(EvidenceGrade grade);   // "A"
std::string_view grade_meaning(EvidenceGrade grade);  // "measured like this"

struct PredictionEvidence {
  EvidenceGrade grade = EvidenceGrade::d;
  double expected_ln_error = 0;  // mean absolute ln error to expect
  // 90 % interval of measured over predicted x `own_factor`, 0 < low <= 1 <= high; both 0 without
  // any evidence.
  double low = 0, high = 0;
  // Measured over predicted as own runs show it; 1 without own runs of the question.
  double own_factor = 1;
  bool is_of_time = false;             // what the factor is of: a time, or a rate
  std::size_t own_runs_elsewhere = 0;  // of other questions, which change nothing
  std::size_t own_runs = 0;            // of the question
  double distance = 0;                 // to the nearest group
  std::string nearest_group;           // empty: the question has no measured cases
  std::string nearest_chip;
  // Axes along which the nearest group differs, the largest first: "architecture, chip
  // (nearest: H100-SXM)"; empty for grade A.
  std::string extrapolated;

  bool operator==(const PredictionEvidence&) const = default;
};

// Half of the weight of a measured case is lost at a distance of `evidence_reach` x ln 2. The
// reach, the weight of the mean error of the question (in groups at distance 0), and the growth of
// the expected error with the distance of the nearest group were chosen on left-out cases of all
// questions together (coverage by grade in docs/methods/accuracy_intervals.md), rounded.
inline constexpr double evidence_reach = 1.0;
inline constexpr double evidence_prior_groups = 0.5;
inline constexpr double evidence_growth_per_distance = 0.3;

// Limits of the distance of grades A, B and C.
inline constexpr double grade_a_distance = 0.6;
inline constexpr double grade_b_distance = 1.5;
inline constexpr double grade_c_distance = 3.0;

// The factor on a rate: errors of times per token and of first tokens are of the time.
double own_rate_factor(const PredictionEvidence& evidence);

// Standard deviation of the ln error of a prediction with this 90 % interval (a normal error).
double ln_deviation_of(const PredictionEvidence& evidence);

// Evidence without the cases of `left_out_group`, with the own runs of the table.
PredictionEvidence evidence_of(const PredictionTraits& traits, const EvidenceTable& table,
                               std::string_view left_out_group = {});

// The same without the interval.
PredictionEvidence expected_error(const PredictionTraits& traits, const EvidenceTable& table,
                                  std::string_view left_out_group = {});

// A question with few groups borrows ratios of the other questions, as many as this many groups.
inline constexpr double borrowed_groups = 10.0;

// Errors of every question from its left-out cases, without correlations. The factor of intervals
// is the 90 % quantile of the ratios of left-out to expected errors (split conformal prediction
// with normalised scores: Lei et al. 2018, JASA 113, section 5.2); groups, not cases, weigh the
// same, and `borrowed_groups` of the other questions take the part of a prior.
std::array<QuestionErrors, evidence_question_count> question_errors(const EvidenceTable& table);

// 90 % interval of a ratio of two predictions over the predicted ratio, 0 < low <= 1 <= high; both
// 0 if one has no interval. `correlation` of the ln errors, 0 to 1: QuestionErrors for chips of one
// generation, 0 otherwise.
struct RatioInterval {
  double low = 0, high = 0;
};
RatioInterval ratio_interval(const PredictionEvidence& a, const PredictionEvidence& b,
                             double correlation);

// Correlation of the errors of two predictions of one question: that of sibling chips for chips of
// one generation, 1 for the same chip, else 0.
double error_correlation(const PredictionTraits& a, const PredictionTraits& b,
                         const EvidenceTable& table);

// "A: measured like this"; "C: extrapolated along architecture (nearest: H100-SXM)"; with own runs
// also "rate x 0.93 by 6 own runs".
std::string describe(const PredictionEvidence& evidence);

// "-18 % to +22 %": the interval relative to the prediction; "unknown" without evidence.
std::string interval_text(const PredictionEvidence& evidence);

// Reads <data_folder>/measured/evidence.csv, and the factors of evidence_errors.csv beside it.
// Throws InputError with all problems; empty if the folder has no such file.
EvidenceTable read_evidence(const std::string& data_folder);

}  // namespace tranche
