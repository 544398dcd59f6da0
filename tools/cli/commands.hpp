// SPDX-License-Identifier: Apache-2.0

// The commands of `tranche`. Each has its own file, which adds the command to the parser;
// what it would do is handed back in `action` when its name was on the command line.
// A new command: a file command_<name>.cpp, a line here, a line in add_commands.
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
