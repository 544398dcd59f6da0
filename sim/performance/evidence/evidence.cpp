// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace tranche {
namespace {

// Axes that count as extrapolated have at least this distance.
constexpr double noted_distance = 0.3;

constexpr double score_95 = 1.6448536269514722;  // normal quantile of 0.95

std::string extrapolated_axes(const PredictionTraits& traits, const PredictionTraits& nearest) {
  const AxisDistances d = axis_distances(traits, nearest);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < d.size(); ++i)
    if (d[i] >= noted_distance) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return d[a] > d[b]; });
  std::string text;
  for (const std::size_t i : order)
    text += (text.empty() ? "" : ", ") + std::string(trait_axes[i].name);
  return text;
}

// "NVIDIA perf docs, vllm 0.18.0, qwen3-32b" from "NVIDIA perf docs (…) | vllm 0.18.0 | qwen3-32b".
std::string short_group(const std::string& group) {
  std::string text;
  int depth = 0;
  for (const char c : group) {
    if (c == '(') {
      while (!text.empty() && text.back() == ' ') text.pop_back();
      ++depth;
    }
    if (depth == 0) text += c;
    if (c == ')' && depth > 0) --depth;
  }
  for (std::size_t at = text.find(" |"); at != std::string::npos; at = text.find(" |", at))
    text.replace(at, 2, ",");
  return text;
}

EvidenceGrade grade_of(double distance) {
  if (distance <= grade_a_distance) return EvidenceGrade::a;
  if (distance <= grade_b_distance) return EvidenceGrade::b;
  return distance <= grade_c_distance ? EvidenceGrade::c : EvidenceGrade::d;
}

// Evidence by published cases alone.
PredictionEvidence published_evidence(const PredictionTraits& traits, const EvidenceTable& table,
                                      std::string_view left_out_group) {
  PredictionEvidence e = expected_error(traits, table, left_out_group);
  if (e.nearest_group.empty()) return e;
  const double half_width = table.of(traits.question).interval_factor * e.expected_ln_error;
  e.low = std::exp(-half_width);
  e.high = std::exp(half_width);
  return e;
}

// Sets factor, interval and grade of evidence whose interval rests on published cases alone.
void use_own_runs(PredictionEvidence& e, const PredictionTraits& traits, const OwnRuns& own) {
  e.own_runs_elsewhere = own.size() - own.count(traits.question);
  const PredictionTraits* const nearest = own.nearest(traits);
  if (nearest == nullptr || !(e.high > 0.0)) return;
  e.is_of_time = is_of_time(traits.question);
  const ErrorGivenRuns error = own.at(traits, ln_deviation_of(e));
  e.own_factor = std::exp(error.ln_mean);
  e.own_runs = own.count(traits.question);
  e.low = std::exp(-score_95 * error.ln_deviation);
  e.high = std::exp(score_95 * error.ln_deviation);
  const double distance = trait_distance(traits, *nearest);
  if (distance > e.distance) return;
  e.distance = distance;
  e.grade = grade_of(distance);
  e.nearest_group = "own runs";
  e.nearest_chip = nearest->chip;
  e.extrapolated =
      e.grade != EvidenceGrade::a ? extrapolated_axes(traits, *nearest) : std::string();
}

}  // namespace

std::string_view grade_letter(EvidenceGrade grade) {
  constexpr std::string_view letters[] = {"A", "B", "C", "D"};
  return letters[static_cast<std::size_t>(grade)];
}

std::string_view grade_meaning(EvidenceGrade grade) {
  constexpr std::string_view meanings[] = {"measured like this", "near measured cases",
                                           "extrapolated", "nothing like it was ever checked"};
  return meanings[static_cast<std::size_t>(grade)];
}

void weigh_groups(EvidenceTable& table) {
  std::map<std::pair<EvidenceQuestion, std::string_view>, double> rows_of_group;
  for (const EvidenceCell& cell : table.cells)
    rows_of_group[{cell.traits.question, cell.group}] += cell.rows;
  for (EvidenceCell& cell : table.cells)
    cell.group_share = cell.rows / rows_of_group[{cell.traits.question, cell.group}];
}

