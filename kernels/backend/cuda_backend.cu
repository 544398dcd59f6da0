// The CUDA backend: one draw a thread, grid-stride over the draws. Columns of a draw lie
// one grid apart, so that a warp reads and writes whole lines. Counters are added with
// integer atomics, sums first within a warp.
#include <algorithm>
#include <string>

#include "kernels/backend/backend.hpp"
#include "kernels/backend/device_buffer.cuh"
#include "kernels/backend/usable_gpu.cuh"
#include "kernels/fleet/fleet_program.hpp"

namespace tranche::kernels {
namespace {

constexpr int threads_per_block = 256;
constexpr unsigned whole_warp = 0xFFFFFFFFu;

struct DeviceTally {
  const Cell* cells;
  std::uint32_t* counts;
  CellSums* sums;
  std::uint64_t* bindings;
};

struct ThreadLanes {
  float* columns;
  double* scores;
  std::int64_t stride;  // threads of the grid
  std::uint64_t draw;
  mutable std::uint32_t words[4];

  __device__ __forceinline__ float* column(std::int32_t c) const { return columns + c * stride; }
  __device__ __forceinline__ double* score(std::int32_t s) const { return scores + s * stride; }
  __device__ __forceinline__ std::uint32_t* word(std::int32_t k) const { return words + k; }
  __device__ __forceinline__ std::uint64_t first_draw() const { return draw; }
  __device__ __forceinline__ const std::uint32_t* single_words(std::uint64_t seed,
                                                               std::uint64_t variable) const {
    words[0] = word_of(random_block_of_four_draws(seed, variable, draw),
                       static_cast<std::uint32_t>(draw & 3u));
    return words;
  }
  template <class Body>
  __device__ __forceinline__ void each(const Body& body) const {
    body(0);
  }
  __device__ __forceinline__ void look_up(const VariableTable& table, const float* coefficients,
                                          const std::uint32_t* random, float* value) const {
    *value = variable_value(table, coefficients, *random);
  }
};

// All threads of a warp call it together; those beyond the last draw count nothing.
struct DeviceRecorder {
  DeviceTally tally;
  bool counts_draw;

  __device__ __forceinline__ void value(std::int64_t index, const float* values) const {
    const Cell cell = tally.cells[index];
    const float v = *values;
    if (counts_draw) atomicAdd(tally.counts + cell.offset + counter_of(cell, v), 1u);
    const int units = counts_draw ? fixed_point_units(cell, v) : 0;
    const int root = square_root_units(units);
    // A square has up to 36 bits: add up its halves, of 18 bits each, in 32-bit registers.
    const std::uint64_t square = static_cast<std::uint64_t>(std::int64_t{root} * root);
    constexpr unsigned half = 18;
    const int units_sum = __reduce_add_sync(whole_warp, units);
    const unsigned low = __reduce_add_sync(
        whole_warp, static_cast<unsigned>(square & ((std::uint64_t{1} << half) - 1)));
    const unsigned high = __reduce_add_sync(whole_warp, static_cast<unsigned>(square >> half));
    if ((threadIdx.x & 31u) != 0) return;
    CellSums& sums = tally.sums[index];
    using Word = unsigned long long;
    atomicAdd(reinterpret_cast<Word*>(&sums.units),
              static_cast<Word>(static_cast<std::int64_t>(units_sum)));
    atomicAdd(reinterpret_cast<Word*>(&sums.square_units),
              static_cast<Word>((std::uint64_t{high} << half) + low));
  }

  __device__ __forceinline__ void binding(std::int64_t counter, const float* constraint) const {
    if (!counts_draw) return;
    atomicAdd(reinterpret_cast<unsigned long long*>(tally.bindings + counter +
                                                    static_cast<int>(*constraint)),
              1ull);
  }
};

__global__ void __launch_bounds__(threads_per_block)
    simulate_kernel(FleetView view, DeviceTally tally, float* columns, double* scores,
                    std::uint64_t first_draw, std::uint64_t draw_count) {
  const std::int64_t stride = std::int64_t{gridDim.x} * blockDim.x;
  const std::int64_t thread = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  ThreadLanes lanes{columns + thread, scores + thread, stride, 0, {}};
  fill_constants(view, lanes);
  // Rounded up to whole rounds of the grid, so that warps stay together.
  const std::uint64_t rounds =
      (draw_count + static_cast<std::uint64_t>(stride) - 1) / static_cast<std::uint64_t>(stride);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t index =
        round * static_cast<std::uint64_t>(stride) + static_cast<std::uint64_t>(thread);
    lanes.draw = first_draw + index;
    DeviceRecorder recorder{tally, index < draw_count};
    simulate(view, lanes, recorder);
  }
}

// Device copies of everything a FleetView points to.
class DeviceFleet {
 public:
  explicit DeviceFleet(const FleetData& d)
      : view_(d.view()),
        draws_(d.draws),
        scores_(d.scores),
        copulas_(d.copulas),
        copula_terms_(d.copula_terms),
        constants_(d.constants),
        tables_(d.tables),
        coefficients_(d.coefficients),
        variants_(d.variants),
        firms_(d.firms),
        lines_(d.lines),
        stocks_(d.stocks),
        schedules_(d.schedules),
        permissions_(d.permissions),
        workloads_(d.workloads),
        chips_(d.chips),
        throughputs_(d.throughputs),
        points_(d.points),
        yardsticks_(d.yardsticks),
        slots_(d.slots),
        metrics_(d.metrics) {
    view_.draws = draws_.data();
    view_.scores = scores_.data();
    view_.copulas = copulas_.data();
    view_.copula_terms = copula_terms_.data();
    view_.constants = constants_.data();
    view_.tables = tables_.data();
    view_.coefficients = coefficients_.data();
    view_.variants = variants_.data();
    view_.firms = firms_.data();
    view_.lines = lines_.data();
    view_.stocks = stocks_.data();
    view_.schedules = schedules_.data();
    view_.permissions = permissions_.data();
    view_.workloads = workloads_.data();
    view_.chips = chips_.data();
    view_.throughputs = throughputs_.data();
    view_.points = points_.data();
    view_.yardsticks = yardsticks_.data();
    view_.slots = slots_.data();
    view_.metrics = metrics_.data();
  }
  const FleetView& view() const { return view_; }

