// SPDX-License-Identifier: Apache-2.0

// Interface of the backends that run simulations; host code uses nothing below it.
// Every operation returns the same integers on every backend.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/device/compute_device.hpp"
#include "kernels/engine/fleet/data.hpp"
#include "kernels/engine/tally/tally.hpp"

namespace tranche::kernels {

struct DrawRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

struct RunControl {
  std::function<void(std::uint64_t draws_done)> progress;  // called from time to time; may be empty
  const std::atomic<bool>* stop = nullptr;                 // set to true to end the run early
};

class DesignRunner;

class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;    // "cpu", "gpu"
  virtual std::string description() const = 0;  // "CPU, x86-64-v4, 2 threads"
  virtual int threads() const = 0;              // host threads
  // Evaluates Sobol' and Morris designs in bulk (design_runner.hpp); null if only BatchRunner can.
  virtual const DesignRunner* designs() const { return nullptr; }
  // Adds the draws of `range` to the tally. Returns the number of draws done: less than requested
  // only if control.stop was set; these are then the first draws of the range.
  virtual std::uint64_t run(const FleetData& data, DrawRange range, Tally& tally,
                            const RunControl& control) const = 0;
};

// threads: 0 for all hardware threads. The instruction set is the best one of this processor, or
// the one that TRANCHE_CPU_TARGET names ("x86-64-v2", "v3", "v4"); an unknown or unsupported name
// throws BackendUnavailable.
std::unique_ptr<Backend> make_cpu_backend(int threads = 0);

// True if this build has a GPU backend, usable on this machine or not.
bool has_gpu_code();

// Throws BackendUnavailable if this build has no CUDA, or this machine has no usable GPU or none
// with this number. Several GPUs take draws dynamically, as each has room for more.
std::unique_ptr<Backend> make_gpu_backend(GpuChoice choice = {});

// Cells are fitted to the values of the first pilot_draws draws. The pilot runs on the CPU for
// every backend, so that all backends count into the same cells.
inline constexpr int pilot_draws = 512;
std::vector<Cell> choose_cells(const FleetData& data);

// Cells and atoms of a run, from one simulation of the pilot draws.
struct Pilot {
  std::vector<Cell> cells;
  std::vector<Atom> atoms;
};
Pilot simulate_pilot(const FleetData& data);

// Calls consume(cell, values, count) for every output of every batch of the range, in draw order,
// on one thread. Used for pilots, raw draws and tests.
using ConsumeValues = std::function<void(std::int64_t cell, const float* values, int count)>;
using ConsumeBatch = std::function<void(std::uint64_t first_draw, int count)>;
void for_each_value(const FleetData& data, DrawRange range, const ConsumeValues& consume,
                    const ConsumeBatch& begin_batch = {});

// The same on several threads (0: all hardware threads). consume(first_draw, cell, values, count)
// is called concurrently for different batches, in any order; it may touch only data of its own
// draws. Outputs of steps before `first_step` are left out. Throws std::runtime_error if `stop` was
// set before all draws were done.
using ConsumeDraws = std::function<void(std::uint64_t first_draw, std::int64_t cell,
                                        const float* values, int count)>;
void for_each_draw(const FleetData& data, DrawRange range, int threads, const ConsumeDraws& consume,
                   const std::atomic<bool>* stop = nullptr, std::int32_t first_step = 0);

}  // namespace tranche::kernels
