// SPDX-License-Identifier: Apache-2.0

// Commands of `tranche`. Each has its own file, which adds the command to the parser and sets
// `action` if the command line names it. A new command needs a file commands/<name>.cpp, a line
// here and a line in add_commands.
#pragma once

#include <CLI/App.hpp>
#include <functional>

namespace tranche::tools {

using Action = std::function<void()>;

void add_run(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_resolve(CLI::App& app, Action& action);
void add_catalogue(CLI::App& app, Action& action);
void add_plan(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_calibrate(CLI::App& app, Action& action);
void add_allocate(CLI::App& app, Action& action);
void add_sweep(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_sensitivity(CLI::App& app, Action& action);
void add_discover(CLI::App& app, Action& action);

void add_commands(CLI::App& app, Action& action);

}  // namespace tranche::tools
