// SPDX-License-Identifier: Apache-2.0

// Identity of a run, for checkpoints and ranks.
#pragma once

#include "sim/input/sha256.hpp"
#include "sim/simulate/run.hpp"

namespace tranche {

// SHA-256 over everything that determines the counters of a run except seed and number of draws:
// the version, every value of every variant, names, cells and metrics, the tables that the engine
// reads, and the values of the first draws (kernels::pilot_draws of them), which differ if
// catalogue or engine differ. The paths of files are not hashed.
Sha256Digest run_identity(const RunResult& result);

}  // namespace tranche
