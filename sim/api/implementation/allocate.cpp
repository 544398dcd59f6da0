// SPDX-License-Identifier: Apache-2.0

// Allocations through the interface.
#include <memory>
#include <utility>

#include "sim/api/implementation/files.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/api/implementation/tables.hpp"
#include "sim/api/studies.hpp"
#include "sim/studies/allocate/allocation.hpp"

namespace tranche::api {

struct AllocateResults::State {
  State(AllocationResult made, bool is_made_here)
      : result(std::move(made)), is_complete(is_made_here) {}
  AllocationResult result;
  bool is_complete;  // on the first process
  LazyTable splits, gains;
};

namespace {

AllocateResults allocated(const Scenario::State& scenario, const AllocateOptions& asked) {
  if (asked.execution.device == Device::gpu)
    throw RequestRefused("an allocation runs on the CPU", {"leave the device to be chosen"});
  refuse_uncountable(scenario);
  check_writable(asked.folder, asked.execution);
  const ScenarioSource source = scenario.source;
  AllocationResult result = tranche::allocate(
      source, scenario.data->catalogue,
      {.execution = execution_of(asked.execution), .draws = scenario.reading.draws});
  return AllocateResults(
      std::make_shared<const AllocateResults::State>(std::move(result), is_first(asked.execution)));
}

}  // namespace

const std::vector<std::string>& AllocateResults::parts() const { return state_->result.names; }
const std::vector<double>& AllocateResults::shares() const { return state_->result.best().shares; }
const Table& AllocateResults::splits() const {
  return state_->splits.get(
      [&] { return state_->is_complete ? table_of_csv(allocation_csv(state_->result)) : Table{}; });
}
const Table& AllocateResults::gains() const {
  return state_->gains.get([&] {
    return state_->is_complete ? table_of_csv(allocation_gain_csv(state_->result)) : Table{};
  });
}

Expected<Written> AllocateResults::write(const std::string& folder, const ReportTemplate& report,
                                         const std::atomic<bool>* cancel) const {
  return guarded([&] {
    FileSet files(folder);
    files.write("allocation.csv", allocation_csv(state_->result));
    files.write("allocation_gain.csv", allocation_gain_csv(state_->result));
    files.write("allocation.json", allocation_json(state_->result));
    throw_if_stopped(cancel);
    return published(files, report);
  });
}

std::string AllocateResults::text(const std::string& folder, std::size_t columns) const {
  return allocation_report(state_->result, folder, columns);
}

Expected<AllocateResults> allocate(const Scenario& scenario, const AllocateOptions& options) {
  return guarded([&] { return allocated(*scenario.state(), options); }, scenario.state()->memory);
}

}  // namespace tranche::api
