// SPDX-License-Identifier: Apache-2.0

// How a command ends: the numbers that scripts rely on, and the errors behind them.
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

// The command line is wrong; each line of `help` says what is accepted.
struct UsageError : std::runtime_error {
  explicit UsageError(const std::string& problem, std::vector<std::string> help_lines = {})
      : std::runtime_error(problem), help(std::move(help_lines)) {}
  std::vector<std::string> help;
};

// The command ends with this status; what there is to say has been said elsewhere.
struct EndQuietly {
  int status;
};

// Runs the action; says on standard error what went wrong, if anything did.
int status_of(const std::function<void()>& action);

}  // namespace tranche::tools
