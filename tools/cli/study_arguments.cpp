// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/study_arguments.hpp"

#include <fmt/format.h>

#include "kernels/engine/backend/backend.hpp"
#include "sim/api/data.hpp"
#include "sim/api/run.hpp"
#include "sim/scenario/limits.hpp"
#include "sim/text/human_number.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/on_ranks.hpp"
#include "tools/cli/outcome.hpp"
#include "tools/cli/own_runs_argument.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {

void add_study_arguments(CLI::App& command, StudyArguments& arguments,
                         const StudyOptions& options) {
  command.add_option("scenario", arguments.scenario, "Scenario file (TOML)")->required();
  command
      .add_option("--set", arguments.set,
                  "Change one value, as path=value; may be given several times")
      ->allow_extra_args(false);
  add_own_runs_option(command, arguments.own_runs);
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

api::Reading reading_without_draws(const StudyArguments& arguments) {
  api::Reading reading{.set = arguments.set};
  if (arguments.seed) reading.seed = seed_argument(*arguments.seed);
  return reading;
}

api::Reading reading_of(const StudyArguments& arguments) {
  api::Reading reading = reading_without_draws(arguments);
  if (!arguments.draws) return reading;
  reading.draws = draws_argument(*arguments.draws);
  if (*reading.draws > api::max_draws)
    throw UsageError(fmt::format("`--draws {}` is more than a run can count", *arguments.draws),
                     {fmt::format("at most {} draws", with_separators(api::max_draws))});
  return reading;
}

api::Execution execution_of(const StudyArguments& arguments, Ranks& ranks) {
  api::Execution execution{.threads = default_threads(ranks), .ranks = &ranks};
  set_device(execution, arguments.device);
  if (arguments.threads) execution.threads = threads_argument(*arguments.threads);
  execution.cancel = &stop_on_signals();
  return execution;
}

std::string folder_of(const StudyArguments& arguments, const api::Scenario& scenario,
                      const std::string& suffix) {
  if (arguments.out && arguments.out->empty()) throw UsageError("`--out` names no folder");
  return arguments.out.value_or(api::default_folder(scenario, suffix));
}

api::Scenario scenario_of(const StudyArguments& arguments, const api::Reading& reading,
                          const Ranks& ranks) {
  const api::Data data = data_with(arguments.own_runs);
  api::Scenario scenario = value_of(api::Scenario::read(data, arguments.scenario, reading));
  if (ranks.is_first()) say_warnings(scenario.warnings());
  return scenario;
}

std::string written_text(const api::Written& written) {
  return fmt::format("Written to {}: {}\n", written.folder, fmt::join(written.files, " "));
}

void say_warnings(const std::vector<api::Problem>& problems) {
  for (const api::Problem& problem : problems) write_standard_error(problem.text + "\n");
}

void say_fallback(const std::string& device_note) {
  if (!device_note.empty() && kernels::has_gpu_code())
    write_standard_error(fmt::format("note: {}; ran on the CPU\n", device_note));
}

}  // namespace tranche::tools
