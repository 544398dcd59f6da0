// SPDX-License-Identifier: Apache-2.0

// Evaluates points of a design on one GPU: order of launches and use of memory. The GPU is a
// template parameter, so that a test can run all of this on the CPU. It has
//   Buffer<T>, HostBuffer<T>, Fleet, MemoryError, free_bytes(), allow_hot_columns(), begin()
//   upload(), fill_constants(), sample(), mix(), set_up(), record_steps()   one after another;
//   sum_pairs(), sum_effects(), end_piece()                               likewise, behind them
//   wait_for_piece(), wait_for_all(), add()
// Values, words and sums of effects are double-buffered: one side is filled while the other is
// used.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/engine/gpu/design_task.hpp"
#include "kernels/engine/gpu/layout.hpp"

namespace tranche::kernels {

template <class Gpu>
class DesignWorker {
 public:
  // Allocates GPU memory for pieces of up to `points` points, fewer if memory is short. Throws
  // Gpu::MemoryError if the smallest piece does not fit.
  DesignWorker(Gpu& gpu, const DesignTask& task, std::uint64_t points)
      : gpu_(gpu),
        task_(task),
        layout_(lay_out_for_gpu(*task.model.data)),
        fleet_(layout_.data),
        output_of_cell_(outputs_of_cells(task.model)),
        mixed_columns_(mixed_columns(task.model)),
        mixed_(mixed_columns_),
        draw_numbers_(task.model.numbers->of_draw),
        score_numbers_(task.model.numbers->of_score),
        centres_(of_span(task.pairs != nullptr ? task.pairs->centres : std::span<const double>{})),
        moments_(task.pairs != nullptr ? task.pairs->moments.size() : 0),
        pairs_(task.pairs != nullptr ? task.pairs->pairs.size() : 0) {
    moments_.set_to_zero();
    pairs_.set_to_zero();
    gpu_.allow_hot_columns(layout_.hot_bytes());
    take_memory(points);
    ranges_ = output_ranges(fleet_.view(), task.model.cells, plan_.outputs);
    gpu_.begin();
    gpu_.fill_constants(fleet_.view(),
                        draws_of(static_cast<unsigned>(plan_.draws() / gpu_block_draws)));
  }
  // Memory is freed only after all work on the GPU has ended.
  ~DesignWorker() { gpu_.wait_for_all(); }
  DesignWorker(const DesignWorker&) = delete;
  DesignWorker& operator=(const DesignWorker&) = delete;

  // Evaluates units until none are left.
  void run(DesignQueue& queue, const DesignWork::FillWords& fill_words,
           const std::function<void(std::uint64_t)>& done) {
    int side = 0;
    for (auto units = queue.take(plan_.points); !units.empty(); units = queue.take(plan_.points)) {
      const std::pair groups{units.front().first_group, units.front().last_group};
      for (const std::vector<DesignSegment>& segments : pieces_of(units, plan_.points)) {
        finish(side, done);
        launch(side, segments, groups, fill_words);
        side = 1 - side;
      }
    }
    finish(side, done);
    finish(1 - side, done);
  }

  // After run(): adds the sums kept on the GPU to the design. One worker at a time.
  void add_to_design() {
    if (task_.pairs == nullptr) return;
    gpu_.add(moments_, task_.pairs->moments);
    gpu_.add(pairs_, task_.pairs->pairs);
  }

 private:
  using Groups = std::pair<std::size_t, std::size_t>;
  template <class T>
  using Buffer = typename Gpu::template Buffer<T>;
  template <class T>
  using HostBuffer = typename Gpu::template HostBuffer<T>;

