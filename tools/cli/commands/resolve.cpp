// SPDX-License-Identifier: Apache-2.0

// `tranche resolve`: prints the merged scenario, with the location of each value.
#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/describe/resolved_text.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {

void add_resolve(CLI::App& app, Action& action) {
  struct Arguments {
    std::string scenario;
    std::vector<std::string> set;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = app.add_subcommand(
      "resolve", "Print the merged scenario with the file and line of every value");
  command->add_option("scenario", arguments->scenario, "Scenario file (TOML)")->required();
  command->add_option("--set", arguments->set, "Change one value, as path=value")
      ->allow_extra_args(false);
  command->footer("Example:\n  tranche resolve scenarios/h200-first-batch.toml");
  command->callback([arguments, &action] {
    action = [arguments] {
      const Catalogue catalogue = read_catalogue(data_folder());
      const ScenarioSet set = read_scenario(
          arguments->scenario, {.set = arguments->set, .draws = {}, .seed = {}}, catalogue);
      write_standard_output(resolve_text(set.variants.front()));
    };
  });
}

}  // namespace tranche::tools