 private:
  FleetView view_;
  DeviceBuffer<DrawSpec> draws_;
  DeviceBuffer<ScoreSpec> scores_;
  DeviceBuffer<CopulaSpec> copulas_;
  DeviceBuffer<CopulaTerm> copula_terms_;
  DeviceBuffer<ConstantSpec> constants_;
  DeviceBuffer<VariableTable> tables_;
  DeviceBuffer<float> coefficients_;
  DeviceBuffer<VariantSpec> variants_;
  DeviceBuffer<FirmSpec> firms_;
  DeviceBuffer<LineSpec> lines_;
  DeviceBuffer<StockSpec> stocks_;
  DeviceBuffer<ScheduleSpec> schedules_;
  DeviceBuffer<PermissionSpec> permissions_;
  DeviceBuffer<WorkloadSpec> workloads_;
  DeviceBuffer<FleetChip> chips_;
  DeviceBuffer<ThroughputSpec> throughputs_;
  DeviceBuffer<ThroughputPoint> points_;
  DeviceBuffer<float> yardsticks_;
  DeviceBuffer<Slot> slots_;
  DeviceBuffer<MetricSpec> metrics_;
};

class CudaBackend final : public Backend {
 public:
  explicit CudaBackend(const cudaDeviceProp& device) : device_(device) {}

  std::string_view name() const override { return "gpu"; }
  std::string description() const override { return std::string("GPU, ") + device_.name; }
  int threads() const override { return 1; }

  std::uint64_t run(const FleetData& data, DrawRange range, Tally& tally,
                    const RunControl& control) const override {
    if (range.count == 0) return 0;
    const DeviceFleet fleet(data);
    const DeviceBuffer<Cell> cells(tally.cells);
    DeviceBuffer<std::uint32_t> counts(tally.counts.size());
    DeviceBuffer<CellSums> sums(tally.sums.size());
    DeviceBuffer<std::uint64_t> bindings(tally.bindings.size());
    counts.set_to_zero();
    sums.set_to_zero();
    bindings.set_to_zero();

    const unsigned blocks = blocks_for(fleet.view(), range.count);
    const std::size_t grid_threads = std::size_t{blocks} * threads_per_block;
    const DeviceBuffer<float> columns(static_cast<std::size_t>(fleet.view().column_count) *
                                      grid_threads);
    const DeviceBuffer<double> scores((static_cast<std::size_t>(fleet.view().score_count) + 1) *
                                      grid_threads);
    const DeviceTally device_tally{cells.data(), counts.data(), sums.data(), bindings.data()};

    // In pieces, so that progress can be told and a run can be stopped.
    constexpr std::uint64_t rounds_per_launch = 16;
    const std::uint64_t piece = grid_threads * rounds_per_launch;
    std::uint64_t done = 0;
    while (done < range.count) {
      if (control.stop != nullptr && control.stop->load(std::memory_order_relaxed)) break;
      const std::uint64_t now = std::min(piece, range.count - done);
      simulate_kernel<<<blocks, threads_per_block>>>(fleet.view(), device_tally, columns.data(),
                                                     scores.data(), range.first + done, now);
      check(cudaGetLastError());
      check(cudaDeviceSynchronize());
      done += now;
      if (control.progress) control.progress(done);
    }
    Tally part(tally.cells, tally.bindings.size());
    part.counts = counts.to_host();
    part.sums = sums.to_host();
    part.bindings = bindings.to_host();
    part.draws = done;
    tally.add(part);
    return done;
  }

 private:
  // As many blocks as run at once, but no more columns than a third of the free memory
  // holds and no more threads than draws.
  unsigned blocks_for(const FleetView& view, std::uint64_t draws) const {
    int per_processor = 0;
    check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_processor, simulate_kernel,
                                                        threads_per_block, 0));
    std::size_t free_bytes = 0, total_bytes = 0;
    check(cudaMemGetInfo(&free_bytes, &total_bytes));
    const std::size_t bytes_per_thread =
        static_cast<std::size_t>(view.column_count) * sizeof(float) +
        (static_cast<std::size_t>(view.score_count) + 1) * sizeof(double);
    const std::uint64_t resident = static_cast<std::uint64_t>(std::max(per_processor, 1)) *
                                   static_cast<std::uint64_t>(device_.multiProcessorCount);
    const std::uint64_t affordable = free_bytes / 3 / (bytes_per_thread * threads_per_block);
    const std::uint64_t needed = (draws + threads_per_block - 1) / threads_per_block;
    const std::uint64_t blocks = std::min({resident, affordable, needed});
    if (blocks == 0)
      throw CudaError("the GPU has " + std::to_string(free_bytes) +
                      " bytes free, too few to simulate one block of draws");
    return static_cast<unsigned>(blocks);
  }

  cudaDeviceProp device_;
};

}  // namespace

bool has_gpu_code() { return true; }

std::unique_ptr<Backend> make_gpu_backend(int number) {
  return std::make_unique<CudaBackend>(usable_gpu(simulate_kernel, number));
}

}  // namespace tranche::kernels
