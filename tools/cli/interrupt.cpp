// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/interrupt.hpp"

#include <csignal>

namespace tranche::tools {
namespace {

// Global, because a signal handler has no argument.
std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "must be safe in a signal handler");

extern "C" void request_stop(int) { stop_requested.store(true); }

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    if (sigaction(signal, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = request_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
  return stop_requested;
}

}  // namespace tranche::tools
