// SPDX-License-Identifier: Apache-2.0
#include "sim/results/input_influence.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/statistics/rank_statistics.hpp"

namespace tranche {
namespace {

constexpr std::uint64_t ranked_draws = 1024;

// Draws of the output's variant that can influence it.
std::vector<InputColumn> bearing_columns(const LoweredScenario& lowered,
                                         const OutputChoice& output) {
  std::vector<InputColumn> columns = input_columns(lowered);
  std::erase_if(columns, [&](const InputColumn& column) {
    const std::vector<std::int32_t>& variants = lowered.inputs[column.input].variants;
    const bool is_of_base =
        std::find(variants.begin(), variants.end(), output.variant) != variants.end();
    return !is_of_base || !can_bear_on(lowered, column, output);
  });
  return columns;
}

}  // namespace

std::unordered_map<std::string, double> input_influence(const LoweredScenario& lowered,
                                                        const OutputChoice& output) {
  DrawRequest request{{0, ranked_draws}, bearing_columns(lowered, output), {output}};
  // Short work at the end of a run that may be limited to one thread.
  request.execution.threads = 1;
  std::unordered_map<std::string, double> influence;
  if (request.inputs.empty() || request.inputs.size() > max_ranked_columns) return influence;
  std::vector<std::vector<float>> drawn(request.inputs.size());
  std::vector<float> values;
  for_each_draw(lowered, request, [&](const DrawBatch& batch) {
    for (std::size_t i = 0; i < drawn.size(); ++i)
      drawn[i].insert(drawn[i].end(), batch.input(i).begin(), batch.input(i).end());
    values.insert(values.end(), batch.output(0).begin(), batch.output(0).end());
  });
  const std::vector<float> ranks = centred_ranks(values);
  std::vector<std::vector<float>> scores(lowered.inputs.size());
  for (std::size_t c = 0; c < drawn.size(); ++c) {
    std::vector<float>& score = scores[request.inputs[c].input];
    const std::vector<float> own = centred_ranks(drawn[c]);
    score.resize(own.size());
    for (std::size_t j = 0; j < own.size(); ++j) score[j] += own[j];
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i].empty()) continue;
    const double found = correlation(centred_ranks(scores[i]), ranks);
    if (std::isfinite(found)) influence[lowered.inputs[i].variable] = found;
  }
  return influence;
}

}  // namespace tranche
