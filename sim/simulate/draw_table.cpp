// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/draw_table.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>

namespace tranche {
namespace {

std::string column_name(const LoweredScenario& lowered, const DrawnInput& input,
                        const InputColumn& column) {
  std::vector<std::string> parts;
  if (!column.tranche.empty()) parts.push_back(column.tranche);
  if (!column.firm.empty()) parts.push_back(column.firm);
  if (column.index >= 0)
    parts.push_back(column.is_month ? lowered.steps[static_cast<std::size_t>(column.index)]
                                    : fmt::format("batch {}", column.index + 1));
  return parts.empty() ? input.variable
                       : fmt::format("{}[{}]", input.variable, fmt::join(parts, ", "));
}

// Columns of all parts of the split that the input belongs to, in the variant that first uses the
// input.
std::vector<std::int32_t> parts_of(const LoweredScenario& lowered, const DrawnInput& share,
                                   const InputInstance& own) {
  std::vector<std::int32_t> parts;
  for (const DrawnInput& input : lowered.inputs) {
    if (input.shares_of != share.shares_of ||
        std::ranges::count(input.variants, share.variants.front()) == 0)
      continue;
    for (const InputInstance& instance : input.instances)
      if (instance.firm == own.firm && instance.tranche == own.tranche)
        parts.push_back(instance.column);
  }
  return parts;
}

// For each cell of the simulation, the outputs computed from it.
struct OutputOfCell {
  std::int64_t cell;
  std::size_t output;
  float factor;
};
std::vector<OutputOfCell> outputs_by_cell(const LoweredScenario& lowered,
                                          const std::vector<OutputChoice>& outputs) {
  const kernels::FleetView view = lowered.data.view();
  std::vector<OutputOfCell> list;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const OutputChoice& choice = outputs[o];
    const MetricInfo& metric = lowered.metrics.at(static_cast<std::size_t>(choice.metric));
    list.push_back(
        {kernels::value_cell(view, choice.step, choice.variant, choice.firm, metric.stored), o,
         static_cast<float>(metric.factor)});
  }
  std::ranges::sort(list, [](const OutputOfCell& a, const OutputOfCell& b) {
    return a.cell != b.cell ? a.cell < b.cell : a.output < b.output;
  });
  return list;
}

}  // namespace

std::vector<OutputChoice> all_outputs(const LoweredScenario& lowered) {
  std::vector<OutputChoice> outputs;
  for (std::int32_t variant = 0; variant < std::ssize(lowered.variants); ++variant)
    for (std::int32_t firm = 0; firm < std::ssize(lowered.firms); ++firm)
      for (std::int32_t step = 0; step < std::ssize(lowered.steps); ++step)
        for (std::int32_t metric = 0; metric < std::ssize(lowered.metrics); ++metric)
          outputs.push_back({variant, firm, step, metric});
  return outputs;
}

std::vector<InputColumn> input_columns(const LoweredScenario& lowered) {
  std::vector<InputColumn> columns;
  for (std::size_t i = 0; i < lowered.inputs.size(); ++i) {
    const DrawnInput& input = lowered.inputs[i];
    std::vector<std::uint64_t> seen;
    for (const InputInstance& instance : input.instances) {
      if (std::ranges::count(seen, instance.key) > 0) continue;
      seen.push_back(instance.key);
      for (std::int32_t k = 0; k < instance.count; ++k) {
        InputColumn column;
        column.input = i;
        column.firm = instance.firm;
        column.tranche = instance.tranche;
        column.index = instance.count > 1 || input.each.month ? k : -1;
        column.is_month = input.each.month;
        column.key = instance.key;
        column.number = static_cast<std::uint32_t>(k);
        column.column = instance.column + k;
        if (!input.shares_of.empty())
          column.parts = parts_of(lowered, input, instance);
        else
          column.scale = 1.0 / (instance.factor * input.unit_in_base);
        column.name = column_name(lowered, input, column);
        columns.push_back(std::move(column));
      }
    }
  }
  return columns;
}

