// SPDX-License-Identifier: Apache-2.0

// How a command runs on one of several ranks, and how it ends when it fails there.
#pragma once

#include <functional>

#include "sim/simulate/parallel/ranks.hpp"

namespace tranche::tools {

// Runs the command with the ranks that were started, or with this process alone. What all
// ranks have in common is said by the first of them; what only one has, by that one, and it
// ends the others. Throws what main's handler makes an exit status of.
void on_ranks(const std::function<void(Ranks&)>& command);

// Threads where nobody says how many: 0, as many as the machine has; with several ranks
// this one's part of them.
int default_threads(const Ranks& ranks);

}  // namespace tranche::tools
