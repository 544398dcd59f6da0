// SPDX-License-Identifier: Apache-2.0

// Error of the performance models as uncertain inputs: one for each workload and chip, drawn once,
// with the correlation that was measured between chips of one generation.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/evidence/evidence.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Measured over predicted throughput, by workload and chip; the 90 % intervals of the evidence.
struct ModelErrors {
  std::map<std::pair<std::string, std::string>, Input> inputs;
  std::vector<Correlation> correlations;

  // The input of a workload on a chip, or nullptr: its performance is stated, or `achieved` is.
  const Input* find(const std::string& workload, const std::string& chip) const;
};

// A predicted workload on a chip of the scenario.
struct PredictedWork {
  const Workload* workload = nullptr;
  std::string chip;
  PredictionTraits traits;
  PredictionEvidence prediction;
};

// Inputs `model_error.<workload>.<chip>`: lognormal with median 1, or as own runs show it. Without
// any measured cases the interval is 0.5 to 2, assumed.
ModelErrors model_errors(const std::vector<PredictedWork>& works, const EvidenceTable& evidence);

// True if the error of the model is drawn for this workload: a stated `achieved` includes it.
bool draws_model_error(const Workload& workload);

}  // namespace tranche
