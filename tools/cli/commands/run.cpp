// SPDX-License-Identifier: Apache-2.0

// `tranche run`: simulates a scenario, prints the headline, writes the results.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/engine/tally/tally.hpp"
#include "sim/base/parallel_for.hpp"
#include "sim/report/page/run_report.hpp"
#include "sim/results/netcdf/draws_netcdf.hpp"
#include "sim/results/results.hpp"
#include "sim/results/terminal/terminal_report.hpp"
#include "sim/scenario/limits.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/simulate/lowering/cache.hpp"
#include "sim/text/human_number.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/on_ranks.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/report_template.hpp"
#include "tools/cli/standard_output.hpp"
#include "tools/cli/study_arguments.hpp"

namespace tranche::tools {
namespace {

struct Arguments {
  std::string scenario;
  std::vector<std::string> set;
  std::optional<std::string> draws, seed, threads, out, until, checkpoint, checkpoint_every, resume;
  std::optional<std::string> save_draws;
  std::string device = "auto";
};

// results/<name>; a name cannot escape the folder.
std::string default_folder(const std::string& scenario_name) {
  std::string name = scenario_name;
  for (char& letter : name)
    if (letter == '/' || static_cast<unsigned char>(letter) < 0x20) letter = '-';
  if (name.empty() || name == "." || name == "..") name = "scenario";
  return "results/" + name;
}

// Reports that there are more draws than a counter holds, and the time they would take, from a
// short run.
[[noreturn]] void refuse_draws(const std::string& text, std::uint64_t draws, ScenarioSet set,
                               const Catalogue& catalogue, RunOptions options) {
  constexpr std::uint64_t sample = 65536;
  for (Variant& variant : set.variants) variant.scenario.draws = sample;
  options.checkpoint = {};
  options.execution.ranks = nullptr;
  const RunResult result = run_scenario(std::move(set), catalogue, options);
  const double seconds = static_cast<double>(draws) / result.draws_per_second;
  throw UsageError(
      fmt::format("`--draws {}` is more than a run can count", text),
      {fmt::format("at most {} draws; {} would take about {} here, at {} draws/s measured just now",
                   with_separators(kernels::max_draws), with_separators(draws),
                   duration_text(seconds), human_number(result.draws_per_second))});
}

ReportStyle report_style() {
  ReportStyle style{.columns = output_columns()};
  const char* const no_color = std::getenv("NO_COLOR");  // no-color.org
  const bool is_unwanted = no_color != nullptr && *no_color != '\0';
  if (is_terminal_output() && takes_escape_sequences() && !is_unwanted)
    style.emphasis = Emphasis::ansi;
  return style;
}

CheckpointOptions checkpoint_options(const Arguments& arguments) {
  CheckpointOptions options;
  for (const auto& [name, file] :
       {std::pair{"--checkpoint", &arguments.checkpoint}, std::pair{"--resume", &arguments.resume}})
    if (*file && (*file)->empty()) throw UsageError(fmt::format("`{}` names no file", name));
  options.write = arguments.checkpoint.value_or("");
  options.resume = arguments.resume.value_or("");
  if (arguments.checkpoint_every) {
    if (!arguments.checkpoint) throw UsageError("`--checkpoint-every` without `--checkpoint`");
    options.every_s = seconds_argument("--checkpoint-every", *arguments.checkpoint_every);
  }
  return options;
}

// Checked before the draws: an unwritable file, or a program without NetCDF.
void check_save_draws(const std::string& file) {
  if (file.empty() || !std::filesystem::path(file).has_filename())
    throw UsageError("`--save-draws` names no file", {"for example `--save-draws draws.nc`"});
  if (!can_save_draws())
    throw UsageError("`--save-draws` is not in this program: it was built without NetCDF",
                     {"install libnetcdf-dev, configure and build again"});
  const FileSet writable(replaceable(file).parent_path());
}

void save_draws_of(const RunResult& result, const std::string& digest, const std::string& file,
                   Execution execution) {
  ProgressBar bar;
  execution.progress = [&](std::uint64_t done, std::uint64_t total) { bar.show(done, total); };
  save_draws(result, digest, file, execution);
}

void run_with(Ranks& ranks, const Arguments& arguments) {
  LoweringCache cache;
  RunOptions options;
  options.execution.ranks = &ranks;
  options.cache = &cache;
  set_device(options.execution, arguments.device);
  if (arguments.threads) options.execution.threads = threads_argument(*arguments.threads);
  options.execution.stop = &stop_on_signals();
  ReadOptions reading{.set = arguments.set, .draws = {}, .seed = {}};
  if (arguments.seed) reading.seed = seed_argument(*arguments.seed);
  std::uint64_t draws = 0;
  if (arguments.draws) draws = draws_argument(*arguments.draws);
  if (draws > 0 && draws <= kernels::max_draws) reading.draws = draws;
  if (arguments.until) {
    options.until = parse_until(*arguments.until);
    if (draws == 0) reading.draws = until_most_draws;
  }
  options.checkpoint = checkpoint_options(arguments);
  if (arguments.out && arguments.out->empty()) throw UsageError("`--out` names no folder");

  if (arguments.save_draws) check_save_draws(*arguments.save_draws);
  const Catalogue catalogue = read_catalogue(data_folder());
  const ScenarioSource source(arguments.scenario, reading, catalogue);
  ScenarioSet set = source.set();
  if (ranks.is_first()) say_warnings(set.warnings);
  if (draws > kernels::max_draws)
    refuse_draws(*arguments.draws, draws, std::move(set), catalogue, options);

  const std::string folder =
      arguments.out.value_or(default_folder(set.variants.front().scenario.name));
  // Checked before the draws, so that a read-only folder is reported at once; removed again, so
  // that even a killed run leaves nothing.
  if (ranks.is_first()) {
    const FileSet writable(folder);
    if (!options.checkpoint.write.empty())
      const FileSet checkpoint_folder(replaceable(options.checkpoint.write).parent_path());
  }
  std::optional<RunResult> result;
  {
    ProgressBar bar;
    options.execution.progress = [&](std::uint64_t done, std::uint64_t total) {
      bar.show(done, total);
    };
    result = run_scenario(std::move(set), catalogue, options);
    if (!ranks.is_first()) return;
    result->decompositions = decompose(source, catalogue, options, *result);
  }
  say_warnings(result->lowered.notes);
  if (result->resumed_draws > 0)
    write_standard_error(fmt::format("note: went on after {} draws of `{}`\n",
                                     with_separators(result->resumed_draws), *arguments.resume));
  say_fallback(result->device_note);
  FileSet files(folder);
  const ResultTables tables = result_tables(*result);
  std::string json;
  parallel_for(2, result->threads, [&](std::size_t part) {
    if (part == 0)
      json = result_json(*result, tables);
    else
      write_tables(*result, tables, files);
  });
  write_run_report(read_run_document(json, "result.json"), report_template(), files);
  files.write("result.json", json);  // last, so it is published last
  if (arguments.save_draws)
    save_draws_of(*result, tables.digest, *arguments.save_draws, options.execution);
  if (options.execution.stop->load()) throw Interrupted("interrupted while writing");
  files.publish();
  write_standard_output(terminal_report(
      *result, tables.digest, {files.folder().string(), files.entries()}, report_style()));
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
  command->add_option("--draws", arguments->draws,
                      fmt::format("Number of draws: 1000000, 1_000_000, 1e6, 1M; at most {}",
                                  with_separators(kernels::max_draws)));
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
