// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/draw_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/simulate/run.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

void check_memory(std::size_t inputs, std::size_t outputs, std::uint64_t draws) {
  const double bytes =
      static_cast<double>(inputs + outputs) * static_cast<double>(draws) * sizeof(float);
  if (bytes <= max_matrix_bytes) return;
  Problems problems;
  problems.error({},
                 fmt::format("{} draws of {} inputs and {} outputs would take {:.3g} GB of "
                             "memory",
                             with_separators(draws), inputs, outputs, bytes / 1e9),
                 {fmt::format("at most {:.0f} GB; ask for fewer draws, metrics, months or firms",
                              max_matrix_bytes / 1e9)});
  problems.throw_if_errors();
}

}  // namespace

DrawMatrix draw_matrix(const LoweredScenario& lowered, std::vector<InputColumn> inputs,
                       const std::vector<OutputChoice>& outputs, std::uint64_t draws,
                       const Execution& execution) {
  const SharedWork work(execution.ranks);
  DrawMatrix matrix;
  matrix.draws = draws;
  matrix.inputs.resize(inputs.size());
  matrix.outputs.resize(outputs.size());
  DrawRequest request{work.own_draws(draws, kernels::batch_draws), std::move(inputs), outputs,
                      execution};
  work.together([&] {
    check_memory(request.inputs.size(), outputs.size(), draws);
    for (auto* const part : {&matrix.inputs, &matrix.outputs})
      for (std::vector<float>& column : *part) column.resize(draws);
    const std::uint64_t done = for_each_draw(lowered, request, [&](const DrawBatch& batch) {
      const auto at = static_cast<std::ptrdiff_t>(batch.first_draw);
      for (std::size_t i = 0; i < matrix.inputs.size(); ++i)
        std::ranges::copy(batch.input(i), matrix.inputs[i].begin() + at);
      for (std::size_t o = 0; o < matrix.outputs.size(); ++o)
        std::ranges::copy(batch.output(o), matrix.outputs[o].begin() + at);
    });
    if (done < request.range.count) throw Interrupted("interrupted");
  });
  for (auto* const part : {&matrix.inputs, &matrix.outputs})
    for (std::vector<float>& column : *part) work.complete(column, kernels::batch_draws);
  matrix.input_columns = std::move(request.inputs);
  return matrix;
}

}  // namespace tranche
