// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/study_arguments.hpp"

#include <fmt/format.h>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/engine/tally/tally.hpp"
#include "sim/report/page/folder_report.hpp"
#include "sim/scenario/limits.hpp"
#include "sim/text/human_number.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/on_ranks.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {

void add_study_arguments(CLI::App& command, StudyArguments& arguments,
                         const StudyOptions& options) {
  command.add_option("scenario", arguments.scenario, "Scenario file (TOML)")->required();
  command
      .add_option("--set", arguments.set,
                  "Change one value, as path=value; may be given several times")
      ->allow_extra_args(false);
  command.add_option("--draws", arguments.draws, options.draws_help);
  command.add_option("--seed", arguments.seed,
                     fmt::format("Seed of the random numbers, 0 to {}", max_seed));
  if (options.has_device)
    command.add_option("--device", arguments.device, "auto, cpu, gpu or gpu:N")
        ->capture_default_str();
  command.add_option("--threads", arguments.threads,
                     "Threads on the CPU; every processor unless said");
  command.add_option("--out", arguments.out,
                     fmt::format("Folder of the results; {} unless said", options.default_folder));
}

ReadOptions reading_without_draws(const StudyArguments& arguments) {
  ReadOptions reading{.set = arguments.set, .draws = {}, .seed = {}};
  if (arguments.seed) reading.seed = seed_argument(*arguments.seed);
  return reading;
}

ReadOptions reading_of(const StudyArguments& arguments) {
  ReadOptions reading = reading_without_draws(arguments);
  if (!arguments.draws) return reading;
  reading.draws = draws_argument(*arguments.draws);
  if (*reading.draws > kernels::max_draws)
    throw UsageError(fmt::format("`--draws {}` is more than a run can count", *arguments.draws),
                     {fmt::format("at most {} draws", with_separators(kernels::max_draws))});
  return reading;
}

Execution execution_of(const StudyArguments& arguments, Ranks& ranks) {
  Execution execution{.threads = default_threads(ranks), .ranks = &ranks};
  set_device(execution, arguments.device);
  if (arguments.threads) execution.threads = threads_argument(*arguments.threads);
  execution.stop = &stop_on_signals();
  return execution;
}

std::string folder_of(const StudyArguments& arguments, const ScenarioSet& set,
                      const std::string& suffix) {
  if (arguments.out && arguments.out->empty()) throw UsageError("`--out` names no folder");
  if (arguments.out) return *arguments.out;
  return fmt::format("results/{}-{}", set.variants.front().scenario.name, suffix);
}

std::string publish(FileSet& files, const std::atomic<bool>& stop) {
  const std::string written =
      fmt::format("Written to {}: {}\n", files.folder().string(), fmt::join(files.names(), " "));
  if (stop.load()) throw Interrupted("interrupted while writing");
  if (has_charts(files))
    publish_with_report(files);
  else
    files.publish();
  return written;
}

void say_warnings(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) write_standard_error(render(diagnostic) + "\n");
}

void say_fallback(const std::string& device_note) {
  if (!device_note.empty() && kernels::has_gpu_code())
    write_standard_error(fmt::format("note: {}; ran on the CPU\n", device_note));
}

}  // namespace tranche::tools
