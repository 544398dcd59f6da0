// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "sim/performance/evidence/evidence.hpp"

namespace tranche {
namespace {

// A left-out error over the error expected from other groups. Weights of a group add up to 1.
struct WeightedRatio {
  double ratio = 0, weight = 0;
};
using Ratios = std::vector<WeightedRatio>;

constexpr double covered = 0.9;

double total_weight(const Ratios& ratios) {
  double sum = 0.0;
  for (const WeightedRatio& r : ratios) sum += r.weight;
  return sum;
}

// Smallest ratio that at least the covered share of the weight does not exceed; 0 if there is none.
double covering_ratio(Ratios ratios) {
  std::sort(ratios.begin(), ratios.end(),
            [](const WeightedRatio& a, const WeightedRatio& b) { return a.ratio < b.ratio; });
  const double wanted = covered * total_weight(ratios);
  double weight = 0.0, ratio = 0.0;
  for (const WeightedRatio& r : ratios) {
    weight += r.weight;
    ratio = r.ratio;
    if (weight >= wanted) break;
  }
  return ratio;
}

// Own ratios, and a sample of those of all other questions that weighs as `borrowed_groups` groups.
Ratios with_borrowed(const std::array<Ratios, evidence_question_count>& ratios, std::size_t own) {
  Ratios mixed = ratios[own];
  double others = 0.0;
  for (std::size_t q = 0; q < ratios.size(); ++q)
    if (q != own) others += total_weight(ratios[q]);
  for (std::size_t q = 0; q < ratios.size(); ++q)
    for (const WeightedRatio& r : ratios[q])
      if (q != own) mixed.push_back({r.ratio, r.weight * borrowed_groups / others});
  return mixed;
}

}  // namespace

std::array<QuestionErrors, evidence_question_count> question_errors(const EvidenceTable& table) {
  std::array<QuestionErrors, evidence_question_count> out{};
  std::array<Ratios, evidence_question_count> ratios;
  std::set<std::pair<EvidenceQuestion, std::string_view>> groups;
  for (const EvidenceCell& cell : table.cells) {
    QuestionErrors& errors = out[static_cast<std::size_t>(cell.traits.question)];
    if (groups.emplace(cell.traits.question, cell.group).second) errors.groups += 1.0;
    errors.rows += cell.rows;
  }
  for (const EvidenceCell& cell : table.cells) {
    const auto q = static_cast<std::size_t>(cell.traits.question);
    out[q].mean_absolute_ln_error += cell.group_share * cell.mean_absolute_ln_error / out[q].groups;
    const double expected = expected_error(cell.traits, table, cell.group).expected_ln_error;
    if (expected > 0.0)
      ratios[q].push_back({cell.mean_absolute_ln_error / expected, cell.group_share});
  }
  for (std::size_t q = 0; q < ratios.size(); ++q)
    if (!ratios[q].empty()) out[q].interval_factor = covering_ratio(with_borrowed(ratios, q));
  return out;
}

}  // namespace tranche
