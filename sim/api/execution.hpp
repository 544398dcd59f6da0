// SPDX-License-Identifier: Apache-2.0

// Where and how long work is carried out, and who is told. Results depend on none of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

namespace tranche {
class Ranks;  // processes started by mpirun or srun
}

namespace tranche::api {

enum class Device {
  automatic,  // a GPU if one can be used, else the CPU
  cpu,
  gpu  // an error of kind `unavailable` if none can be used
};

// Told from time to time, on one thread at a time, how much is done of how much: draws, or
// evaluations of a design.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct Execution {
  Device device = Device::automatic;  // sensitivity by draws, discover, allocate: always the CPU
  std::optional<int> gpu = {};        // number of the GPU, from 0; none: all of them
  int threads = 0;                    // of the CPU; 0: all of them
  Progress progress = {};             // may be empty; must not throw
  // Polled; true ends the work with an error of kind `interrupted`. May be null; must outlive it.
  const std::atomic<bool>* cancel = nullptr;
  // The processes that share the work, each of which makes the same calls; null: this one alone.
  // Results are complete on the first of them only.
  Ranks* ranks = nullptr;
};

}  // namespace tranche::api
