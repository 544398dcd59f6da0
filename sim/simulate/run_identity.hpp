// SPDX-License-Identifier: Apache-2.0

// Which run a checkpoint or a rank belongs to.
#pragma once

#include "sim/input/sha256.hpp"
#include "sim/simulate/run.hpp"

namespace tranche {

// SHA-256 over what decides the counters of a run but for seed and number of draws: the
// version, every value of every variant, names, cells and metrics, the tables that the
// engine reads, and the values of the first draws (kernels::pilot_draws of them), in which
// a catalogue or an engine that differs shows. Where files lie does not matter.
Sha256Digest run_identity(const RunResult& result);

}  // namespace tranche
