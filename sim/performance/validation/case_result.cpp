// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/case_result.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace tranche {
namespace {

// Quantile of sorted values, linear between neighbours.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

CaseSummary summary_of(const std::string& group, const std::vector<double>& errors) {
  CaseSummary summary;
  summary.group = group;
  summary.rows = errors.size();
  std::vector<double> sizes;
  for (const double error : errors) {
    sizes.push_back(std::abs(error));
    summary.bias_percent += error / static_cast<double>(errors.size());
    summary.mean_absolute_error_percent += std::abs(error) / static_cast<double>(errors.size());
  }
  std::sort(sizes.begin(), sizes.end());
  summary.median_absolute_error_percent = quantile(sizes, 0.5);
  summary.p90_absolute_error_percent = quantile(sizes, 0.9);
  return summary;
}

}  // namespace

std::vector<CaseSummary> summarise_cases(
    const std::vector<CaseResult>& results,
    const std::function<std::string(const CaseResult&)>& label) {
  std::map<std::string, std::vector<double>> errors;
  for (const CaseResult& result : results) {
    if (result.error_percent) errors[label(result)].push_back(*result.error_percent);
  }
  std::vector<CaseSummary> summaries;
  for (const auto& [group, list] : errors) summaries.push_back(summary_of(group, list));
  return summaries;
}

double coverage(const std::vector<CaseResult>& results) {
  if (results.empty()) return 0.0;
  const auto predicted = std::count_if(results.begin(), results.end(),
                                       [](const CaseResult& r) { return r.status == "ok"; });
  return static_cast<double>(predicted) / static_cast<double>(results.size());
}

}  // namespace tranche