bool can_bear_on(const LoweredScenario& lowered, const InputColumn& column,
                 const OutputChoice& output) {
  const bool of_one_firm = output.firm + 1 < std::ssize(lowered.firms);
  const std::string& firm = lowered.firms[static_cast<std::size_t>(output.firm)];
  if (of_one_firm && !column.firm.empty() && column.firm != firm) return false;
  return !column.is_month || column.index <= output.step;
}

void read_input(kernels::BatchRunner& runner, const InputColumn& column, std::span<float> values) {
  const float* const own = runner.column(column.column);
  if (column.parts.empty()) {
    for (std::size_t j = 0; j < values.size(); ++j)
      values[j] = static_cast<float>(static_cast<double>(own[j]) * column.scale);
    return;
  }
  std::vector<float> sum(values.size(), 0.0f);
  for (const std::int32_t part : column.parts) {
    const float* const values_of_part = runner.column(part);
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += values_of_part[j];
  }
  for (std::size_t j = 0; j < values.size(); ++j) values[j] = own[j] / std::max(sum[j], 1e-30f);
}

std::uint64_t for_each_draw(const LoweredScenario& lowered, const DrawRequest& request,
                            const std::function<void(const DrawBatch&)>& consume) {
  using kernels::batch_draws;
  const std::vector<OutputOfCell> wanted = outputs_by_cell(lowered, request.outputs);
  const std::uint64_t batches = (request.range.count + batch_draws - 1) / batch_draws;
  const Execution& execution = request.execution;
  const int most = execution.threads > 0 ? execution.threads : omp_get_max_threads();
  const int team = static_cast<int>(
      std::clamp<std::uint64_t>(batches, 1, static_cast<std::uint64_t>(std::max(most, 1))));
  std::uint64_t done = 0;
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  std::mutex failing;
  const auto fail = [&] {
    const std::lock_guard lock(failing);
    if (!failed.exchange(true)) failure = std::current_exception();
  };
  const auto stops = [&] {
    return failed.load() ||
           (execution.stop != nullptr && execution.stop->load(std::memory_order_relaxed));
  };
#pragma omp parallel num_threads(team)
  {
    std::unique_ptr<kernels::BatchRunner> runner;
    std::unique_ptr<DrawBatch> batch;
    try {
      runner = std::make_unique<kernels::BatchRunner>(lowered.data);
      batch = std::make_unique<DrawBatch>(request.inputs.size(), request.outputs.size());
    } catch (...) {
      fail();
    }
    // Static scheduling keeps batches in step, so that each thread holds at most one batch.
#pragma omp for ordered schedule(static, 1)
    for (std::uint64_t b = 0; b < batches; ++b) {
      bool is_made = false;
      try {
        if (!stops() && batch) {
          batch->first_draw = request.range.first + b * batch_draws;
          batch->count = static_cast<int>(
              std::min<std::uint64_t>(batch_draws, request.range.count - b * batch_draws));
          const auto count = static_cast<std::size_t>(batch->count);
          runner->sample(batch->first_draw, batch->count);
          for (std::size_t i = 0; i < request.inputs.size(); ++i)
            read_input(*runner, request.inputs[i], {batch->mutable_column(i), count});
          auto next = wanted.begin();
          // Cells come in increasing order of steps, but differences come in between.
          runner->simulate([&](std::int64_t cell, const float* values, int n) {
            if (next == wanted.end() || next->cell != cell) {
              next = std::ranges::lower_bound(wanted, cell, {}, &OutputOfCell::cell);
            }
            for (; next != wanted.end() && next->cell == cell; ++next) {
              float* const out = batch->mutable_column(request.inputs.size() + next->output);
              for (int j = 0; j < n; ++j) out[j] = values[j] * next->factor;
            }
          });
          is_made = true;
        }
      } catch (...) {
        fail();
      }
#pragma omp ordered
      {
        try {
          if (is_made && !stops()) {
            consume(*batch);
            done += static_cast<std::uint64_t>(batch->count);
            if (execution.progress) execution.progress(done, request.range.count);
          }
        } catch (...) {
          fail();
        }
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
  return done;
}

}  // namespace tranche
