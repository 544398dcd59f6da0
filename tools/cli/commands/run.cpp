// SPDX-License-Identifier: Apache-2.0

// `tranche run`: simulates a scenario, prints the headline, writes the results.
#include "sim/api/run.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/limits.hpp"
#include "sim/text/human_number.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/on_ranks.hpp"
#include "tools/cli/outcome.hpp"
#include "tools/cli/own_runs_argument.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/study_arguments.hpp"

namespace tranche::tools {
namespace {

struct Arguments : StudyArguments {
  std::optional<std::string> until, checkpoint, checkpoint_every, resume, save_draws;
};

bool takes_colour() {
  const char* const no_color = std::getenv("NO_COLOR");  // no-color.org
  const bool is_unwanted = no_color != nullptr && *no_color != '\0';
  return is_terminal_output() && takes_escape_sequences() && !is_unwanted;
}

void set_checkpoint(const Arguments& arguments, api::RunOptions& options) {
  for (const auto& [name, file] :
       {std::pair{"--checkpoint", &arguments.checkpoint}, std::pair{"--resume", &arguments.resume}})
    if (*file && (*file)->empty()) throw UsageError(fmt::format("`{}` names no file", name));
  options.checkpoint = arguments.checkpoint.value_or("");
  options.resume = arguments.resume.value_or("");
  if (arguments.checkpoint_every) {
    if (!arguments.checkpoint) throw UsageError("`--checkpoint-every` without `--checkpoint`");
    options.checkpoint_every_s =
        seconds_argument("--checkpoint-every", *arguments.checkpoint_every);
  }
}

void check_save_draws(const std::string& file) {
  if (file.empty() || !std::filesystem::path(file).has_filename())
    throw UsageError("`--save-draws` names no file", {"for example `--save-draws draws.nc`"});
  if (!api::can_write_draws_file())
    throw UsageError("`--save-draws` is not in this program: it was built without NetCDF",
                     {"install libnetcdf-dev, configure and build again"});
}

api::RunOptions run_options_of(const Arguments& arguments, Ranks& ranks) {
  api::RunOptions options;
  options.execution = execution_of(arguments, ranks);
  options.until = arguments.until.value_or("");
  set_checkpoint(arguments, options);
  if (arguments.out && arguments.out->empty()) throw UsageError("`--out` names no folder");
  if (arguments.save_draws) check_save_draws(*arguments.save_draws);
  options.draws_file = arguments.save_draws.value_or("");
  return options;
}

// More draws than a run can count are refused in the words of the option.
api::Expected<api::Results> simulated(const api::Scenario& scenario, const api::RunOptions& options,
                                      const Arguments& arguments) {
  api::Expected<api::Results> results = api::run(scenario, options);
  const bool is_refused = !results && results.error().kind == api::ErrorKind::request;
  if (!is_refused || !arguments.draws) return results;
  throw UsageError(fmt::format("`--draws {}` is more than a run can count", *arguments.draws),
                   results.error().problems.front().help);
}

void run_with(Ranks& ranks, const Arguments& arguments) {
  api::Reading reading = reading_without_draws(arguments);
  if (arguments.draws) reading.draws = draws_argument(*arguments.draws);
  api::RunOptions options = run_options_of(arguments, ranks);
  const api::Scenario scenario = scenario_of(arguments, reading, ranks);
  options.folder = arguments.out.value_or(api::default_folder(scenario));
  std::optional<api::Results> results;
  {
    ProgressBar bar;
    options.execution.progress = bar.progress();
    results = value_of(simulated(scenario, options, arguments));
  }
  if (!ranks.is_first()) return;
  say_warnings(results->warnings());
  if (results->resumed_draws() > 0)
    write_standard_error(fmt::format("note: went on after {} draws of `{}`\n",
                                     with_separators(results->resumed_draws()), options.resume));
  say_fallback(results->why_not_the_gpu());
  api::Written written;
  {
    ProgressBar bar;
    options.execution.progress = bar.progress();
    written = value_of(results->write({.folder = options.folder,
                                       .report = page_template(),
                                       .draws_file = options.draws_file,
                                       .execution = options.execution}));
  }
  write_standard_output(results->text(
      {.columns = output_columns(), .is_emphasised = takes_colour(), .written = written}));
}

void run(const Arguments& arguments) {
  on_ranks([&](Ranks& ranks) { run_with(ranks, arguments); });
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = app.add_subcommand(
      "run", "Simulate a scenario with its what-ifs; print a table, write files");
  command->add_option("scenario", arguments->scenario, "Scenario file (TOML)")->required();
  command
      ->add_option("--set", arguments->set,
                   "Change one value, as path=value; may be given several times")
      ->allow_extra_args(false);
  add_own_runs_option(*command, arguments->own_runs);
  command->add_option("--draws", arguments->draws,
                      fmt::format("Number of draws: 1000000, 1_000_000, 1e6, 1M; at most {}",
                                  with_separators(api::max_draws)));
  command->add_option("--until", arguments->until,
                      "Stop by itself, as in \"p50 of decode_tokens_per_s within 0.5 %\"; then "
                      "--draws is the most, 10M unless said");
  command->add_option("--checkpoint", arguments->checkpoint,
                      "Save the draws done so far into this file, also when interrupted");
  command->add_option("--checkpoint-every", arguments->checkpoint_every,
                      "Seconds between two savings; 30 unless said");
  command->add_option("--resume", arguments->resume,
                      "Go on from a checkpoint; where --checkpoint names the same file, it need "
                      "not exist yet");
  command->add_option("--save-draws", arguments->save_draws,
                      "Also write every single draw into this NetCDF-4 file");
  command->add_option("--seed", arguments->seed,
                      fmt::format("Seed of the random numbers, 0 to {}", max_seed));
  command->add_option("--device", arguments->device, "auto, cpu, gpu or gpu:N")
      ->capture_default_str();
  command->add_option("--threads", arguments->threads,
                      "Threads on the CPU; every processor unless said");
  command->add_option("--out", arguments->out,
                      "Folder of the results; results/<scenario name> unless said");
  command->footer(
      "Example:\n  tranche run scenarios/h200-first-batch.toml --draws 1M --set seed=7\n"
      "Several processes share the draws under mpirun or srun: see docs/use/cluster.md.\n"
      "Writes summary.csv, differences.csv, binding.csv, decomposition.csv and result.json.");
  command->callback([arguments, &action] { action = [arguments] { run(*arguments); }; });
}

}  // namespace tranche::tools
