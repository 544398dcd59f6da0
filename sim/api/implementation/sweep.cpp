// SPDX-License-Identifier: Apache-2.0

// Sweeps through the interface.
#include "sim/studies/sweep/sweep.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "sim/api/implementation/files.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/api/implementation/tables.hpp"
#include "sim/api/studies.hpp"

namespace tranche::api {

struct SweepResults::State {
  State(SweepResult made, std::optional<Written> files)
      : result(std::move(made)), written(std::move(files)) {}
  SweepResult result;
  std::optional<Written> written;
  LazyTable table;
};

namespace {

SweepResults swept(const Scenario::State& scenario, const SweepOptions& asked) {
  refuse_uncountable(scenario);
  std::optional<Written> written;
  const ScenarioSource source = scenario.source;
  SweepResult result =
      run_sweep(source, scenario.options, scenario.data->catalogue,
                {.execution = execution_of(asked.execution),
                 .folder = asked.folder,
                 .resume = asked.resume ? Resume::yes : Resume::no,
                 .publish = [&](FileSet& files) { written = published(files, asked.report); }});
  return SweepResults(
      std::make_shared<const SweepResults::State>(std::move(result), std::move(written)));
}

}  // namespace

std::size_t SweepResults::points() const { return state_->result.points; }
const std::vector<std::string>& SweepResults::axes() const { return state_->result.axes; }
const Table& SweepResults::table() const {
  return state_->table.get([&] { return table_of_csv(sweep_csv(state_->result)); });
}
const std::string& SweepResults::why_not_the_gpu() const { return state_->result.device_note; }
const std::optional<Written>& SweepResults::written() const { return state_->written; }

Expected<Written> SweepResults::write(const std::string& folder,
                                      const ReportTemplate& report) const {
  return guarded([&] {
    FileSet files(folder);
    write_sweep(state_->result, files);
    return published(files, report);
  });
}

std::string SweepResults::text(const std::string& folder, std::size_t columns) const {
  return sweep_report(state_->result, folder, columns);
}

Expected<SweepResults> sweep(const Scenario& scenario, const SweepOptions& options) {
  return guarded([&] { return swept(*scenario.state(), options); }, scenario.state()->memory);
}

}  // namespace tranche::api
