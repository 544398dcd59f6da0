// SPDX-License-Identifier: Apache-2.0

// Discovery through the interface.
#include "sim/studies/discover/discover.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "sim/api/analysis.hpp"
#include "sim/api/implementation/files.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/api/implementation/tables.hpp"
#include "sim/studies/discover/report.hpp"
#include "sim/text/human_number.hpp"

namespace tranche::api {

struct DiscoverResults::State {
  State(DiscoverResult made, bool is_made_here)
      : result(std::move(made)), is_complete(is_made_here) {}
  DiscoverResult result;
  bool is_complete;  // on the first process
  LazyTable box, boxes;
};

namespace {

void check_request(const DiscoverRequest& asked) {
  if (asked.draws > 0 && (asked.draws < 500 || asked.draws > 10'000'000))
    throw RequestRefused(
        fmt::format("{} draws are too {} to find worlds by", with_separators(asked.draws),
                    asked.draws < 500 ? "few" : "many"),
        {"from 500 to 10M"});
  if (asked.density && !(*asked.density > 0.0 && *asked.density <= 1.0))
    throw RequestRefused(fmt::format("a density of {:g}", *asked.density), {"above 0, at most 1"});
}

DiscoverResults discovered(const Scenario::State& scenario, const DiscoverRequest& asked) {
  check_request(asked);
  check_writable(asked.folder, asked.execution);
  DiscoverResult result = tranche::discover(scenario.source.set(), scenario.data->catalogue,
                                            {.outcome = asked.outcome,
                                             .draws = asked.draws,
                                             .density = asked.density,
                                             .execution = execution_of(asked.execution)});
  return DiscoverResults(
      std::make_shared<const DiscoverResults::State>(std::move(result), is_first(asked.execution)));
}

}  // namespace

double DiscoverResults::share() const { return state_->result.share; }
const Table& DiscoverResults::box() const {
  return state_->box.get([&] {
    return state_->is_complete ? table_of_csv(csv_text(box_table(state_->result))) : Table{};
  });
}
const Table& DiscoverResults::boxes() const {
  return state_->boxes.get([&] {
    return state_->is_complete ? table_of_csv(csv_text(trajectory_table(state_->result))) : Table{};
  });
}

std::string DiscoverResults::text(std::size_t columns) const {
  return discover_text(state_->result, columns) +
         fmt::format("\n{:.3g} s, seed {}\n", state_->result.seconds, state_->result.seed);
}

std::string DiscoverResults::csv() const { return csv_text(box_table(state_->result)); }
std::string DiscoverResults::json() const { return discover_json(state_->result); }

Expected<Written> DiscoverResults::write(const std::string& folder, const ReportTemplate& report,
                                         const std::atomic<bool>* cancel) const {
  return guarded([&] {
    FileSet files(folder);
    write_discovery(state_->result, files);
    throw_if_stopped(cancel);
    return published(files, report);
  });
}

Expected<DiscoverResults> discover(const Scenario& scenario, const DiscoverRequest& request) {
  return guarded([&] { return discovered(*scenario.state(), request); }, scenario.state()->memory);
}

}  // namespace tranche::api
