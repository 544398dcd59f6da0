// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "sim/simulate/input_identity.hpp"
#include "sim/simulate/lowering/known_metrics.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/sensitivity/output_choice.hpp"
#include "sim/studies/sensitivity/parts.hpp"

namespace tranche {
namespace {

bool uses(const SensitivityRequest& request, Method method) {
  return std::find(request.methods.begin(), request.methods.end(), method) != request.methods.end();
}

[[noreturn]] void refuse(const std::string& problem, std::vector<std::string> help) {
  refuse_name({}, "", problem, std::move(help));
}

std::string title_or_name(const std::string& title, const std::string& name) {
  return title.empty() ? name : title;
}

OutputName name_of(const ScenarioSet& set, const LoweredScenario& lowered,
                   const OutputChoice& choice) {
  const Variant& variant = set.variants[static_cast<std::size_t>(choice.variant)];
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(choice.metric)];
  const auto firm = static_cast<std::size_t>(choice.firm);
  const std::vector<Firm>& firms = variant.scenario.firms;
  return {variant.name,
          lowered.firms[firm],
          lowered.steps[static_cast<std::size_t>(choice.step)],
          metric.name,
          metric.unit,
          metric.title,
          firm == firms.size() ? "all firms" : title_or_name(firms[firm].title, firms[firm].name),
          title_or_name(variant.title, variant.name),
          metric.better};
}

// The scenario with a single variant.
ScenarioSet only(const ScenarioSet& set, std::size_t variant) {
  ScenarioSet one;
  one.file = set.file;
  one.variants.push_back(set.variants[variant]);
  return one;
}

void require_uncertainty(const LoweredScenario& lowered, const std::string& scenario) {
  if (!lowered.inputs.empty()) return;
  refuse(fmt::format("nothing in `{}` is uncertain: every input is a single number", scenario),
         {"write a range where a number is not certain, as `mfu = \"0.30 to 0.50\"`"});
}

// Removes metrics that are unknown in one of the compared variants.
void leave_out_unknown(const ScenarioSet& set, const Catalogue& catalogue,
                       const LoweredScenario& lowered, const SensitivityRequest& request,
                       std::vector<OutputChoice>& outputs, SensitivityResult& result) {
  LoweredScenario all;  // names of every variant
  all.metrics = lowered.metrics;
  all.firms = lowered.firms;
  mark_unknown(set, catalogue, all);
  const auto variants = static_cast<std::int32_t>(set.variants.size());
  const auto cannot = [&](const OutputChoice& output) {
    for (std::int32_t v = 0; v < variants; ++v)
      if (is_unknown(all, v, output.firm, output.metric)) return true;
    return false;
  };
  if (std::erase_if(outputs, cannot) == 0) return;
  const std::string problem =
      "a metric is unknown where a price, a power or a yardstick of a chip is, in the base case or "
      "a what-if";
  if (!request.everything || outputs.empty())
    refuse(problem, {"see the warnings of `tranche check`"});
  result.notes.push_back(problem + "; it is left out");
}

// Variants of the decision, the default first.
std::vector<std::size_t> options_of(const ScenarioSet& set, const SensitivityRequest& request) {
  std::vector<std::string> names;
  for (const Variant& variant : set.variants) names.push_back(variant.name);
  std::vector<std::size_t> options;
  const auto add = [&](std::size_t index) {
    if (std::find(options.begin(), options.end(), index) == options.end()) options.push_back(index);
  };
  for (const std::string& name : request.between)
    add(static_cast<std::size_t>(variant_index(names, name, "--between")));
  if (request.between.empty())
    for (std::size_t v = 0; v < names.size(); ++v) add(v);
  return options;
}

// Backend of the designs, if any are requested; otherwise no GPU is initialised.
std::unique_ptr<kernels::Backend> backend_of(const SensitivityRequest& request,
                                             SensitivityResult& result) {
  if (std::none_of(request.methods.begin(), request.methods.end(), is_design)) return nullptr;
  std::unique_ptr<kernels::Backend> backend = choose_backend(request.execution, result.device_note);
  result.device = backend->name();
  result.device_description = backend->description();
  return backend;
}

// Options that ranks must have in common, in addition to the files.
std::vector<std::string> choices_of(const SensitivityRequest& request) {
  std::vector<std::string> choices{request.what_if};
  for (const std::vector<std::string>& names :
       {request.metrics, request.months, request.firms, request.between})
    choices.push_back(fmt::format("{}", fmt::join(names, ", ")));
  choices.push_back(fmt::format("{} {}", request.everything, request.draws));
  for (const Method method : request.methods)
    choices.push_back(fmt::format("{}", static_cast<int>(method)));
  return choices;
}

}  // namespace

