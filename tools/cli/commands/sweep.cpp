// SPDX-License-Identifier: Apache-2.0

// `tranche sweep`: simulates a scenario at every point of its [sweep].
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/studies.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/on_ranks.hpp"
#include "tools/cli/outcome.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/study_arguments.hpp"

namespace tranche::tools {
namespace {

void sweep(Ranks& ranks, const StudyArguments& arguments, bool resume) {
  const api::Scenario scenario = scenario_of(arguments, reading_of(arguments), ranks);
  api::SweepOptions options{.execution = execution_of(arguments, ranks),
                            .folder = folder_of(arguments, scenario, "sweep"),
                            .resume = resume,
                            .report = page_template()};
  std::optional<api::SweepResults> results;
  {
    ProgressBar bar;
    options.execution.progress = bar.progress();
    results = value_of(api::sweep(scenario, options));
  }
  if (!ranks.is_first()) return;
  say_report(*results->written());
  say_fallback(results->why_not_the_gpu());
  write_standard_output(results->text(options.folder, output_columns()));
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
