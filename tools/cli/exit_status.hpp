// SPDX-License-Identifier: Apache-2.0

// Exit statuses of commands, which scripts rely on, and the errors behind them.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tranche::tools {

enum ExitStatus : int {
  status_done = 0,
  status_could_not_finish = 1,  // disk, GPU, memory, interrupted
  status_wrong_input = 2,       // files or arguments
};

// The command line is wrong; each line of `help` states what is accepted.
struct UsageError : std::runtime_error {
  explicit UsageError(const std::string& problem, std::vector<std::string> help_lines = {})
      : std::runtime_error(problem), help(std::move(help_lines)) {}
  std::vector<std::string> help;
};

// Ends the command with this status, without a further message.
struct EndQuietly {
  int status;
};

// Runs the action and returns its exit status; prints errors on standard error.
int status_of(const std::function<void()>& action);

}  // namespace tranche::tools
