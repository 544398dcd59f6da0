// SPDX-License-Identifier: Apache-2.0
#include "sim/api/data.hpp"

#include "sim/api/implementation/state.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/validation/own_runs_file.hpp"

namespace tranche::api {
namespace {

std::shared_ptr<const Data::State> read_data(const std::string& folder) {
  const auto state = std::make_shared<Data::State>();
  state->catalogue = read_catalogue(folder);
  return state;
}

}  // namespace

Expected<Data> Data::open() {
  return guarded([] { return Data(read_data(data_folder())); });
}

Expected<Data> Data::open(const std::string& folder) {
  return guarded([&] { return Data(read_data(folder)); });
}

Expected<Data> Data::with_own_runs(const std::vector<std::string>& files) const {
  return guarded([&] {
    const auto state = std::make_shared<Data::State>();
    state->catalogue = state_->catalogue;
    state->own_runs = files;
    EvidenceTable table = evidence(*state_);
    table.own = {};
    const ValidationInputs inputs{state->catalogue,
                                  training_coefficients(*state_),
                                  inference_coefficients(*state_),
                                  memory_bound_model(*state_),
                                  table,
                                  folder()};
    if (!files.empty()) table.own = read_own_runs(files, inputs, false).runs;
    state->evidence.get([&] { return table; });
    return Data(state);
  });
}

const std::string& Data::folder() const { return state_->catalogue.folder; }

std::vector<std::string> Data::chips() const { return state_->catalogue.chip_names(); }

std::vector<std::string> Data::models() const { return state_->catalogue.model_names(); }

std::vector<std::string> Data::workloads() const { return state_->catalogue.workload_names(); }

const kernels::Coefficients& training_coefficients(const Data::State& data) {
  return data.training.get([&] { return read_coefficients(data.catalogue.folder); });
}

const InferenceCoefficients& inference_coefficients(const Data::State& data) {
  return data.inference.get([&] { return read_inference_coefficients(data.catalogue.folder); });
}

const MemoryBoundModel& memory_bound_model(const Data::State& data) {
  return data.memory_bound.get([&] { return read_memory_bound_model(data.catalogue.folder); });
}

const EvidenceTable& evidence(const Data::State& data) {
  return data.evidence.get([&] { return read_evidence(data.catalogue.folder); });
}

Support support_of(const std::optional<PredictionEvidence>& evidence) {
  if (!evidence) return {};
  return {.low = evidence->low,
          .high = evidence->high,
          .grade = std::string(grade_letter(evidence->grade)),
          .why = describe(*evidence)};
}

}  // namespace tranche::api
