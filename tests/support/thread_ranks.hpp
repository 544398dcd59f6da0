// SPDX-License-Identifier: Apache-2.0

// Ranks that are threads of one process, for tests of what ranks do together.
#pragma once

#include <barrier>
#include <functional>
#include <string>
#include <vector>

#include "sim/simulate/parallel/ranks.hpp"

namespace tranche {

// Runs `work` once on each of `count` ranks at the same time. It must not throw.
void on_thread_ranks(int count, const std::function<void(Ranks&)>& work);

}  // namespace tranche
