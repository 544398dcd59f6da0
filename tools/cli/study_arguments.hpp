// SPDX-License-Identifier: Apache-2.0

// Options common to commands on a whole scenario.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/execution.hpp"
#include "sim/api/scenario.hpp"
#include "sim/api/written.hpp"
#include "sim/simulate/parallel/ranks.hpp"

namespace tranche::tools {

struct StudyArguments {
  std::string scenario;
  std::vector<std::string> set, own_runs;
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
api::Reading reading_of(const StudyArguments& arguments);
// The same for a study with its own number of draws.
api::Reading reading_without_draws(const StudyArguments& arguments);
api::Execution execution_of(const StudyArguments& arguments, Ranks& ranks);
// --out, or results/<name>-<suffix> with the name of the scenario as written.
std::string folder_of(const StudyArguments& arguments, const api::Scenario& scenario,
                      const std::string& suffix);

// Reads the scenario with the shipped data, and prints its warnings on the first rank. Throws
// Failed.
api::Scenario scenario_of(const StudyArguments& arguments, const api::Reading& reading,
                          const Ranks& ranks);

// A line with the path of the files.
std::string written_text(const api::Written& written);

void say_warnings(const std::vector<api::Problem>& problems);
// Prints why `--device auto` ran on the CPU; prints nothing if the note is empty or the build has
// no GPU code.
void say_fallback(const std::string& device_note);

}  // namespace tranche::tools
