// SPDX-License-Identifier: Apache-2.0

// Sobol' indices and elementary effects of a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/sensitivity/fleet_model.hpp"
#include "sim/studies/sensitivity/output_choice.hpp"
#include "sim/studies/sensitivity/parts.hpp"

namespace tranche {
namespace {

// Metrics proportional to another share its cell: indices are equal, effects scale with the factor.
struct ModelOutputs {
  std::vector<std::int64_t> cells;
  std::vector<std::size_t> of_choice;
  std::vector<double> factors;
};

ModelOutputs model_outputs(const LoweredScenario& lowered,
                           const std::vector<OutputChoice>& outputs) {
  const kernels::FleetView view = lowered.data.view();
  ModelOutputs found;
  std::vector<std::int64_t> cells;
  for (const OutputChoice& output : outputs) {
    const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(output.metric)];
    cells.push_back(
        kernels::value_cell(view, output.step, output.variant, output.firm, metric.stored));
    found.factors.push_back(metric.factor);
  }
  found.cells = cells;
  std::sort(found.cells.begin(), found.cells.end());
  found.cells.erase(std::unique(found.cells.begin(), found.cells.end()), found.cells.end());
  for (const std::int64_t cell : cells)
    found.of_choice.push_back(static_cast<std::size_t>(
        std::lower_bound(found.cells.begin(), found.cells.end(), cell) - found.cells.begin()));
  return found;
}

// Results for the tied inputs, which become those of the result.
template <class Found>
Found run_design(Found (*method)(const GroupedModel&, const DesignControl&),
                 const LoweredScenario& lowered, const ModelOutputs& chosen, std::uint64_t points,
                 const AnalysisControl& control, SensitivityResult& result) {
  result.tied_inputs = input_groups(lowered, Ties::together);
  const FleetModel model(lowered, result.tied_inputs, chosen.cells, control.runner);
  return method(model, {points, control.seed, control.execution});
}

}  // namespace

void decompose_variance(const LoweredScenario& lowered, const std::vector<OutputChoice>& outputs,
                        std::uint64_t points, const AnalysisControl& control,
                        SensitivityResult& result) {
  const ModelOutputs chosen = model_outputs(lowered, outputs);
  const SobolResult found = run_design(sobol_indices, lowered, chosen, points, control, result);
  result.sobol_points = found.points;
  bool any_varies = false;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const std::size_t at = chosen.of_choice[o];
    if (found.variances[at] <= 0) continue;
    any_varies = true;
    for (std::size_t g = 0; g < result.tied_inputs.size(); ++g)
      result.sobol.push_back({o, g, found.index(at, g)});
  }
  SharedWork(control.execution.ranks).together([&] {
    if (!any_varies) refuse_constant_outputs(result);
  });
}

void screen_inputs(const LoweredScenario& lowered, const std::vector<OutputChoice>& outputs,
                   std::uint64_t points, const AnalysisControl& control,
                   SensitivityResult& result) {
  const ModelOutputs chosen = model_outputs(lowered, outputs);
  const MorrisResult found = run_design(morris_effects, lowered, chosen, points, control, result);
  result.morris_points = found.points;
  bool any_varies = false;
  for (std::size_t o = 0; o < outputs.size(); ++o)
    for (std::size_t g = 0; g < result.tied_inputs.size(); ++g) {
      ElementaryEffects effects = found.effect(chosen.of_choice[o], g);
      const double factor = chosen.factors[o];
      effects.mu *= factor;
      effects.mu_star *= factor;
      effects.mu_star_error *= factor;
      effects.sigma *= factor;
      any_varies = any_varies || effects.mu_star > 0;
      result.morris.push_back({o, g, effects});
    }
  SharedWork(control.execution.ranks).together([&] {
    if (!any_varies) refuse_constant_outputs(result);
  });
}

}  // namespace tranche
