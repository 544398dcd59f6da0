#include "sim/sensitivity/draw_matrix.hpp"

#include <fmt/format.h>

#include "sim/run/run.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {

DrawMatrix draw_matrix(const LoweredScenario& lowered, std::vector<InputColumn> inputs,
                       const std::vector<OutputChoice>& outputs, const MatrixControl& control) {
  const auto columns = static_cast<double>(inputs.size() + outputs.size());
  const double bytes = columns * static_cast<double>(control.draws) * sizeof(float);
  if (bytes > most_matrix_bytes) {
    Problems problems;
    problems.error(
        {},
        fmt::format("{} draws of {} inputs and {} outputs would take {:.3g} GB of "
                    "memory",
                    with_separators(control.draws), inputs.size(), outputs.size(), bytes / 1e9),
        {fmt::format("at most {:.0f} GB; ask for fewer draws, metrics, months or firms",
                     most_matrix_bytes / 1e9)});
    problems.throw_if_errors();
  }
  DrawMatrix matrix;
  matrix.draws = control.draws;
  matrix.inputs.resize(inputs.size());
  matrix.outputs.resize(outputs.size());
  for (auto* const part : {&matrix.inputs, &matrix.outputs})
    for (std::vector<float>& column : *part) column.reserve(control.draws);
  DrawRequest request{{0, control.draws}, std::move(inputs), outputs};
  request.threads = control.threads;
  request.stop = control.stop;
  if (control.progress)
    request.progress = [&](std::uint64_t done, std::uint64_t total) {
      control.progress(static_cast<double>(done) / static_cast<double>(total));
    };
  const std::uint64_t done = for_each_draw(lowered, request, [&](const DrawBatch& batch) {
    for (std::size_t i = 0; i < matrix.inputs.size(); ++i)
      matrix.inputs[i].insert(matrix.inputs[i].end(), batch.input(i).begin(), batch.input(i).end());
    for (std::size_t o = 0; o < matrix.outputs.size(); ++o)
      matrix.outputs[o].insert(matrix.outputs[o].end(), batch.output(o).begin(),
                               batch.output(o).end());
  });
  if (done < control.draws) throw Interrupted("interrupted");
  matrix.input_columns = std::move(request.inputs);
  return matrix;
}

}  // namespace tranche
