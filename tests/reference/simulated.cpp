// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/simulated.hpp"

#include <algorithm>
#include <stdexcept>

#include "kernels/engine/backend/backend.hpp"
#include "sim/scenario/constraints.hpp"
#include "sim/simulate/lowering/metrics.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche::reference {
namespace {

// Binding constraints are counted over draws, here one draw at a time. The histograms are not read,
// so all cells are equal.
std::vector<std::uint64_t> bindings_of(const kernels::FleetData& data, std::uint64_t seed_draw) {
  const kernels::FleetView view = data.view();
  const float pilot = 0.0f;
  std::vector<kernels::Cell> cells(static_cast<std::size_t>(kernels::cell_count(view)),
                                   kernels::cell_for(&pilot, 1));
  kernels::lay_out_cells(cells);
  const auto counters = static_cast<std::size_t>(
      kernels::binding_counter(view, view.steps - 1, view.variant_count - 1, view.firm_count - 1,
                               kernels::constraint_count - 1) +
      1);
  kernels::Tally tally(std::move(cells), counters);
  kernels::make_cpu_backend(1)->run(data, {seed_draw, 1}, tally, {});
  return tally.bindings;
}

}  // namespace

Simulated::Simulated(const std::string& text, int draws)
    : Simulated(tests::read_text(text), draws) {}

Simulated::Simulated(ScenarioSet set, int draws)
    : set_(std::move(set)), lowered_(lower(set_, tests::catalogue())), draws_(draws) {
  columns_ = input_columns(lowered_);
  const DrawRequest request{.range = {0, static_cast<std::uint64_t>(draws)},
                            .inputs = columns_,
                            .outputs = all_outputs(lowered_),
                            .execution = {.threads = 1}};
  for_each_draw(lowered_, request, [&](const DrawBatch& batch) {
    for (std::size_t c = 0; c < columns_.size(); ++c)
      inputs_.emplace_back(batch.input(c).begin(), batch.input(c).end());
    for (std::size_t o = 0; o < request.outputs.size(); ++o)
      outputs_.emplace_back(batch.output(o).begin(), batch.output(o).end());
  });
  for (int d = 0; d < draws; ++d)
    bindings_.push_back(bindings_of(lowered_.data, static_cast<std::uint64_t>(d)));
}

double Simulated::value(std::size_t variant, std::size_t firm, std::size_t step, std::size_t metric,
                        int draw) const {
  // all_outputs: variants, then firms, then months, then metrics.
  const std::size_t output =
      ((variant * lowered_.firms.size() + firm) * lowered_.steps.size() + step) *
          lowered_.metrics.size() +
      metric;
  return outputs_.at(output).at(static_cast<std::size_t>(draw));
}

double Simulated::value(const std::string& variant, const std::string& firm, std::size_t step,
                        const std::string& metric, int draw) const {
  const auto index = [](const std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw std::out_of_range(name);
    return static_cast<std::size_t>(found - names.begin());
  };
  const MetricInfo* const info = find_metric(lowered_.metrics, metric);
  if (info == nullptr) throw std::out_of_range(metric);
  return value(index(lowered_.variants, variant), index(lowered_.firms, firm), step,
               static_cast<std::size_t>(info - lowered_.metrics.data()), draw);
}

std::string Simulated::binding(std::size_t variant, std::size_t firm, std::size_t step,
                               int draw) const {
  for (int c = 0; c < kernels::constraint_count; ++c) {
    const auto counter = static_cast<std::size_t>(kernels::binding_counter(
        lowered_.data.view(), static_cast<std::int32_t>(step), static_cast<std::int32_t>(variant),
        static_cast<std::int32_t>(firm), c));
    if (bindings_.at(static_cast<std::size_t>(draw)).at(counter) > 0)
      return std::string(constraint_info(static_cast<kernels::Constraint>(c)).name);
  }
  return "none";
}

double Simulated::drawn(std::size_t variant, int draw, const Input& input,
                        const Place& place) const {
  const auto fits = [&](const InputColumn& column) {
    const DrawnInput& known = lowered_.inputs[column.input];
    return known.variable == input.variable &&
           std::count(known.variants.begin(), known.variants.end(),
                      static_cast<std::int32_t>(variant)) > 0 &&
           (column.firm.empty() || column.firm == place.firm) &&
           (column.tranche.empty() || column.tranche == place.tranche) &&
           (column.index < 0 || column.index == place.index);
  };
  const auto found = std::find_if(columns_.begin(), columns_.end(), fits);
  if (found == columns_.end()) throw std::out_of_range("nothing was drawn for " + input.variable);
  const double value = inputs_[static_cast<std::size_t>(found - columns_.begin())].at(
      static_cast<std::size_t>(draw));
  const DrawnInput& known = lowered_.inputs[found->input];
  return known.shares_of.empty() ? value * known.unit_in_base : value;
}

Case Simulated::numbers(std::size_t variant, int draw) const {
  return case_of(
      set_.variants.at(variant).scenario, tests::catalogue(),
      [&](const Input& input, const Place& place) { return drawn(variant, draw, input, place); });
}

}  // namespace tranche::reference
