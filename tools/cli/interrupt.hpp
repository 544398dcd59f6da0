// SPDX-License-Identifier: Apache-2.0

// Ctrl-C, kill and a closed terminal, as a flag that long work looks at.
#pragma once

#include <atomic>

namespace tranche::tools {

// Set once SIGINT, SIGTERM or SIGHUP has come; a second one ends the program at once.
// Signals that were ignored when the program started (nohup) stay ignored.
const std::atomic<bool>& stop_on_signals();

}  // namespace tranche::tools