  struct Sizes {
    std::size_t blocks, block_bytes, score_bytes, values, words, parts, found, effects;
  };
  struct Side {  // one of the two buffers
    explicit Side(const Sizes& sizes)
        : values(sizes.values),
          words(sizes.words),
          parts(sizes.parts),
          effects(sizes.effects),
          host_words(sizes.words),
          host_parts(sizes.parts) {}
    Buffer<float> values;
    Buffer<std::uint32_t> words;
    Buffer<DesignPart> parts;
    Buffer<EffectSums> effects;
    HostBuffer<std::uint32_t> host_words;
    HostBuffer<DesignPart> host_parts;
    std::vector<DesignPart> parts_on_way{};
    Groups groups{};
    std::uint64_t evaluations_on_way = 0;
  };
  // Memory whose size depends on the piece.
  struct Memory {
    explicit Memory(const Sizes& sizes)
        : columns(sizes.blocks * sizes.block_bytes),
          scores(sizes.score_bytes),
          found(sizes.found),
          sides{Side(sizes), Side(sizes)} {}
    Buffer<char> columns, scores;
    Buffer<PickFreezeSums> found;
    Side sides[2];
  };

  static std::vector<double> of_span(std::span<const double> numbers) {
    return {numbers.begin(), numbers.end()};
  }
  std::size_t groups() const { return task_.model.columns.size(); }
  std::size_t outputs() const { return task_.model.cells.size(); }
  std::size_t score_bytes() const {
    return (static_cast<std::size_t>(fleet_.view().score_count) + 1) * sizeof(double);
  }

  void take_memory(std::uint64_t points) {
    const std::size_t effect_bytes =
        task_.effects != nullptr ? 2 * outputs() * groups() * sizeof(EffectSums) / batch_draws + 1
                                 : 0;
    const DesignBytes bytes{
        layout_.block_bytes() / gpu_block_draws,
        2 * (task_.rows() * sizeof(std::uint32_t) + score_bytes()) + effect_bytes,
        // A pair found takes 16 bytes for at least eight points, allocated once and not twice.
        sizeof(float) + 1};
    const std::size_t most = max_outputs_of_step(fleet_.view(), task_.model.cells);
    const std::size_t free_bytes = gpu_.free_bytes();
    for (std::size_t budget = free_bytes / 10 * 9;; budget /= 2) {
      const std::optional<DesignPlan> plan =
          plan_design(bytes, points, groups(), most, outputs(), budget);
      if (!plan)
        throw typename Gpu::MemoryError(
            "the GPU has too little free memory for the design: " + std::to_string(free_bytes) +
            " bytes; ask for fewer metrics or months, or use `--device cpu`");
      plan_ = *plan;
      try {
        memory_.emplace(sizes());
        return;
      } catch (const typename Gpu::MemoryError&) {  // other processes allocate too
        memory_.reset();
      }
    }
  }

  Sizes sizes() const {
    const std::size_t parts = plan_.points / static_cast<std::size_t>(task_.points_at_once());
    return {plan_.draws() / gpu_block_draws,
            layout_.block_bytes(),
            2 * plan_.points * score_bytes(),
            plan_.draws() * plan_.outputs,
            task_.rows() * plan_.points,
            parts,
            task_.pairs != nullptr ? parts * plan_.outputs * plan_.groups : 0,
            task_.effects != nullptr ? parts * outputs() * groups() : 0};
  }

  DrawMemory draws_of(unsigned blocks) const {
    return {memory_->columns.data(),         memory_->scores.data(), layout_.block_bytes(),
            score_bytes() * gpu_block_draws, layout_.cold_columns,   blocks};
  }

  void launch(int which, const std::vector<DesignSegment>& segments, Groups groups,
              const DesignWork::FillWords& fill_words) {
    Side& side = memory_->sides[which];
    const auto points = static_cast<std::uint64_t>(segments.back().first + segments.back().room());
    fill_words(segments, side.host_words.data(), points);
    side.parts_on_way = parts_of(task_, segments);
    std::copy(side.parts_on_way.begin(), side.parts_on_way.end(), side.host_parts.data());
    gpu_.upload(side.words, side.host_words, task_.rows() * points);
    gpu_.upload(side.parts, side.host_parts, side.parts_on_way.size());
    for (std::size_t first = groups.first; first < groups.second; first += plan_.groups)
      launch_groups(which, points, {first, std::min(first + plan_.groups, groups.second)});
    gpu_.end_piece(which);
    side.groups = groups;
    for (const DesignSegment& segment : segments)
      side.evaluations_on_way +=
          evaluations_of({segment.first_point, static_cast<std::uint64_t>(segment.points),
                          groups.first, groups.second});
  }

