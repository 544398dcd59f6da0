// SPDX-License-Identifier: Apache-2.0

// A bar on standard error while draws are simulated.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

namespace tranche::tools {

// Shows nothing unless standard error is a terminal, and nothing in the first second.
// The line is wiped by the destructor.
class ProgressBar {
 public:
  ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  // May be called from several threads and as often as one likes.
  void show(std::uint64_t done, std::uint64_t total);
  // The same for work that is measured as a share, 0 to 1.
  void show(double share);

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_ = {};
  bool wanted_ = false;
  bool on_screen_ = false;
};

}  // namespace tranche::tools
