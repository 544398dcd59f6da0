// SPDX-License-Identifier: Apache-2.0

// The CPU backend: draws are grouped into batches, batches are distributed over threads, each
// thread has its own counters.
#include "kernels/engine/backend/backend.hpp"

#include <omp.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "kernels/engine/cpu/batch_runner.hpp"
#include "kernels/engine/cpu/block.hpp"

namespace tranche::kernels {
namespace {

// Memory limit for the counters of further threads; beyond it, threads share counters.
constexpr std::size_t replica_budget_bytes = std::size_t{512} << 20;

// Adds the counters of the other threads to the tally; each thread adds one part.
void add_all(const std::vector<std::unique_ptr<Tally>>& others, Tally& tally, int threads) {
  const auto parts = static_cast<std::size_t>(threads);
#pragma omp parallel for schedule(static, 1) num_threads(threads)
  for (std::size_t part = 0; part < parts; ++part)
    for (const auto& other : others)
      if (other) tally.add_part(*other, part, parts);
}

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(int threads)
      : target_(choose_target()), threads_(threads > 0 ? threads : omp_get_max_threads()) {}

  std::string_view name() const override { return "cpu"; }
  std::string description() const override {
    return "CPU, " + std::string(target_.name) + ", " + std::to_string(threads_) +
           (threads_ == 1 ? " thread" : " threads");
  }
  int threads() const override { return threads_; }

