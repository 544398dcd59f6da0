// SPDX-License-Identifier: Apache-2.0

// Exception for work that was stopped on request.
#pragma once

#include <atomic>
#include <stdexcept>
#include <string>
#include <utility>

namespace tranche {

// Thrown when options.stop was set before all draws were done.
struct Interrupted : std::runtime_error {
  explicit Interrupted(const std::string& what, std::string checkpoint_file = {})
      : std::runtime_error(what), checkpoint(std::move(checkpoint_file)) {}
  std::string checkpoint;  // file with the draws done; empty without one
};

// Throws Interrupted if `stop` is set; it may be null.
inline void throw_if_stopped(const std::atomic<bool>* stop) {
  if (stop != nullptr && stop->load(std::memory_order_relaxed)) throw Interrupted("interrupted");
}

}  // namespace tranche
