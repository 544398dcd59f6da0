// SPDX-License-Identifier: Apache-2.0

// Sensitivity analysis through the interface.
#include "sim/studies/sensitivity/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/api/analysis.hpp"
#include "sim/api/implementation/files.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/api/implementation/tables.hpp"
#include "sim/studies/sensitivity/report.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche::api {

struct SensitivityResults::State {
  SensitivityResult result;
};

namespace {

Method method_of(SensitivityMethod method) {
  switch (method) {
    case SensitivityMethod::sobol:
      return Method::sobol;
    case SensitivityMethod::morris:
      return Method::morris;
    case SensitivityMethod::voi:
      return Method::voi;
    case SensitivityMethod::draws:
      break;
  }
  return Method::draws;
}

tranche::SensitivityRequest analysis_of(const SensitivityRequest& asked) {
  constexpr std::uint64_t fewest = 100, most = 100'000'000;
  tranche::SensitivityRequest request;
  for (const SensitivityMethod method : asked.methods) request.methods.push_back(method_of(method));
  request.execution = execution_of(asked.execution);
  if (asked.execution.device == Device::gpu &&
      std::none_of(request.methods.begin(), request.methods.end(), is_design))
    throw RequestRefused("`draws` and `voi` run on the CPU",
                         {"designs run on a GPU: add `sobol` or `morris`"});
  if (asked.draws > 0 && (asked.draws < fewest || asked.draws > most))
    throw RequestRefused(
        fmt::format("{} draws are too {} for an analysis", with_separators(asked.draws),
                    asked.draws < fewest ? "few" : "many"),
        {"from 100 to 100M"});
  request.metrics = asked.metrics;
  request.months = asked.months;
  request.firms = asked.firms;
  request.what_if = asked.what_if;
  request.between = asked.between;
  request.everything = asked.everything;
  request.draws = asked.draws;
  return request;
}

SensitivityResults analysed(const Scenario::State& scenario, const SensitivityRequest& asked) {
  const tranche::SensitivityRequest request = analysis_of(asked);
  check_writable(asked.folder, asked.execution);
  SensitivityResult result =
      analyse_sensitivity(scenario.source.set(), scenario.data->catalogue, request);
  return SensitivityResults(std::make_shared<const SensitivityResults::State>(
      SensitivityResults::State{std::move(result)}));
}

}  // namespace

Table SensitivityResults::table(SensitivityMethod method) const {
  const Method asked = method_of(method);
  const std::vector<Method>& done = state_->result.methods;
  if (std::find(done.begin(), done.end(), asked) == done.end()) return {};
  return table_of_csv(csv_text(method_table(state_->result, asked)));
}

const std::string& SensitivityResults::why_not_the_gpu() const {
  return state_->result.device_note;
}

std::string SensitivityResults::text(std::size_t columns, std::size_t top) const {
  const SensitivityResult& result = state_->result;
  std::string last_line = fmt::format("{:.3g} s, seed {}", result.seconds, result.seed);
  if (!result.device.empty()) last_line += ", designs on " + printable(result.device_description);
  return sensitivity_text(result, columns, top) + last_line + "\n";
}

std::string SensitivityResults::csv(SensitivityMethod method) const {
  return csv_text(method_table(state_->result, method_of(method)));
}

std::string SensitivityResults::json() const { return sensitivity_json(state_->result); }

Expected<Written> SensitivityResults::write(const std::string& folder, const ReportTemplate& report,
                                            const std::atomic<bool>* cancel) const {
  return guarded([&] {
    FileSet files(folder);
    write_sensitivity(state_->result, files);
    throw_if_stopped(cancel);
    return published(files, report);
  });
}

Expected<SensitivityResults> sensitivity(const Scenario& scenario,
                                         const SensitivityRequest& request) {
  return guarded([&] { return analysed(*scenario.state(), request); }, scenario.state()->memory);
}

}  // namespace tranche::api
