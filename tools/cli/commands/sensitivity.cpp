// SPDX-License-Identifier: Apache-2.0

// `tranche sensitivity`: influential inputs, and inputs worth knowing.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/analysis.hpp"
#include "sim/input/diagnostic.hpp"
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

using Method = api::SensitivityMethod;

struct SensitivityArguments : StudyArguments {
  std::vector<std::string> metrics, months, firms, between, methods;
  std::string what_if = "base", format = "table";
  bool everything = false;
  std::optional<std::string> top;
};

std::vector<api::SensitivityMethod> methods_argument(const std::vector<std::string>& names) {
  if (names.empty()) return {Method::draws, Method::voi};
  std::vector<Method> methods;
  for (const std::string& name : names) {
    if (name == "draws") {
      methods.push_back(Method::draws);
    } else if (name == "sobol") {
      methods.push_back(Method::sobol);
    } else if (name == "morris") {
      methods.push_back(Method::morris);
    } else if (name == "voi") {
      methods.push_back(Method::voi);
    } else {
      throw UsageError(fmt::format("unknown method `{}`", name),
                       name_help(name, {"draws", "sobol", "morris", "voi"}, "methods"));
    }
  }
  return methods;
}

api::SensitivityRequest request_of(const SensitivityArguments& arguments, Ranks& ranks) {
  api::SensitivityRequest request;
  request.execution = execution_of(arguments, ranks);
  request.methods = methods_argument(arguments.methods);
  const auto is_design = [](Method method) {
    return method == Method::sobol || method == Method::morris;
  };
  if (request.execution.device == api::Device::gpu &&
      std::none_of(request.methods.begin(), request.methods.end(), is_design))
    throw UsageError("`draws` and `voi` run on the CPU",
                     {"designs run on a GPU: add `--method sobol` or `--method morris`, or leave "
                      "`--device` out"});
  request.metrics = arguments.metrics;
  request.months = arguments.months;
  request.firms = arguments.firms;
  request.what_if = arguments.what_if;
  request.between = arguments.between;
  request.everything = arguments.everything;
  if (arguments.draws) request.draws = draws_argument(*arguments.draws);
  if (request.draws > 0 && request.draws < 100)
    throw UsageError(fmt::format("`--draws {}` is too few to tell inputs apart", *arguments.draws),
                     {"at least 100"});
  if (request.draws > 100'000'000)
    throw UsageError(fmt::format("`--draws {}` is too many for an analysis", *arguments.draws),
                     {"at most 100M; errors are a few per mille from 1M on"});
  return request;
}

void run_sensitivity(Ranks& ranks, const SensitivityArguments& arguments) {
  const TextFormat format = format_argument(arguments.format);
  api::SensitivityRequest request = request_of(arguments, ranks);
  if (format == TextFormat::csv && request.methods.size() != 1)
    throw UsageError("`--format csv` prints one table",
                     {"choose one method with `--method draws`, `sobol`, `morris` or `voi`"});
  const std::size_t top =
      arguments.top ? static_cast<std::size_t>(whole_argument("--top", *arguments.top, "rows"))
                    : 12;
  const api::Scenario scenario = scenario_of(arguments, reading_without_draws(arguments), ranks);
  const std::string folder = folder_of(arguments, scenario, "sensitivity");
  const bool writes = format == TextFormat::table || arguments.out;
  if (writes) request.folder = folder;

  std::optional<api::SensitivityResults> results;
  {
    ProgressBar bar;
    request.execution.progress = bar.progress();
    results = value_of(api::sensitivity(scenario, request));
  }
  if (!ranks.is_first()) return;
  say_fallback(results->why_not_the_gpu());
  std::string written;
  if (writes) {
    const api::Written files =
        value_of(results->write(folder, page_template(), request.execution.cancel));
    say_report(files);
    written = written_text(files);
  }
  if (format == TextFormat::csv)
    write_standard_output(results->csv(request.methods.front()));
  else if (format == TextFormat::json)
    write_standard_output(results->json());
  else
    write_standard_output(results->text(output_columns(), top) + written);
}

}  // namespace

void add_sensitivity(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<SensitivityArguments>();
  CLI::App* const command = app.add_subcommand(
      "sensitivity", "Which inputs the spread of a result comes from, and which are worth knowing");
  const auto many = [&](const std::string& name, std::vector<std::string>& values,
                        const std::string& help) {
    command->add_option(name, values, help)->allow_extra_args(false);
  };
  add_study_arguments(*command, *arguments,
                      {.default_folder = "results/<scenario name>-sensitivity",
                       .draws_help = "Draws (default 32,768); for sobol (4,096) and morris (512) "
                                     "the points of the design"});
  many("--metric", arguments->metrics,
       "A metric, as in summary.csv; may be repeated (default: the headline's)");
  many("--month", arguments->months, "A month, 2027-12; may be repeated (default: the headline's)");
  many("--firm", arguments->firms,
       "A firm, or all for their sum; may be repeated (default: the headline's)");
  command->add_flag("--everything", arguments->everything,
                    "Every metric, month and firm that is not named");
  command->add_option("--what-if", arguments->what_if, "The what-if whose spread it is")
      ->capture_default_str();
  many("--method", arguments->methods,
       "draws (rank correlations, tornado), voi (value of information), sobol (indices), morris "
       "(elementary effects); may be repeated (default: draws and voi)");
  many("--between", arguments->between,
       "For voi: a what-if one can choose; may be repeated (default: base and all what-ifs)");
  command->add_option("--top", arguments->top, "Inputs to show in each table (default 12)");
  command->add_option("--format", arguments->format, "table, csv (one method) or json")
      ->capture_default_str();
  command->footer(
      "Examples:\n  tranche sensitivity scenarios/h200-first-batch.toml\n"
      "  tranche sensitivity scenarios/h200-first-batch.toml --method sobol --everything\n"
      "Writes tornado.csv, evppi.csv, sobol.csv, morris.csv (those asked for) and\n"
      "sensitivity.json; docs/use/sensitivity.md says what the columns mean.\n"
      "Several processes share the work under mpirun or srun: see docs/use/cluster.md.");
  command->callback([arguments, &action] {
    action = [arguments] { on_ranks([&](Ranks& ranks) { run_sensitivity(ranks, *arguments); }); };
  });
}

}  // namespace tranche::tools
