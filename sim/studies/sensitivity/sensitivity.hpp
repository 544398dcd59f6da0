// SPDX-License-Identifier: Apache-2.0

// Sensitivity analysis: contributions of inputs to the spread of a result, and the value of knowing
// them: the methods of `tranche sensitivity`. docs/use/sensitivity.md defines each of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/simulate/draw_table.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/sensitivity/input_groups.hpp"
#include "sim/studies/sensitivity/morris.hpp"
#include "sim/studies/sensitivity/sobol_indices.hpp"
#include "sim/studies/sensitivity/value_of_information.hpp"

namespace tranche {

enum class Method { draws, sobol, morris, voi };

struct SensitivityRequest {
  std::vector<Method> methods;
  // Names; empty: those of the scenario's headline. `everything`: all.
  std::vector<std::string> metrics, months;
  std::vector<std::string> firms;
  std::string what_if = "base";
  std::vector<std::string> between;  // options of the decision; empty: base and all what-ifs
  bool everything = false;
  std::uint64_t draws = 0;   // 0: default_draws for draws and voi, default_points for designs
  Execution execution = {};  // device: of sobol and morris; other methods run on the CPU
};
inline bool is_design(Method method) { return method == Method::sobol || method == Method::morris; }
inline constexpr std::uint64_t default_sensitivity_draws = 32'768;
inline constexpr std::uint64_t default_sobol_points = 4'096;
inline constexpr std::uint64_t default_morris_points = 512;

// Name of one output.
struct OutputName {
  std::string what_if, firm, month, metric, unit;
  std::string metric_title, firm_title, what_if_title;
  Better better = Better::higher;
};

// One input and one output, from the draws of a plain run.
struct TornadoRow {
  std::size_t output = 0, input = 0;  // into outputs and inputs
  double rank_correlation = 0;        // Spearman
  double contribution = 0;  // square of the correlation over the sum of the squares of all inputs
  double mean_when_low = 0,
         mean_when_high = 0;             // of the output, input in its lowest, highest fifth
  double input_low = 0, input_high = 0;  // mean of the input in these fifths, in its own unit
};
struct SobolRow {
  std::size_t output = 0, input = 0;
  SobolIndex index;
};
struct MorrisRow {
  std::size_t output = 0, input = 0;
  ElementaryEffects effects;
};
struct VoiRow {
  std::size_t decision = 0, input = 0;
  InformationValue information;
};
// A choice between what-ifs by one output.
struct Decision {
  std::size_t output = 0;
  DecisionValues values;  // in the metric's unit; negated if less is better
};

struct SpreadOfOutput {
  double mean = 0, p05 = 0, p50 = 0, p95 = 0;
};

struct SensitivityResult {
  std::string scenario, title, file;
  std::vector<InputFile> input_files;
  std::uint64_t seed = 0, draws = 0, sobol_points = 0, morris_points = 0;
  std::vector<Method> methods;
  std::vector<OutputName> outputs;
  std::size_t shown = 0;  // output of the terminal report: the headline, if it is among them
  std::vector<SpreadOfOutput> spreads;  // from the draws; empty without them
  // Inputs of the draws, of the designs (tied inputs are one), and of the value of information.
  std::vector<InputGroup> single_inputs, tied_inputs, voi_inputs;
  std::vector<std::string> single_units;  // of single_inputs
  std::vector<std::string> options, option_titles;
  std::vector<TornadoRow> tornado;
  std::vector<SobolRow> sobol;
  std::vector<MorrisRow> morris;
  std::vector<Decision> decisions;
  std::vector<VoiRow> voi;
  std::vector<std::string> notes;  // outputs left out, with reasons
  // Device of the designs, if there are any; as in RunResult.
  std::string device, device_description, device_note;
  double seconds = 0;
};

// Throws InputError for unknown names, if nothing is uncertain, and if no chosen output varies;
// Interrupted if the execution was stopped; kernels::BackendUnavailable if a GPU is requested and
// not usable. With several ranks each has the result.
SensitivityResult analyse_sensitivity(const ScenarioSet& set, const Catalogue& catalogue,
                                      const SensitivityRequest& request);

}  // namespace tranche
