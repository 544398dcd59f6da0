// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/model_error.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace tranche {
namespace {

constexpr double unsupported_low = 0.5, unsupported_high = 2.0;

std::string name_of(const PredictedWork& work) {
  return fmt::format("model_error.{}.{}", work.workload->name, work.chip);
}

Input error_input(const PredictedWork& work, const QuestionErrors& errors) {
  const PredictionEvidence& e = work.prediction;
  const bool is_supported = e.high > e.low;
  const double factor = own_rate_factor(e);
  const double low = is_supported ? e.low * factor : unsupported_low;
  const double high = is_supported ? e.high * factor : unsupported_high;
  Input input;
  input.variable = input.path = name_of(work);
  input.distribution = from_interval_90(low, high);
  input.is_default = true;
  input.text = fmt::format("{:.3g} to {:.3g}", low, high);
  input.confidence = is_supported ? Confidence::derived : Confidence::assumed;
  input.as_of = errors.as_of;
  input.source = is_supported ? fmt::format(
                                    "errors of {:.0f} groups of measured cases left out of the fit "
                                    "(docs/methods/evidence.md){}",
                                    errors.groups, e.own_runs > 0 ? " and own runs" : "")
                              : "assumed: no measured cases of this question";
  input.note = describe(e);
  input.where = work.workload->where;
  return input;
}

// Spearman rank correlation of two normal variables with Pearson's r (Pearson 1907).
double rank_correlation(double pearson) {
  return 6.0 / std::numbers::pi * std::asin(0.5 * pearson);
}

}  // namespace

const Input* ModelErrors::find(const std::string& workload, const std::string& chip) const {
  const auto found = inputs.find({workload, chip});
  return found == inputs.end() ? nullptr : &found->second;
}

bool draws_model_error(const Workload& workload) {
  return workload.performance == Workload::Performance::model && !workload.achieved;
}

ModelErrors model_errors(const std::vector<PredictedWork>& works, const EvidenceTable& evidence) {
  ModelErrors errors;
  for (const PredictedWork& work : works)
    errors.inputs.emplace(std::pair(work.workload->name, work.chip),
                          error_input(work, evidence.of(work.traits.question)));
  for (std::size_t i = 0; i < works.size(); ++i)
    for (std::size_t k = i + 1; k < works.size(); ++k) {
      if (works[i].workload != works[k].workload) continue;
      const double pearson = error_correlation(works[i].traits, works[k].traits, evidence);
      if (pearson > 0.0)
        errors.correlations.push_back({{name_of(works[i]), name_of(works[k])},
                                       rank_correlation(pearson),
                                       works[i].workload->where});
    }
  return errors;
}

}  // namespace tranche
