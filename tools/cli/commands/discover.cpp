// SPDX-License-Identifier: Apache-2.0

// `tranche discover`: finds the conditions under which an outcome happens.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/analysis.hpp"
#include "sim/input/quantity_text.hpp"
#include "tools/cli/arguments.hpp"
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

struct DiscoverArguments : StudyArguments {
  std::string format = "table";
  std::optional<std::string> outcome, density;
};

double share_argument(const std::string& option, const std::string& text) {
  const ParsedQuantity share = parse_quantity(text, UnitKind::fraction);
  if (!share || *share.value <= 0 || *share.value > 1)
    throw UsageError(fmt::format("`{} {}` is not a share", option, text),
                     {"write a number above 0, at most 1: `0.8` or `80 %`"});
  return *share.value;
}

api::DiscoverRequest request_of(const DiscoverArguments& arguments, Ranks& ranks) {
  api::DiscoverRequest request{.execution = execution_of(arguments, ranks)};
  request.outcome = arguments.outcome;
  if (arguments.draws) request.draws = draws_argument(*arguments.draws);
  if (request.draws > 0 && (request.draws < 500 || request.draws > 10'000'000))
    throw UsageError(fmt::format("`--draws {}` is too {} to find worlds by", *arguments.draws,
                                 request.draws < 500 ? "few" : "many"),
                     {"from 500 to 10M"});
  if (arguments.density) request.density = share_argument("--density", *arguments.density);
  return request;
}

void run_discover(Ranks& ranks, const DiscoverArguments& arguments) {
  const TextFormat format = format_argument(arguments.format);
  api::DiscoverRequest request = request_of(arguments, ranks);
  const api::Scenario scenario = scenario_of(arguments, reading_without_draws(arguments), ranks);
  const std::string folder = folder_of(arguments, scenario, "discover");
  const bool writes = format == TextFormat::table || arguments.out;
  if (writes) request.folder = folder;
  std::optional<api::DiscoverResults> results;
  {
    ProgressBar bar;
    request.execution.progress = bar.progress();
    results = value_of(api::discover(scenario, request));
  }
  if (!ranks.is_first()) return;
  std::string written;
  if (writes) {
    const api::Written files =
        value_of(results->write(folder, page_template(), request.execution.cancel));
    say_report(files);
    written = written_text(files);
  }
  if (format == TextFormat::csv)
    write_standard_output(results->csv());
  else if (format == TextFormat::json)
    write_standard_output(results->json());
  else
    write_standard_output(results->text(output_columns()) + written);
}

}  // namespace

void add_discover(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<DiscoverArguments>();
  CLI::App* const command = app.add_subcommand(
      "discover", "In which worlds an outcome happens: boxes of the uncertain inputs");
  add_study_arguments(*command, *arguments,
                      {.default_folder = "results/<scenario name>-discover",
                       .draws_help = "Draws (default 32,768)",
                       .has_device = false});
  command->add_option("--outcome", arguments->outcome,
                      "What is looked for; the scenario's [discover] outcome unless said");
  command->add_option("--density", arguments->density,
                      "Take the widest box in which at least this share of draws has the outcome "
                      "(default: the best balance of density and coverage)");
  command->add_option("--format", arguments->format, "table, csv (the chosen box) or json")
      ->capture_default_str();
  command->footer(
      "Example:\n  tranche discover scenarios/h200-first-batch.toml --outcome \\\n"
      "    \"each firm: training_flop_per_s < 20 EFLOP/s at 2027-06\"\n"
      "An outcome is METRIC < VALUE at MONTH, with `each firm:`, `any firm:` or a firm before\n"
      "it, `in WHAT_IF`, `- base` or `/ base` after the metric, and more of them after `and`.\n"
      "Writes prim.csv, prim_box.csv, prim_limits.csv and discover.json.\n"
      "Several processes share the work under mpirun or srun: see docs/use/cluster.md.");
  command->callback([arguments, &action] {
    action = [arguments] { on_ranks([&](Ranks& ranks) { run_discover(ranks, *arguments); }); };
  });
}

}  // namespace tranche::tools
