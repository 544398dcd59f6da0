// SPDX-License-Identifier: Apache-2.0

// Writes every single draw as a NetCDF-4 file, for tools that read labelled arrays.
#pragma once

#include <filesystem>
#include <string>

#include "sim/simulate/run.hpp"

namespace tranche {

// True if this program was built with NetCDF.
bool can_save_draws();

// Simulates the draws of the result again, on the CPU, and writes each: `value` along what_if,
// firm, month, metric and draw, in the unit of its metric; `input_value` along input and draw,
// every random number that was drawn, in its own unit. Chunks are written as they come, so that
// memory does not grow with draws. The file names the digest and appears complete or not at all.
// Throws OutputError without NetCDF or if the file cannot be written, Interrupted on stop.
void save_draws(const RunResult& result, const std::string& digest,
                const std::filesystem::path& path, const Execution& execution);

}  // namespace tranche
