// SPDX-License-Identifier: Apache-2.0

// `tranche allocate`: optimises the split of a tranche over firms, or of chips over workloads.
#include <memory>
#include <optional>
#include <string>

#include "sim/base/atomic_file.hpp"
#include "sim/studies/allocate/allocation.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/on_ranks.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/study_arguments.hpp"

namespace tranche::tools {
namespace {

void run_allocate(Ranks& ranks, const StudyArguments& arguments) {
  AllocationOptions options{.execution = execution_of(arguments, ranks)};
  if (options.execution.device == Device::gpu)
    throw UsageError("`allocate` runs on the CPU", {"leave `--device gpu` out"});
  const ReadOptions reading = reading_of(arguments);
  options.draws = reading.draws;
  const Catalogue catalogue = read_catalogue(data_folder());
  const ScenarioSource source(arguments.scenario, reading, catalogue);
  if (ranks.is_first()) say_warnings(source.set().warnings);
  const std::string folder = folder_of(arguments, source.set(), "allocation");
  // Checked before the draws, so that a read-only folder is reported at once.
  if (ranks.is_first()) const FileSet writable(folder);
  std::optional<AllocationResult> result;
  {
    ProgressBar bar;
    options.execution.progress = [&](std::uint64_t done, std::uint64_t total) {
      bar.show(done, total);
    };
    result = allocate(source, catalogue, options);
  }
  if (!ranks.is_first()) return;
  FileSet files(folder);
  files.write("allocation.csv", allocation_csv(*result));
  files.write("allocation_gain.csv", allocation_gain_csv(*result));
  files.write("allocation.json", allocation_json(*result));
  publish(files, *options.execution.stop);
  write_standard_output(allocation_report(*result, folder, output_columns()));
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
