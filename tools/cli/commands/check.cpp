// SPDX-License-Identifier: Apache-2.0

// `tranche check`: reports every problem of a scenario, without a run.
#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/describe/resolved_text.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/studies/check/scenario_check.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/own_runs_argument.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {

void add_check(CLI::App& app, Action& action) {
  struct Arguments {
    std::string scenario;
    std::vector<std::string> set, own_runs;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command =
      app.add_subcommand("check", "Say everything that is wrong with a scenario, without a run");
  command->add_option("scenario", arguments->scenario, "Scenario file (TOML)")->required();
  command->add_option("--set", arguments->set, "Change one value, as path=value")
      ->allow_extra_args(false);
  add_own_runs_option(*command, arguments->own_runs);
  command->footer("Example:\n  tranche check scenarios/h200-first-batch.toml");
  command->callback([arguments, &action] {
    action = [arguments] {
      const Catalogue catalogue = read_catalogue(data_folder());
      const ScenarioSource source(arguments->scenario,
                                  {.set = arguments->set,
                                   .draws = {},
                                   .seed = {},
                                   .text = {},
                                   .own_runs = arguments->own_runs},
                                  catalogue);
      ScenarioSet set = source.set();
      for (Diagnostic& warning : check_scenario(source, catalogue))
        set.warnings.push_back(std::move(warning));
      write_standard_output(check_report(set));
    };
  });
}

}  // namespace tranche::tools
