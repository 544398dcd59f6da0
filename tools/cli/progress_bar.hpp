// SPDX-License-Identifier: Apache-2.0

// Progress bar on standard error during a simulation.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "sim/api/execution.hpp"

namespace tranche::tools {

// Shows nothing unless standard error is a terminal, and nothing in the first second. The
// destructor clears the line.
class ProgressBar {
 public:
  ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  // Thread-safe; may be called at any rate.
  void show(std::uint64_t done, std::uint64_t total);
  // Shows what it is told; the bar must outlive it.
  api::Progress progress() {
    return [this](std::uint64_t done, std::uint64_t total) { show(done, total); };
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_ = {};
  bool wanted_ = false;
  bool on_screen_ = false;
};

}  // namespace tranche::tools
