// SPDX-License-Identifier: Apache-2.0

// Execution of a command on one of several ranks, and handling of its failures.
#pragma once

#include <functional>

#include "sim/simulate/parallel/ranks.hpp"

namespace tranche::tools {

// Runs the command with the ranks that were started, or in a single process. Rank 0 prints a
// failure common to all ranks; a rank with a failure of its own prints it and ends the others.
// Throws exceptions that main converts to an exit status.
void on_ranks(const std::function<void(Ranks&)>& command);

// Default number of threads: 0 (all hardware threads); with several ranks, this rank's part of
// them.
int default_threads(const Ranks& ranks);

}  // namespace tranche::tools
