// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/text/human_number.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

constexpr std::chrono::milliseconds quiet_time{1000}, between_updates{100};
constexpr int bar_columns = 30;
constexpr const char* wipe_line = "\r\x1b[K";

std::string bar(double share) {
  const int filled = static_cast<int>(share * bar_columns);
  return "[" + std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(bar_columns - filled), '.') + "]";
}

}  // namespace

ProgressBar::ProgressBar() : wanted_(is_terminal_error() && takes_escape_sequences()) {}

ProgressBar::~ProgressBar() {
  if (on_screen_) write_standard_error(wipe_line);
}

void ProgressBar::show(std::uint64_t done, std::uint64_t total) {
  if (!wanted_ || done == 0 || total == 0) return;
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (now - started_ < quiet_time || now - shown_ < between_updates) return;
  shown_ = now;
  on_screen_ = true;
  const double share = std::min(static_cast<double>(done) / static_cast<double>(total), 1.0);
  const double elapsed_s = std::chrono::duration<double>(now - started_).count();
  write_standard_error(fmt::format("{}{} {:3.0f} %  {} of {} draws, {} left", wipe_line, bar(share),
                                   100 * share, with_separators(done), with_separators(total),
                                   duration_text(elapsed_s * (1 - share) / share)));
}

}  // namespace tranche::tools
