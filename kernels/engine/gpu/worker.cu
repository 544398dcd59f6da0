// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "kernels/engine/gpu/worker.cuh"

namespace tranche::kernels {
namespace {

DrawBytes bytes_of_draw(const GpuLayout& layout, const FleetView& view, const RecordOrder& order) {
  return {layout.block_bytes() / gpu_block_draws +
              (static_cast<std::size_t>(view.score_count) + 1) * sizeof(double),
          static_cast<std::size_t>(order.outputs()) * sizeof(float) +
              static_cast<std::size_t>(order.bindings)};
}

}  // namespace

CudaWorker::CudaWorker(const FleetData& data, const Tally& tally, std::uint64_t draws,
                       const cudaDeviceProp& device)
    : device_(device),
      layout_(lay_out_for_gpu(data)),
      fleet_(layout_.data),
      order_(record_order(fleet_.view())),
      cells_(tally.cells),
      counts_(tally.counts.size()),
      sums_(tally.sums.size()),
      bindings_(tally.bindings.size()),
      draw_bytes_(bytes_of_draw(layout_, fleet_.view(), order_)) {
  if (layout_.hot_bytes() > device_.sharedMemPerBlockOptin)
    throw GpuMemoryError("the workloads and yardsticks need " +
                         std::to_string(layout_.hot_bytes()) + " bytes of shared memory, and " +
                         device_.name + " has " + std::to_string(device_.sharedMemPerBlockOptin) +
                         "; ask for fewer, or use `--device cpu`");
  for (const Cell& cell : tally.cells) max_counters_ = std::max(max_counters_, counter_count(cell));
  counts_.set_to_zero();
  sums_.set_to_zero();
  bindings_.set_to_zero();
  allow_hot_columns(layout_.hot_bytes());
  allow_counters(static_cast<std::size_t>(max_counters_) * sizeof(std::uint32_t));
  take_memory(draws);
  memory_.columns = columns_->data();
  memory_.scores = scores_->data();
  memory_.cold_columns = layout_.cold_columns;
  memory_.block_bytes = layout_.block_bytes();
  memory_.block_score_bytes =
      (static_cast<std::uint64_t>(fleet_.view().score_count) + 1) * 2 * gpu_column_bytes;
  memory_.blocks = static_cast<unsigned>(plan_.draws / gpu_block_draws);
  // The uploads and memsets above did not use the streams.
  check(cudaDeviceSynchronize());
  launch_fill_constants(fleet_.view(), memory_, simulating_.get());
}

// Memory is freed only after all work on the GPU has ended.
CudaWorker::~CudaWorker() { static_cast<void>(cudaDeviceSynchronize()); }

// Other processes allocate at the same time, so the free memory may shrink before the allocation.
void CudaWorker::take_memory(std::uint64_t draws) {
  const std::size_t free_bytes = free_gpu_bytes();
  for (std::size_t budget = free_bytes / 10 * 9;; budget /= 2) {
    const std::optional<PiecePlan> plan =
        plan_piece(draw_bytes_, round_count(fleet_.view()), draws, budget);
    if (!plan)
      throw GpuMemoryError("the GPU has too little free memory: " + std::to_string(free_bytes) +
                           " bytes, and the smallest piece of " +
                           std::to_string(gpu_piece_unit_draws) + " draws needs " +
                           std::to_string(PiecePlan{gpu_piece_unit_draws, 1}.bytes(draw_bytes_)) +
                           " bytes");
    plan_ = *plan;
    const auto draws_of_piece = static_cast<std::size_t>(plan_.draws);
    const std::size_t recorded = draws_of_piece * static_cast<std::size_t>(plan_.steps);
    try {
      columns_.emplace(draws_of_piece / gpu_block_draws * layout_.block_bytes());
      scores_.emplace(draws_of_piece * (static_cast<std::size_t>(fleet_.view().score_count) + 1) *
                      sizeof(double));
      for (int side = 0; side < 2; ++side) {
        records_[side].emplace(recorded * static_cast<std::size_t>(order_.outputs()));
        binding_records_[side].emplace(recorded * static_cast<std::size_t>(order_.bindings));
      }
      return;
    } catch (const GpuMemoryError&) {
      columns_.reset();
      scores_.reset();
      for (int side = 0; side < 2; ++side) {
        records_[side].reset();
        binding_records_[side].reset();
      }
    }
  }
}

void CudaWorker::launch(const Piece& piece) {
  const FleetView& view = fleet_.view();
  const auto skipped = static_cast<std::int64_t>(piece.skipped());
  const RecordSpan span{skipped, skipped + static_cast<std::int64_t>(piece.count)};
  memory_.blocks = static_cast<unsigned>((span.last + gpu_block_draws - 1) / gpu_block_draws);
  const std::int64_t draws = std::int64_t{memory_.blocks} * gpu_block_draws;
  launch_sample(view, memory_, piece.first_simulated(), simulating_.get());
  launch_set_up(view, memory_, layout_.hot_bytes(), simulating_.get());
  const std::int32_t rounds = round_count(view);
  for (std::int32_t step = 0; step < rounds; step += plan_.steps) {
    const int side = side_;
    side_ = 1 - side;
    const StepRange steps{step, std::min(step + plan_.steps, rounds)};
    const std::int64_t count = steps.last - steps.first;
    const RecordMemory records{records_[side]->data(), binding_records_[side]->data()};
    simulating_.wait_for(counted_[side].get());
    launch_steps(view, memory_, layout_.hot_bytes(), steps, records, simulating_.get());
    recorded_[side].record(simulating_);
    counting_.wait_for(recorded_[side].get());
    launch_count(order_, steps, span, draws, records,
                 {cells_.data(), counts_.data(), sums_.data(), bindings_.data()},
                 plan_counting(order_.outputs() * count, max_counters_, piece.count,
                               device_.multiProcessorCount),
                 plan_counting(order_.bindings * count, constraint_count, piece.count,
                               device_.multiProcessorCount),
                 counting_.get());
    counted_[side].record(counting_);
  }
}

void CudaWorker::run(PieceQueue& queue, const std::function<void(std::uint64_t)>& done) {
  std::uint64_t launched[2] = {};
  for (std::uint64_t number = 0;; ++number) {
    // The piece before the last: one runs while the next is enqueued.
    const int side = static_cast<int>(number % 2);
    if (launched[side] > 0) {
      ended_[side].wait();
      done(std::exchange(launched[side], 0));
    }
    const std::optional<Piece> piece = queue.take(plan_.draws);
    if (!piece) break;
    launch(*piece);
    ended_[side].record(counting_);
    launched[side] = piece->count;
  }
  for (int side = 0; side < 2; ++side) {
    if (launched[side] == 0) continue;
    ended_[side].wait();
    done(launched[side]);
  }
}

void CudaWorker::add_to(Tally& tally) const {
  const Drain drain;
  drain.add(counts_, std::span(tally.counts));
  drain.add(sums_, std::span(tally.sums));
  drain.add(bindings_, std::span(tally.bindings));
}

}  // namespace tranche::kernels