  void launch_groups(int which, std::uint64_t points, Groups groups) {
    const FleetView& view = fleet_.view();
    Side& side = memory_->sides[which];
    DesignMemory memory{};
    memory.point_blocks = static_cast<unsigned>(points / gpu_block_draws);
    memory.groups = static_cast<unsigned>(groups.second - groups.first);
    memory.numbers = static_cast<std::int32_t>(task_.model.numbers->numbers.size());
    memory.words = {side.words.data(), static_cast<std::int64_t>(points), draw_numbers_.data(),
                    score_numbers_.data()};
    // Effects need no values of B.
    memory.draws =
        draws_of((memory.groups + (task_.pairs != nullptr ? 2u : 1u)) * memory.point_blocks);
    const auto first_group = static_cast<std::int32_t>(groups.first);
    gpu_.sample(view, memory);
    gpu_.mix(memory, mixed_.data(), static_cast<std::int32_t>(mixed_columns_.size()), first_group);
    gpu_.set_up(view, memory.draws, layout_.hot_bytes());
    DesignSums sums{};
    sums.parts = side.parts.data();
    sums.part_count = static_cast<std::int32_t>(side.parts_on_way.size());
    sums.points_at_once = task_.points_at_once();
    sums.first_group = first_group;
    sums.all_groups = static_cast<std::int32_t>(this->groups());
    sums.all_outputs = static_cast<std::int32_t>(outputs());
    sums.centres = centres_.data();
    sums.found = memory_->found.data();
    sums.pairs = pairs_.data();
    sums.moments = groups.first == 0 ? moments_.data() : nullptr;
    sums.effects = side.effects.data();
    for (const OutputRange& range : ranges_) {
      const int values = values_side_;
      values_side_ = 1 - values_side_;
      const ChosenRecords records{memory_->sides[values].values.data(),
                                  std::int64_t{memory.draws.blocks} * gpu_block_draws, range.first,
                                  range.count, output_of_cell_.data()};
      gpu_.record_steps(view, memory.draws, layout_.hot_bytes(), records, range.steps, values);
      if (task_.pairs != nullptr)
        gpu_.sum_pairs(records, memory, sums, values);
      else
        gpu_.sum_effects(records, memory, sums, values);
    }
  }

  // Waits for the earlier launches on this side.
  void finish(int which, const std::function<void(std::uint64_t)>& done) {
    Side& side = memory_->sides[which];
    if (side.evaluations_on_way == 0) return;
    gpu_.wait_for_piece(which);
    if (task_.effects != nullptr) take_effects(side);
    done(std::exchange(side.evaluations_on_way, 0));
  }

  // Only the effects of its own groups: another worker may have the others.
  void take_effects(Side& side) {
    const std::size_t row = outputs() * groups();
    effects_found_.assign(side.parts_on_way.size() * row, {});
    gpu_.add(side.effects, std::span(effects_found_));
    for (std::size_t part = 0; part < side.parts_on_way.size(); ++part) {
      EffectSums* const to = task_.effects->effects.data() +
                             static_cast<std::size_t>(side.parts_on_way[part].sum) * row;
      const EffectSums* const from = effects_found_.data() + part * row;
      for (std::size_t output = 0; output < outputs(); ++output)
        for (std::size_t group = side.groups.first; group < side.groups.second; ++group)
          to[output * groups() + group] = from[output * groups() + group];
    }
  }

  Gpu& gpu_;
  const DesignTask task_;
  const GpuLayout layout_;
  const typename Gpu::Fleet fleet_;
  const Buffer<std::int32_t> output_of_cell_;
  const std::vector<MixedColumn> mixed_columns_;
  const Buffer<MixedColumn> mixed_;
  const Buffer<std::int32_t> draw_numbers_, score_numbers_;
  const Buffer<double> centres_;
  Buffer<DesignMoments> moments_;
  Buffer<PickFreezeSums> pairs_;
  DesignPlan plan_;
  std::vector<OutputRange> ranges_;
  std::optional<Memory> memory_;
  int values_side_ = 0;  // side of the values that are written next
  std::vector<EffectSums> effects_found_;
};

}  // namespace tranche::kernels
