// SPDX-License-Identifier: Apache-2.0

// Ranks that are threads of one process, for tests of collective calls.
#pragma once

#include <barrier>
#include <functional>
#include <string>
#include <vector>

#include "sim/simulate/parallel/ranks.hpp"

namespace tranche {

// Runs `work` once on each of `count` ranks concurrently. It must not throw.
void on_thread_ranks(int count, const std::function<void(Ranks&)>& work);

}  // namespace tranche