  std::uint64_t run(const FleetData& data, DrawRange range, Tally& tally,
                    const RunControl& control) const override {
    const FleetView view = data.view();
    const std::uint64_t batches = (range.count + batch_draws - 1) / batch_draws;
    const int team = static_cast<int>(std::min<std::uint64_t>(static_cast<std::uint64_t>(threads_),
                                                              std::max<std::uint64_t>(batches, 1)));
    const std::size_t replica_bytes = tally.counts.size() * sizeof(std::uint32_t);
    const int block_batches = batches_of_block(view, replica_bytes, batches, team);
    const std::uint64_t block_draws = static_cast<std::uint64_t>(block_batches) * batch_draws;
    const std::uint64_t blocks = (range.count + block_draws - 1) / block_draws;
    const auto affordable = static_cast<int>(std::min<std::size_t>(
        replica_budget_bytes / std::max<std::size_t>(replica_bytes, 1), 1024));
    // The first replica is the tally itself. The first thread that counts into another replica
    // allocates it, so that the memory is on that thread's NUMA node.
    const int replicas = std::clamp(affordable + 1, 1, team);
    std::vector<std::unique_ptr<Tally>> others(static_cast<std::size_t>(replicas - 1));

    std::atomic<std::uint64_t> next{0}, done{0};
    std::mutex reporting;
    std::exception_ptr unmade, failure;
#pragma omp parallel num_threads(team)
    {
      const int thread = omp_get_thread_num();
      const int replica = thread % replicas;
      try {
        if (thread > 0 && thread < replicas)
          others[static_cast<std::size_t>(thread - 1)] =
              std::make_unique<Tally>(tally.cells, tally.bindings.size());
      } catch (...) {
        const std::lock_guard lock(reporting);
        unmade = std::current_exception();
      }
#pragma omp barrier
      try {
        if (unmade) std::rethrow_exception(unmade);
        Tally& own = replica == 0 ? tally : *others[static_cast<std::size_t>(replica - 1)];
        BlockMemory memory(view, block_batches, own, replicas < team);
        for (const CpuBatch& batch : memory.batches()) target_.fill_constants(batch);
        // A thread that takes a block completes it, so a stopped run has done the first draws
        // without a gap.
        while (control.stop == nullptr || !control.stop->load(std::memory_order_relaxed)) {
          const std::uint64_t b = next.fetch_add(1, std::memory_order_relaxed);
          if (b >= blocks) break;
          const std::uint64_t first = b * block_draws;
          const std::uint64_t last = std::min(range.count, first + block_draws);
          target_.run(memory.block(range.first + first, range.first + last));
          done += last - first;
          if (control.progress && b % 8 == 0) {
            const std::lock_guard lock(reporting);
            control.progress(done.load());
          }
        }
      } catch (...) {
        const std::lock_guard lock(reporting);
        failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    add_all(others, tally, team);
    tally.draws += done.load();
    return done.load();
  }

 private:
  CpuTarget target_;
  int threads_;
};

}  // namespace

std::unique_ptr<Backend> make_cpu_backend(int threads) {
  return std::make_unique<CpuBackend>(threads);
}

void for_each_value(const FleetData& data, DrawRange range, const ConsumeValues& consume,
                    const ConsumeBatch& begin_batch) {
  BatchRunner runner(data);
  for (std::uint64_t done = 0; done < range.count; done += batch_draws) {
    const std::uint64_t first = range.first + done;
    const int count = static_cast<int>(std::min<std::uint64_t>(batch_draws, range.count - done));
    if (begin_batch) begin_batch(first, count);
    runner.sample(first, count);
    runner.simulate(consume);
  }
}

void for_each_draw(const FleetData& data, DrawRange range, int threads, const ConsumeDraws& consume,
                   const std::atomic<bool>* stop, std::int32_t first_step) {
  const FleetView view = data.view();
  const CpuTarget target = choose_target();
  const std::uint64_t batches = (range.count + batch_draws - 1) / batch_draws;
  const std::uint64_t wanted =
      static_cast<std::uint64_t>(threads > 0 ? threads : omp_get_max_threads());
  const int team = static_cast<int>(std::clamp<std::uint64_t>(batches, 1, wanted));
  std::exception_ptr failure;
  std::mutex reporting;
  struct Call {
    const ConsumeDraws* consume;
    std::uint64_t first_draw;
  };
#pragma omp parallel num_threads(team)
  {
    std::optional<Scratch> scratch;
    try {
      scratch.emplace(view);
    } catch (...) {
      const std::lock_guard lock(reporting);
      failure = std::current_exception();
    }
    CpuBatch batch = scratch ? scratch->batch(view) : CpuBatch{};
    Call call{&consume, 0};
    batch.context = &call;
    batch.first_consumed_step = first_step;
    batch.consume = [](void* context, std::int64_t cell, const float* values, int count) {
      const Call& made = *static_cast<const Call*>(context);
      (*made.consume)(made.first_draw, cell, values, count);
    };
    if (scratch) target.fill_constants(batch);
#pragma omp for schedule(dynamic, 1)
    for (std::uint64_t b = 0; b < batches; ++b) {
      if (!scratch) continue;
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) continue;
      batch.first_draw = call.first_draw = range.first + b * batch_draws;
      batch.count =
          static_cast<int>(std::min<std::uint64_t>(batch_draws, range.count - b * batch_draws));
      try {
        target.sample(batch);
        target.simulate(batch);
      } catch (...) {
        const std::lock_guard lock(reporting);
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
  if (stop != nullptr && stop->load(std::memory_order_relaxed))
    throw std::runtime_error("stopped before all draws were done");
}

// A cell whose pilot values are all zero has no scale of its own: its sums take the coarsest
// unit of the same metric, so that rare values still count in the mean.
void give_unit_to_zero_cells(std::vector<Cell>& cells, std::size_t metric_count) {
  std::vector<float> coarsest(metric_count, 0.0f);
  const auto is_zero = [](const Cell& cell) {
    return cell.positive_bins == 0 && cell.negative_bins == 0;
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    float& unit = coarsest[i % metric_count];  // metrics are innermost
    if (is_zero(cells[i])) continue;
    unit = unit == 0.0f ? cells[i].units_per_value : std::min(unit, cells[i].units_per_value);
  }
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (is_zero(cells[i]) && coarsest[i % metric_count] > 0.0f)
      cells[i].units_per_value = coarsest[i % metric_count];
}

Pilot simulate_pilot(const FleetData& data) {
  Pilot pilot;
  pilot.cells.resize(static_cast<std::size_t>(cell_count(data.view())));
  static_assert(pilot_draws == batch_draws, "one batch is the pilot");
  for_each_value(data, {0, pilot_draws}, [&](std::int64_t cell, const float* values, int count) {
    const std::vector<float> shared = shared_values(values, count);
    pilot.cells[static_cast<std::size_t>(cell)] = cell_for(values, count, shared);
    for (const float value : shared) pilot.atoms.push_back({cell, value});
  });
  std::stable_sort(pilot.atoms.begin(), pilot.atoms.end(),
                   [](const Atom& a, const Atom& b) { return a.cell < b.cell; });
  give_unit_to_zero_cells(pilot.cells, data.metrics.size());
  lay_out_cells(pilot.cells);
  return pilot;
}

std::vector<Cell> choose_cells(const FleetData& data) { return simulate_pilot(data).cells; }

}  // namespace tranche::kernels
