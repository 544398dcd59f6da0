// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/validate_inference.hpp"

#include <fmt/format.h>

#include <map>

#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/serving/served_work.hpp"

namespace tranche {
namespace {

EvidenceQuestion question_of(const InferenceCase& c) {
  switch (c.metric) {
    case InferenceMetric::tokens_per_s:
    case InferenceMetric::samples_per_s:
    case InferenceMetric::total_tokens_per_s:
    case InferenceMetric::input_tokens_per_s:
      return EvidenceQuestion::serving_throughput;
    case InferenceMetric::tpot_ms:
    case InferenceMetric::end_to_end_ms:
      return EvidenceQuestion::serving_tpot;
    case InferenceMetric::time_to_first_token_ms:
      break;
  }
  return c.serving.load == kernels::Load::static_batch ? EvidenceQuestion::first_token_static
                                                       : EvidenceQuestion::first_token_loaded;
}

std::string metric_name(const InferenceCase& c) {
  if (c.metric == InferenceMetric::end_to_end_ms) return "end_to_end";
  switch (question_of(c)) {
    case EvidenceQuestion::serving_tpot:
      return "time_per_token";
    case EvidenceQuestion::first_token_static:
      return "time_to_first_token";
    case EvidenceQuestion::first_token_loaded:
      return "time_to_first_token_loaded";
    default:
      return "throughput";
  }
}

// The plan that a row does not state is not in its traits.
PredictionTraits traits_of(const InferenceCase& c) {
  kernels::InferencePlan plan = c.plan;
  if (!c.plan_known) plan = {.tensor = static_cast<std::int32_t>(c.chips)};
  PredictionTraits traits =
      served_traits(question_of(c), c.model, c.software, plan,
                    c.serving.input_tokens + 0.5 * c.serving.output_tokens, c.serving.concurrency);
  if (!c.plan_known) traits.layout.clear();
  return traits;
}

std::string configuration(const InferenceCase& c) {
  const kernels::InferencePlan& p = c.plan;
  return fmt::format("{}|{}|{}|{}|{}|{}.{}.{}.{}|{}|{}|{}|{}|{}|{}|{}", c.source, c.software_name,
                     c.model_name, c.scenario, c.unit, p.tensor, p.pipeline, p.expert,
                     p.attention_data_parallel, c.chips, static_cast<int>(c.model.mlp_weights),
                     c.serving.input_tokens, c.serving.output_tokens, c.serving.concurrency,
                     c.serving.requests_per_s, static_cast<int>(c.metric));
}

}  // namespace

std::vector<CaseResult> validate_inference(const std::vector<InferenceCase>& cases,
                                           const InferenceCoefficients& coefficients) {
  std::vector<CaseResult> results;
  results.reserve(cases.size());
  for (const InferenceCase& c : cases) {
    CaseResult r;
    r.id = c.id;
    r.unit = c.unit;
    r.chip = c.chip_name;
    r.source = c.source;
    r.software = serving_software_name(c.software);
    r.group = c.source + " | " + c.software_name + " | " + c.model_name;
    r.metric = metric_name(c);
    r.model = c.model_name;
    r.layout = c.plan_known ? describe(c.plan) : "";
    if (c.measured > 0.0) r.measured = c.measured;
    std::string why = c.skipped;
    const double predicted = why.empty() ? predict(c, coefficients, why) : 0.0;
    if (why.empty()) {
      r.predicted = predicted;
      r.traits = traits_of(c);
      r.status = "ok";
      if (r.measured) r.error_percent = 100.0 * (predicted / *r.measured - 1.0);
    } else {
      r.status = "skipped: " + why;
    }
    results.push_back(std::move(r));
  }
  return results;
}

std::vector<ChipPair> chip_pairs(const std::vector<InferenceCase>& cases,
                                 const std::vector<CaseResult>& results, const std::string& first,
                                 const std::string& second) {
  std::map<std::string, std::size_t> firsts;
  const auto usable = [&](std::size_t i) {
    return results[i].error_percent && cases[i].plan_known &&
           results[i].metric != "time_to_first_token_loaded";
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (usable(i) && cases[i].chip_name == first) firsts.emplace(configuration(cases[i]), i);
  }
  std::vector<ChipPair> pairs;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!usable(i) || cases[i].chip_name != second) continue;
    const auto found = firsts.find(configuration(cases[i]));
    if (found == firsts.end()) continue;
    const CaseResult& a = results[found->second];
    ChipPair pair{a.id,
                  results[i].id,
                  a.metric,
                  a.group,
                  *results[i].measured / *a.measured,
                  *results[i].predicted / *a.predicted,
                  0.0};
    pair.error_percent = 100.0 * (pair.predicted_ratio / pair.measured_ratio - 1.0);
    pairs.push_back(std::move(pair));
    firsts.erase(found);  // a repeated measurement makes no second pair
  }
  return pairs;
}

CaseSummary summarise_pairs(const std::vector<ChipPair>& pairs) {
  std::vector<CaseResult> errors;
  for (const ChipPair& pair : pairs) {
    CaseResult r;
    r.error_percent = pair.error_percent;
    errors.push_back(std::move(r));
  }
  const auto summaries = summarise_cases(errors, [](const CaseResult&) { return "pairs"; });
  return summaries.empty() ? CaseSummary{} : summaries.front();
}

}  // namespace tranche
