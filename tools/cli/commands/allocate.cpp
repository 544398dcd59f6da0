// SPDX-License-Identifier: Apache-2.0

// `tranche allocate`: optimises the split of a tranche over firms, or of chips over workloads.
#include <memory>
#include <optional>
#include <string>

#include "sim/api/studies.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/on_ranks.hpp"
#include "tools/cli/outcome.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/study_arguments.hpp"

namespace tranche::tools {
namespace {

void run_allocate(Ranks& ranks, const StudyArguments& arguments) {
  api::AllocateOptions options{.execution = execution_of(arguments, ranks)};
  if (options.execution.device == api::Device::gpu)
    throw UsageError("`allocate` runs on the CPU", {"leave `--device gpu` out"});
  const api::Scenario scenario = scenario_of(arguments, reading_of(arguments), ranks);
  options.folder = folder_of(arguments, scenario, "allocation");
  std::optional<api::AllocateResults> results;
  {
    ProgressBar bar;
    options.execution.progress = bar.progress();
    results = value_of(api::allocate(scenario, options));
  }
  if (!ranks.is_first()) return;
  say_report(value_of(results->write(options.folder, page_template(), options.execution.cancel)));
  write_standard_output(results->text(options.folder, output_columns()));
}

}  // namespace

void add_allocate(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<StudyArguments>();
  CLI::App* const command = app.add_subcommand(
      "allocate", "Find the best split of a tranche over firms, or of chips over workloads");
  add_study_arguments(*command, *arguments,
                      {.default_folder = "results/<scenario name>-allocation"});
  command->footer(
      "Example:\n  tranche allocate scenarios/three-firms.toml\n"
      "The scenario says under [allocate] what is decided, what should be best and what must "
      "hold. Writes allocation.csv, allocation_gain.csv and allocation.json.\n"
      "Several processes share the work under mpirun or srun: see docs/use/cluster.md.");
  command->callback([arguments, &action] {
    action = [arguments] { on_ranks([&](Ranks& ranks) { run_allocate(ranks, *arguments); }); };
  });
}

}  // namespace tranche::tools
