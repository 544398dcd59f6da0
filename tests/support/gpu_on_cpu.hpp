// SPDX-License-Identifier: Apache-2.0

// Runs the threads of a GPU run one after another on the CPU: the same columns, records and
// counting as kernels/engine/gpu/worker.cu. Tests the kernel bodies, not the launches.
#pragma once

#include <cstdlib>
#include <memory>
#include <vector>

#include "kernels/engine/gpu/pieces.hpp"
#include "kernels/engine/gpu/program.hpp"
#include "kernels/engine/tally/tally.hpp"

namespace tranche::tests {

struct PlainBins {
  std::vector<std::uint32_t>* counters;
  void add_four(const std::int32_t (&counter)[4], unsigned valid) const {
    for (unsigned k = 0; k < 4; ++k)
      if ((valid >> k & 1u) != 0) ++counters->at(static_cast<std::size_t>(counter[k]));
  }
};

class GpuOnCpu {
 public:
  GpuOnCpu(const kernels::FleetData& data, kernels::PiecePlan plan)
      : plan_(plan),
        layout_(kernels::lay_out_for_gpu(data)),
        view_(layout_.data.view()),
        order_(kernels::record_order(view_)),
        columns_(layout_.block_bytes() * plan.draws / kernels::gpu_block_draws),
        scores_(bytes_of_scores() * plan.draws),
        hot_(std::size_t(layout_.hot_columns) * kernels::gpu_block_draws),
        values_(plan.draws * std::size_t(plan.steps) * std::size_t(order_.outputs())),
        bindings_(plan.draws * std::size_t(plan.steps) * std::size_t(order_.bindings)) {
    memory_ = {columns_.data(),       scores_.data(),
               layout_.block_bytes(), bytes_of_scores() * kernels::gpu_block_draws,
               layout_.cold_columns,  unsigned(plan.draws / kernels::gpu_block_draws)};
    for_each_draw([&](const kernels::ThreadPlace& place) {
      kernels::fill_block_constants(view_, memory_, place);
    });
  }

  void run(kernels::PieceQueue& queue, kernels::Tally& tally, std::int64_t parts, int threads) {
    while (const auto piece = queue.take(plan_.draws)) {
      const auto skipped = std::int64_t(piece->skipped());
      const kernels::RecordSpan span{skipped, skipped + std::int64_t(piece->count)};
      memory_.blocks =
          unsigned((span.last + kernels::gpu_block_draws - 1) / kernels::gpu_block_draws);
      for (unsigned four = 0; four < memory_.blocks * kernels::FourLanes::of_block; ++four)
        kernels::sample_four(view_, memory_, four, piece->first_simulated());
      for_each_draw([&](const kernels::ThreadPlace& place) {
        kernels::set_up(view_, kernels::DrawLanes(memory_, place));
      });
      const std::int32_t rounds = kernels::round_count(view_);
      for (std::int32_t step = 0; step < rounds; step += plan_.steps) {
        const kernels::StepRange steps{step, std::min(step + plan_.steps, rounds)};
        for_each_draw([&](const kernels::ThreadPlace& place) {
          kernels::record_steps(view_, memory_, place, {values_.data(), bindings_.data()}, order_,
                                steps);
        });
        for (std::int64_t part = 0; part < parts; ++part)
          count(steps, kernels::span_of_part(span, part, parts), threads, tally);
      }
      tally.draws += piece->count;
    }
  }

 private:
  std::size_t bytes_of_scores() const {
    return (std::size_t(view_.score_count) + 1) * sizeof(double);
  }
  template <class Body>
  void for_each_draw(const Body& body) {
    for (unsigned block = 0; block < memory_.blocks; ++block)
      for (unsigned thread = 0; thread < kernels::gpu_block_draws; ++thread)
        body(kernels::ThreadPlace{block, thread, hot_.data()});
  }

  void count(kernels::StepRange steps, kernels::RecordSpan span, int threads,
             kernels::Tally& tally) const {
    const std::int64_t draws = std::int64_t(memory_.blocks) * kernels::gpu_block_draws;
    for (std::int64_t step = steps.first; step < steps.last; ++step) {
      for (std::int64_t output = 0; output < order_.outputs(); ++output) {
        if (!order_.is_recorded(order_.place(step), output)) continue;
        const auto index = std::size_t(order_.cell(order_.place(step), output));
        const kernels::Cell& cell = tally.cells[index];
        std::vector<std::uint32_t> found(std::size_t(kernels::counter_count(cell)));
        const std::int64_t record = (step - steps.first) * order_.outputs() + output;
        const auto* const records =
            reinterpret_cast<const kernels::FourRecords<float>*>(values_.data() + record * draws);
        for (int thread = 0; thread < threads; ++thread) {
          const kernels::CellSums sums =
              kernels::count_values(cell, records, span, thread, threads, PlainBins{&found});
          tally.sums[index].units += sums.units;
          tally.sums[index].low_squares += sums.low_squares;
          tally.sums[index].high_squares += sums.high_squares;
        }
        for (std::size_t c = 0; c < found.size(); ++c) tally.counts[cell.offset + c] += found[c];
      }
      for (std::int64_t binding = 0; binding < order_.bindings; ++binding) {
        std::vector<std::uint32_t> found(kernels::constraint_count);
        const std::int64_t record = (step - steps.first) * order_.bindings + binding;
        const auto* const records = reinterpret_cast<const kernels::FourRecords<std::uint8_t>*>(
            bindings_.data() + record * draws);
        for (int thread = 0; thread < threads; ++thread)
          kernels::count_bindings(records, span, thread, threads, PlainBins{&found});
        const auto first = std::size_t((order_.place(step) * order_.bindings + binding) *
                                       kernels::constraint_count);
        for (std::size_t c = 0; c < found.size(); ++c) tally.bindings[first + c] += found[c];
      }
    }
  }

  // Memory with the alignment of GPU memory.
  template <class T>
  struct Aligned {
    explicit Aligned(std::size_t count)
        : size(count),
          memory(static_cast<T*>(::operator new (count * sizeof(T) + 64, std::align_val_t{64}))) {
      std::fill_n(memory, count, T{});
    }
    Aligned(const Aligned&) = delete;
    Aligned& operator=(const Aligned&) = delete;
    ~Aligned() { ::operator delete (memory, std::align_val_t{64}); }
    T* data() const { return memory; }
    std::size_t size;
    T* memory;
  };

  kernels::PiecePlan plan_;
  kernels::GpuLayout layout_;
  kernels::FleetView view_;
  kernels::RecordOrder order_;
  Aligned<char> columns_, scores_;
  Aligned<float> hot_, values_;
  Aligned<std::uint8_t> bindings_;
  kernels::DrawMemory memory_{};
};

}  // namespace tranche::tests
