// SPDX-License-Identifier: Apache-2.0

// Options common to commands on a whole scenario.
#pragma once

#include <CLI/App.hpp>
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/atomic_file.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/run.hpp"

namespace tranche::tools {

struct StudyArguments {
  std::string scenario;
  std::vector<std::string> set;
  std::optional<std::string> draws, seed, threads, out;
  std::string device = "auto";
};

// Differences between the options of commands.
struct StudyOptions {
  std::string default_folder;
  std::string draws_help = "Number of draws: 1000000, 1_000_000, 1e6, 1M";
  bool has_device = true;
};

void add_study_arguments(CLI::App& command, StudyArguments& arguments, const StudyOptions& options);

// Each throws UsageError for a value that cannot be parsed.
ReadOptions reading_of(const StudyArguments& arguments);
// The same for a study with its own number of draws.
ReadOptions reading_without_draws(const StudyArguments& arguments);
Execution execution_of(const StudyArguments& arguments, Ranks& ranks);
// --out, or results/<name>-<suffix> with the name of the scenario as written.
std::string folder_of(const StudyArguments& arguments, const ScenarioSet& set,
                      const std::string& suffix);

// Publishes the files, with charts and report.html if they can be charted, unless `stop` was set
// while they were written (throws Interrupted). Returns a line with their path.
std::string publish(FileSet& files, const std::atomic<bool>& stop);

void say_warnings(const std::vector<Diagnostic>& diagnostics);
// Prints why `--device auto` ran on the CPU; prints nothing if the note is empty or the build has
// no GPU code.
void say_fallback(const std::string& device_note);

}  // namespace tranche::tools
