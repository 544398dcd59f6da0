// SPDX-License-Identifier: Apache-2.0

// `tranche catalogue`: prints the catalogue, with the source of every number.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "sim/catalogue/pages/print.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

CatalogueKind kind_argument(const std::string& text) {
  const std::optional<CatalogueKind> kind = catalogue_kind(text);
  if (!kind)
    throw UsageError(fmt::format("the catalogue has no `{}`", text),
                     name_help(text, {"chips", "models", "workloads", "rules", "yardsticks"},
                               "parts of the catalogue"));
  return *kind;
}

}  // namespace

void add_catalogue(CLI::App& app, Action& action) {
  struct Arguments {
    std::string kind, format = "table";
    std::optional<std::string> name;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = app.add_subcommand(
      "catalogue", "Print what is known about chips, models, workloads, rules and yardsticks");
  command->add_option("kind", arguments->kind, "chips, models, workloads, rules or yardsticks")
      ->required();
  command->add_option("name", arguments->name, "One entry with every number and its source");
  command->add_option("--format", arguments->format, "table, csv or json")->capture_default_str();
  command->footer("Examples:\n  tranche catalogue chips\n  tranche catalogue chips H200");
  command->callback([arguments, &action] {
    action = [arguments] {
      const CatalogueKind kind = kind_argument(arguments->kind);
      const TextFormat format = format_argument(arguments->format);
      write_standard_output(
          print_catalogue(read_catalogue(data_folder()), kind, arguments->name, format));
    };
  });
}

}  // namespace tranche::tools