PredictionEvidence expected_error(const PredictionTraits& traits, const EvidenceTable& table,
                                  std::string_view left_out_group) {
  double weights = 0.0, errors = 0.0;
  const EvidenceCell* nearest = nullptr;
  double least = 0.0;
  double all_weights = 0.0, all_errors = 0.0;
  for (const EvidenceCell& cell : table.cells) {
    if (cell.traits.question != traits.question || cell.group == left_out_group) continue;
    const double distance = trait_distance(traits, cell.traits);
    const double share = cell.group_share;
    const double weight = share * std::exp(-distance / evidence_reach);
    weights += weight;
    errors += weight * cell.mean_absolute_ln_error;
    all_weights += share;
    all_errors += share * cell.mean_absolute_ln_error;
    if (nearest == nullptr || distance < least) {
      nearest = &cell;
      least = distance;
    }
  }
  PredictionEvidence e;
  if (nearest == nullptr) return e;
  const double prior = all_errors / all_weights;
  e.distance = least;
  e.expected_ln_error = (errors + evidence_prior_groups * prior) /
                        (weights + evidence_prior_groups) *
                        (1.0 + evidence_growth_per_distance * least);
  e.grade = grade_of(least);
  e.nearest_group = nearest->group;
  e.nearest_chip = nearest->traits.chip;
  if (e.grade != EvidenceGrade::a) e.extrapolated = extrapolated_axes(traits, nearest->traits);
  return e;
}

double ln_deviation_of(const PredictionEvidence& evidence) {
  return evidence.high > 0.0 ? std::log(evidence.high) / score_95 : 0.0;
}

double own_rate_factor(const PredictionEvidence& evidence) {
  return evidence.is_of_time ? 1.0 / evidence.own_factor : evidence.own_factor;
}

PredictionEvidence evidence_of(const PredictionTraits& traits, const EvidenceTable& table,
                               std::string_view left_out_group) {
  PredictionEvidence e = published_evidence(traits, table, left_out_group);
  use_own_runs(e, traits, table.own);
  return e;
}

RatioInterval ratio_interval(const PredictionEvidence& a, const PredictionEvidence& b,
                             double correlation) {
  if (!(a.high > 0.0) || !(b.high > 0.0)) return {};
  const double x = std::log(a.high), y = std::log(b.high);
  const double half_width = std::sqrt(std::max(0.0, x * x + y * y - 2.0 * correlation * x * y));
  return {std::exp(-half_width), std::exp(half_width)};
}

double error_correlation(const PredictionTraits& a, const PredictionTraits& b,
                         const EvidenceTable& table) {
  if (a.question != b.question) return 0.0;
  if (a.chip == b.chip) return 1.0;
  const bool are_siblings =
      a.vendor == b.vendor && a.generation == b.generation && a.generation != "other";
  return are_siblings ? table.of(a.question).sibling_correlation : 0.0;
}

std::string describe(const PredictionEvidence& e) {
  std::string text = fmt::format("{}: {}", grade_letter(e.grade), grade_meaning(e.grade));
  if (e.grade != EvidenceGrade::a && !e.nearest_group.empty()) {
    if (!e.extrapolated.empty())
      text += fmt::format("{} {}", e.grade == EvidenceGrade::c ? " along" : "; differs in",
                          e.extrapolated);
    text += fmt::format(" (nearest: {}, {})", e.nearest_chip, short_group(e.nearest_group));
  }
  if (e.own_runs > 0)
    text += fmt::format("; {} x {:.2f} by {} own run{}", e.is_of_time ? "time" : "rate",
                        e.own_factor, e.own_runs, e.own_runs == 1 ? "" : "s");
  else if (e.own_runs_elsewhere > 0)
    text += "; own runs measure other things and change nothing here";
  return text;
}

std::string interval_text(const PredictionEvidence& e) {
  if (!(e.high > 0.0)) return "unknown";
  return fmt::format("{:+.0f} % to {:+.0f} %", 100.0 * (e.low - 1.0), 100.0 * (e.high - 1.0));
}

}  // namespace tranche
