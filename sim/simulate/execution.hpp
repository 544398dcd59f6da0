// SPDX-License-Identifier: Apache-2.0

// How work is carried out: where, on how many threads, who is told, and who may stop it. Results
// depend on none of it. Every request for long work has one as its member `execution`, and passes
// it on as it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "sim/simulate/parallel/ranks.hpp"

namespace tranche {

enum class Device { automatic, cpu, gpu };

// Told from time to time, by one thread at a time, how much is done of how much: draws of a run,
// evaluations of a design. `done` rises to `total`, which is above zero.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct Execution {
  Device device = Device::automatic;        // some work runs on the CPU whatever this says
  std::optional<int> gpu = {};              // GPU number; none: all, or one per rank on a machine
  int threads = 0;                          // 0: all hardware threads
  Progress progress = {};                   // may be empty
  const std::atomic<bool>* stop = nullptr;  // true ends the work with Interrupted; may be null
  Ranks* ranks = nullptr;  // MPI ranks to distribute over; null runs in this process
};

}  // namespace tranche
