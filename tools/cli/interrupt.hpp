// SPDX-License-Identifier: Apache-2.0

// Ctrl-C, kill and a closed terminal as a flag that long-running work polls.
#pragma once

#include <atomic>

namespace tranche::tools {

// Returns a flag that SIGINT, SIGTERM or SIGHUP sets; a second signal ends the program at once.
// Signals that were ignored at program start (nohup) stay ignored.
const std::atomic<bool>& stop_on_signals();

}  // namespace tranche::tools
