// SPDX-License-Identifier: Apache-2.0

// Writes every single draw as a NetCDF-4 file, for tools that read labelled arrays.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>

#include "sim/simulate/run.hpp"

namespace tranche {

// True if this program was built with NetCDF.
bool can_save_draws();

struct SaveDrawsOptions {
  int threads = 0;  // 0: all hardware threads
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
  const std::atomic<bool>* stop = nullptr;
};

// Simulates the draws of the result again and writes each: `value` along what_if, firm, month,
// metric and draw, in the unit of its metric; `input_value` along input and draw, every random
// number that was drawn, in its own unit. Chunks are written as they come, so that memory does not
// grow with draws. The file appears complete or not at all. Throws OutputError without NetCDF or if
// the file cannot be written, Interrupted on stop.
void save_draws(const RunResult& result, const std::filesystem::path& path,
                const SaveDrawsOptions& options);

}  // namespace tranche
