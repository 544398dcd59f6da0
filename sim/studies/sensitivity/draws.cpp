// SPDX-License-Identifier: Apache-2.0

// Rank correlations, tornado and value of information from the draws of a plain run.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/parallel_for.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/statistics/rank_statistics.hpp"
#include "sim/studies/sensitivity/draw_matrix.hpp"
#include "sim/studies/sensitivity/output_choice.hpp"
#include "sim/studies/sensitivity/parts.hpp"

namespace tranche {
namespace {

bool varies(const std::vector<float>& values) {
  return std::any_of(values.begin(), values.end(),
                     [&](float value) { return value != values.front(); });
}

// Each uncertain input separately; parts of a split separately, as they move against each other.
std::vector<InputGroup> single_inputs(const LoweredScenario& lowered,
                                      std::vector<std::string>& units) {
  std::vector<InputGroup> singles;
  for (std::size_t i = 0; i < lowered.inputs.size(); ++i) {
    const DrawnInput& input = lowered.inputs[i];
    InputGroup single;
    single.name = input.variable;
    single.members = {input.variable};
    single.inputs = {i};
    single.role = input.role;
    single.confidence = input.confidence;
    single.text = input.shares_of.empty() ? input.text : "";
    single.where = input.where;
    singles.push_back(std::move(single));
    units.push_back(input.unit);
  }
  return singles;
}

// Columns of an input that can influence an output: those of its firm, and the months up to it.
std::vector<std::size_t> bearing_columns(const DrawMatrix& matrix, const LoweredScenario& lowered,
                                         std::size_t input, const OutputChoice& output) {
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < matrix.input_columns.size(); ++c) {
    const InputColumn& column = matrix.input_columns[c];
    if (column.input == input && can_bear_on(lowered, column, output)) columns.push_back(c);
  }
  return columns;
}

// Score of an input in each draw: its rank, or the mean of the ranks of its instances.
struct Score {
  std::vector<std::size_t> columns;
  std::vector<float> ranks;
  Fifths fifths;
  double input_low = 0, input_high = 0;
};

class Scores {
 public:
  Scores(const DrawMatrix& matrix, int threads) : matrix_(matrix), ranks_(matrix.inputs.size()) {
    parallel_for(ranks_.size(), threads,
                 [&](std::size_t c) { ranks_[c] = centred_ranks(matrix.inputs[c]); });
  }
  Score score(std::vector<std::size_t> columns) const {
    Score made;
    made.ranks = ranks_[columns[0]];
    for (std::size_t c = 1; c < columns.size(); ++c)
      for (std::size_t j = 0; j < made.ranks.size(); ++j) made.ranks[j] += ranks_[columns[c]][j];
    if (columns.size() > 1) made.ranks = centred_ranks(made.ranks);
    made.fifths = fifths(made.ranks);
    for (const std::size_t c : columns) {
      made.input_low += mean_over(matrix_.inputs[c], made.fifths.low);
      made.input_high += mean_over(matrix_.inputs[c], made.fifths.high);
    }
    made.input_low /= static_cast<double>(columns.size());
    made.input_high /= static_cast<double>(columns.size());
    made.columns = std::move(columns);
    return made;
  }

 private:
  const DrawMatrix& matrix_;
  std::vector<std::vector<float>> ranks_;
};

SpreadOfOutput spread_of(const std::vector<float>& values) {
  std::vector<float> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double p) {
    return static_cast<double>(
        sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size() - 1) + 0.5)]);
  };
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value);
  return {sum / static_cast<double>(values.size()), at(0.05), at(0.5), at(0.95)};
}

struct PlacedSpread {
  std::size_t output;
  SpreadOfOutput spread;
};

