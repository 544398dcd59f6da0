// SPDX-License-Identifier: Apache-2.0

// Where simulations run. Host code talks to this interface and to nothing below it.
// Every operation gives the same integers on every backend.
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
  std::function<void(std::uint64_t draws_done)> progress;  // called now and then; may be empty
  const std::atomic<bool>* stop = nullptr;                 // set to end early
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
  virtual int threads() const = 0;              // of the host
  // Who evaluates whole designs here (design_runner.hpp); null: nobody but BatchRunner.
  virtual const DesignRunner* designs() const { return nullptr; }
  // Adds the draws of `range` to the tally. Returns the draws done: fewer than asked for
  // only when control.stop was set, and then they are the first of the range.
  virtual std::uint64_t run(const FleetData& data, DrawRange range, Tally& tally,
                            const RunControl& control) const = 0;
};

// threads: 0 for as many as the machine has. The instruction set is the best this
// processor has, or the one TRANCHE_CPU_TARGET names ("x86-64-v2", "v3", "v4");
// an unknown or unsupported one throws BackendUnavailable.
std::unique_ptr<Backend> make_cpu_backend(int threads = 0);

// Whether this build has a GPU backend, usable here or not.
bool has_gpu_code();

// Throws BackendUnavailable when this build has no CUDA, this machine no usable GPU or none
// with this number. With several GPUs draws are shared out as each has room for more.
std::unique_ptr<Backend> make_gpu_backend(GpuChoice choice = {});

// Cells fitted to the values of the first pilot_draws draws. Run on the CPU whatever the
// backend, so that every backend counts into the same cells.
inline constexpr int pilot_draws = 512;
std::vector<Cell> choose_cells(const FleetData& data);

// Cells and atoms of a run from one simulation of the pilot draws.
struct Pilot {
  std::vector<Cell> cells;
  std::vector<Atom> atoms;
};
Pilot simulate_pilot(const FleetData& data);

// Calls consume(cell, values, count) for every output of every batch of the range, in
// draw order, on one thread. For pilots, raw draws and tests.
using ConsumeValues = std::function<void(std::int64_t cell, const float* values, int count)>;
using ConsumeBatch = std::function<void(std::uint64_t first_draw, int count)>;
void for_each_value(const FleetData& data, DrawRange range, const ConsumeValues& consume,
                    const ConsumeBatch& begin_batch = {});

// The same on several threads (0: as many as the machine has). consume(first_draw, cell,
// values, count) is called for different batches at the same time and in any order, so it
// must touch nothing but what belongs to its own draws; outputs of steps before `first_step`
// are left out. Throws std::runtime_error when `stop` was set before all draws were done.
using ConsumeDraws = std::function<void(std::uint64_t first_draw, std::int64_t cell,
                                        const float* values, int count)>;
void for_each_draw(const FleetData& data, DrawRange range, int threads, const ConsumeDraws& consume,
                   const std::atomic<bool>* stop = nullptr, std::int32_t first_step = 0);

}  // namespace tranche::kernels
