// SPDX-License-Identifier: Apache-2.0

// `tranche sweep`: simulates a scenario at every point of its [sweep].
#include "sim/studies/sweep/sweep.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/engine/tally/tally.hpp"
#include "sim/text/human_number.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/on_ranks.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/study_arguments.hpp"

namespace tranche::tools {
namespace {

void sweep(Ranks& ranks, const StudyArguments& arguments, bool resume) {
  const ReadOptions reading = reading_of(arguments);
  const Catalogue catalogue = read_catalogue(data_folder());
  const ScenarioSource source(arguments.scenario, reading, catalogue);
  if (ranks.is_first()) say_warnings(source.set().warnings);
  SweepOptions options{.execution = execution_of(arguments, ranks),
                       .folder = folder_of(arguments, source.set(), "sweep"),
                       .resume = resume ? Resume::yes : Resume::no,
                       .publish = [](FileSet& files) { publish_with_report(files); }};
  std::optional<SweepResult> result;
  {
    ProgressBar bar;
    options.execution.progress = [&](std::uint64_t done, std::uint64_t total) {
      bar.show(done, total);
    };
    result = run_sweep(source, reading, catalogue, options);
  }
  if (!ranks.is_first()) return;
  say_fallback(result->device_note);
  write_standard_output(sweep_report(*result, options.folder.string(), output_columns()));
}

}  // namespace

void add_sweep(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<StudyArguments>();
  const auto resume = std::make_shared<bool>(false);
  CLI::App* const command = app.add_subcommand(
      "sweep", "Simulate a scenario over a grid or a spread of values; one row a point and metric");
  add_study_arguments(*command, *arguments, {.default_folder = "results/<scenario name>-sweep"});
  command->add_flag("--resume", *resume, "Keep the points that an interrupted sweep has done");
  command->footer(
      "Example:\n  tranche sweep scenarios/cap-sweep.toml --draws 20k\n"
      "The scenario says what varies under [sweep]. Writes sweep.csv and sweep.json.\n"
      "Several processes share the work under mpirun or srun: see docs/use/cluster.md.");
  command->callback([arguments, resume, &action] {
    action = [arguments, resume] {
      on_ranks([&](Ranks& ranks) { sweep(ranks, *arguments, *resume); });
    };
  });
}

}  // namespace tranche::tools