// Rows of the outputs `here`, which belong to one firm and month, without their contributions.
std::vector<TornadoRow> rows_at(const LoweredScenario& lowered, const DrawMatrix& matrix,
                                const Scores& scores, const std::vector<OutputChoice>& outputs,
                                const std::vector<std::size_t>& here) {
  std::vector<TornadoRow> rows;
  std::vector<std::vector<float>> ranks;
  for (const std::size_t o : here) ranks.push_back(centred_ranks(matrix.outputs[o]));
  for (std::size_t i = 0; i < lowered.inputs.size(); ++i) {
    const std::vector<std::size_t> columns =
        bearing_columns(matrix, lowered, i, outputs[here.front()]);
    if (columns.empty()) continue;
    const Score score = scores.score(columns);
    for (std::size_t h = 0; h < here.size(); ++h) {
      const std::vector<float>& values = matrix.outputs[here[h]];
      if (!varies(values)) continue;
      TornadoRow row;
      row.output = here[h];
      row.input = i;
      row.rank_correlation = correlation(score.ranks, ranks[h]);
      row.mean_when_low = mean_over(values, score.fifths.low);
      row.mean_when_high = mean_over(values, score.fifths.high);
      row.input_low = score.input_low;
      row.input_high = score.input_high;
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace

void refuse_constant_outputs(const SensitivityResult& result) {
  const OutputName& output = result.outputs.front();
  refuse_name({}, "",
              result.outputs.size() == 1
                  ? fmt::format("`{}` of {} at {} is the same in every draw: no input moves it",
                                output.metric, output.firm_title, output.month)
                  : "none of the chosen outputs varies: no input moves them",
              {"choose a later month or another metric"});
}

void rank_the_inputs(const LoweredScenario& lowered, const std::vector<OutputChoice>& outputs,
                     std::uint64_t draws, const AnalysisControl& control,
                     SensitivityResult& result) {
  result.single_inputs = single_inputs(lowered, result.single_units);
  const DrawMatrix matrix =
      draw_matrix(lowered, input_columns(lowered), outputs, draws, control.execution);
  const Scores scores(matrix, control.execution.threads);
  // Outputs of one firm and month use the same scores.
  std::vector<std::pair<std::int32_t, std::int32_t>> places;
  for (const OutputChoice& output : outputs) {
    const std::pair place{output.firm, output.step};
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }
  const SharedWork work(control.execution.ranks);
  std::vector<std::vector<TornadoRow>> rows_of_place(places.size());
  std::vector<std::vector<PlacedSpread>> spreads_of_place(places.size());
  work.together([&] {
    parallel_for(places.size(), control.execution.threads, [&](std::size_t p) {
      if (!work.is_mine(p)) return;
      std::vector<std::size_t> here;
      for (std::size_t o = 0; o < outputs.size(); ++o)
        if (std::pair{outputs[o].firm, outputs[o].step} == places[p]) here.push_back(o);
      for (const std::size_t o : here)
        spreads_of_place[p].push_back({o, spread_of(matrix.outputs[o])});
      rows_of_place[p] = rows_at(lowered, matrix, scores, outputs, here);
    });
  });
  work.exchange(rows_of_place);
  work.exchange(spreads_of_place);
  result.spreads.resize(outputs.size());
  for (const std::vector<PlacedSpread>& spreads : spreads_of_place)
    for (const PlacedSpread& spread : spreads) result.spreads[spread.output] = spread.spread;
  std::vector<std::vector<TornadoRow>> rows(outputs.size());
  for (const std::vector<TornadoRow>& of_place : rows_of_place)
    for (const TornadoRow& row : of_place) rows[row.output].push_back(row);
  for (std::vector<TornadoRow>& of_output : rows) {
    double squares = 0;
    for (const TornadoRow& row : of_output) squares += row.rank_correlation * row.rank_correlation;
    for (TornadoRow& row : of_output)
      row.contribution = squares > 0 ? row.rank_correlation * row.rank_correlation / squares : 0.0;
    result.tornado.insert(result.tornado.end(), of_output.begin(), of_output.end());
  }
  work.together([&] {
    if (result.tornado.empty()) refuse_constant_outputs(result);
  });
}

void value_the_inputs(const LoweredScenario& lowered, const std::vector<OutputChoice>& outputs,
                      std::uint64_t draws, const AnalysisControl& control,
                      SensitivityResult& result) {
  const auto options = static_cast<std::int32_t>(lowered.variants.size());
  result.voi_inputs = input_groups(lowered, Ties::apart);
  std::vector<OutputChoice> of_options;
  for (const OutputChoice& output : outputs)
    for (std::int32_t v = 0; v < options; ++v) {
      of_options.push_back(output);
      of_options.back().variant = v;
    }
  const std::vector<InputColumn> all = input_columns(lowered);
  DrawMatrix matrix = draw_matrix(lowered, all, of_options, draws, control.execution);
  // The distribution of an input in a what-if has the same random numbers: one column suffices.
  std::vector<std::vector<std::size_t>> columns(result.voi_inputs.size());
  for (std::size_t g = 0; g < columns.size(); ++g)
    for (std::size_t c = 0; c < all.size(); ++c) {
      const std::vector<std::size_t>& members = result.voi_inputs[g].inputs;
      const bool is_member =
          std::find(members.begin(), members.end(), all[c].input) != members.end();
      const bool is_known =
          std::any_of(columns[g].begin(), columns[g].end(), [&](std::size_t known) {
            return all[known].key == all[c].key && all[known].number == all[c].number;
          });
      if (is_member && !is_known) columns[g].push_back(c);
    }
  // [output][option], more is better
  std::vector<std::vector<std::vector<float>>> values(outputs.size());
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    for (std::int32_t v = 0; v < options; ++v) {
      values[o].push_back(std::move(
          matrix.outputs[o * static_cast<std::size_t>(options) + static_cast<std::size_t>(v)]));
      if (result.outputs[o].better == Better::lower)
        for (float& value : values[o].back()) value = -value;
    }
    result.decisions.push_back({o, decision_values(values[o])});
  }
  const std::size_t inputs = columns.size();
  const SharedWork work(control.execution.ranks);
  std::vector<std::vector<VoiRow>> rows(outputs.size() * inputs);
  work.together([&] {
    parallel_for(rows.size(), control.execution.threads, [&](std::size_t i) {
      if (!work.is_mine(i)) return;
      const std::size_t o = i / inputs, g = i % inputs;
      const DecisionValues& found = result.decisions[o].values;
      std::vector<std::span<const float>> numbers;
      for (const std::size_t c : columns[g]) numbers.emplace_back(matrix.inputs[c]);
      rows[i] = {{o, g,
                  found.perfect.value > 0 ? partial_information(numbers, values[o], found.best)
                                          : InformationValue{}}};
    });
  });
  work.exchange(rows);
  for (const std::vector<VoiRow>& row : rows) result.voi.push_back(row.front());
}

}  // namespace tranche