SensitivityResult analyse_sensitivity(const ScenarioSet& set, const Catalogue& catalogue,
                                      const SensitivityRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::string> variants;
  for (const Variant& variant : set.variants) variants.push_back(variant.name);
  const auto looked_at =
      static_cast<std::size_t>(variant_index(variants, request.what_if, "--what-if"));
  const Scenario& scenario = set.variants[looked_at].scenario;

  SensitivityResult result;
  result.scenario = scenario.name;
  result.title = title_or_name(scenario.title, scenario.name);
  result.file = set.file;
  result.input_files = set.inputs;
  result.seed = scenario.seed;
  const std::vector<std::size_t> options = options_of(set, request);
  bool decides = uses(request, Method::voi);
  if (decides && options.size() < 2) {
    const std::string problem = "the value of information needs a choice: two what-ifs or more";
    const bool is_asked_for = request.methods.size() == 1 || !request.between.empty();
    if (is_asked_for)
      refuse(problem, {"add a [[what_if]] to the scenario, or name options with `--between`"});
    result.notes.push_back(problem + "; there is nothing to choose between here");
    decides = false;
  }
  for (const Method method : request.methods)
    if (method != Method::voi || decides) result.methods.push_back(method);

  check_headline(set, catalogue);
  const ScenarioSet one = only(set, looked_at);
  const LoweredScenario lowered_one = lower(one, catalogue);
  require_uncertainty(lowered_one, scenario.name);
  const ChoiceOfOutputs choice = choose_outputs(lowered_one, scenario, request.metrics,
                                                request.months, request.firms, request.everything);
  std::vector<OutputChoice> outputs = outputs_of(choice, 0);
  leave_out_unknown(set, catalogue, lowered_one, request, outputs, result);
  for (const OutputChoice& output : outputs)
    result.outputs.push_back(name_of(one, lowered_one, output));

  const std::vector<OutputChoice> headline =
      outputs_of(choose_outputs(lowered_one, scenario, {}, {}, {}, false), 0);
  const auto found = std::find(outputs.begin(), outputs.end(), headline.front());
  if (found != outputs.end()) result.shown = static_cast<std::size_t>(found - outputs.begin());

  std::optional<LoweredScenario> lowered_options;  // of the decision
  if (decides) {
    ScenarioSet between;
    between.file = set.file;
    for (const std::size_t v : options) between.variants.push_back(set.variants[v]);
    lowered_options = lower(between, catalogue);
  }
  const std::unique_ptr<kernels::Backend> backend = backend_of(request, result);
  Ranks* const ranks = request.execution.ranks;
  if (SharedWork(ranks).is_shared()) {
    agree_on(*ranks, "sensitivity " + input_identity(set, catalogue, choices_of(request)));
    if (backend) result.device_description = devices_of(*ranks, result.device_description);
  }

  const std::uint64_t parts = std::uint64_t{uses(request, Method::draws)} +
                              uses(request, Method::sobol) + uses(request, Method::morris) +
                              decides;
  std::uint64_t part = 0;
  const auto control = [&] {
    AnalysisControl c{.seed = scenario.seed,
                      .execution = request.execution,
                      .runner = backend ? backend->designs() : nullptr};
    if (request.execution.progress)
      c.execution.progress = [&request, part, parts](std::uint64_t done, std::uint64_t total) {
        request.execution.progress(part * total + done, parts * total);
      };
    return c;
  };
  const std::uint64_t draws = request.draws > 0 ? request.draws : default_sensitivity_draws;
  if (uses(request, Method::draws)) {
    result.draws = draws;
    rank_the_inputs(lowered_one, outputs, draws, control(), result);
    ++part;
  }
  if (uses(request, Method::sobol)) {
    const std::uint64_t points = request.draws > 0 ? request.draws : default_sobol_points;
    decompose_variance(lowered_one, outputs, points, control(), result);
    ++part;
  }
  if (uses(request, Method::morris)) {
    const std::uint64_t points = request.draws > 0 ? request.draws : default_morris_points;
    screen_inputs(lowered_one, outputs, points, control(), result);
    ++part;
  }
  if (decides) {
    for (const std::size_t v : options) {
      result.options.push_back(set.variants[v].name);
      result.option_titles.push_back(title_or_name(set.variants[v].title, set.variants[v].name));
    }
    result.draws = draws;
    value_the_inputs(*lowered_options, outputs, draws, control(), result);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace tranche
