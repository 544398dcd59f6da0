// SPDX-License-Identifier: Apache-2.0

// What the classes of the interface hold.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernels/models/chip/coefficients.hpp"
#include "sim/api/data.hpp"
#include "sim/api/execution.hpp"
#include "sim/api/implementation/guarded.hpp"
#include "sim/api/implementation/made_once.hpp"
#include "sim/api/results.hpp"
#include "sim/api/scenario.hpp"
#include "sim/api/support.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/evidence/evidence.hpp"
#include "sim/results/results.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/execution.hpp"
#include "sim/simulate/run.hpp"

namespace tranche::api {

// Coefficients are read by the first call that needs them: runs of stated performance need none.
struct Data::State {
  Catalogue catalogue;
  std::vector<std::string> own_runs;  // files; the evidence holds their errors
  MadeOnce<kernels::Coefficients> training;
  MadeOnce<InferenceCoefficients> inference;
  MadeOnce<MemoryBoundModel> memory_bound;
  MadeOnce<EvidenceTable> evidence;
};

const kernels::Coefficients& training_coefficients(const Data::State& data);
const InferenceCoefficients& inference_coefficients(const Data::State& data);
const MemoryBoundModel& memory_bound_model(const Data::State& data);
const EvidenceTable& evidence(const Data::State& data);

// Empty for what is not predicted.
Support support_of(const std::optional<PredictionEvidence>& evidence);

struct Scenario::State {
  std::shared_ptr<const Data::State> data;  // outlives the source
  Reading reading;
  ReadOptions options;
  MemoryText memory;
  // Varied through copies only: variants of one share a memo that has no lock.
  ScenarioSource source;

  const tranche::Scenario& base() const { return source.set().variants.front().scenario; }
};

// Reads the scenario of the state again, with this number of draws.
std::shared_ptr<const Scenario::State> with_draws(const Scenario::State& state,
                                                  std::uint64_t draws);

// Throws RequestRefused if the scenario was read with more draws than can be counted.
void refuse_uncountable(const Scenario::State& state);

struct Results::State {
  RunResult result;
  ResultTables tables;
  MemoryText memory;
};

tranche::Execution execution_of(const Execution& execution);

// True on the process whose results are complete.
bool is_first(const Execution& execution);

// Throws OutputError if the first process cannot write into the folder (empty: not checked). What
// it makes for that is removed again, so that even killed work leaves nothing.
void check_writable(const std::string& folder, const Execution& execution);

}  // namespace tranche::api
