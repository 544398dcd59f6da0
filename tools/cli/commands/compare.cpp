// SPDX-License-Identifier: Apache-2.0

// `tranche compare`: compares chips on workloads.
#include "sim/api/compare.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/outcome.hpp"
#include "tools/cli/own_runs_argument.hpp"
#include "tools/cli/served_arguments.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

struct CompareArguments {
  std::vector<std::string> chips, workloads;
  std::string format = "table";
  std::optional<std::string> out;
  std::vector<std::string> own_runs;
  ServedArguments served;
};

void print_comparison(const CompareArguments& arguments) {
  const TextFormat format = format_argument(arguments.format);
  const api::Data data = data_with(arguments.own_runs);
  if (arguments.chips.size() < 2)
    throw UsageError("one chip alone cannot be compared",
                     {"name two or more: `tranche compare H100 H200`"});
  const api::Comparison comparison = value_of(
      api::compare(data, arguments.chips, arguments.workloads, serving_options(arguments.served)));
  if (arguments.out) say_report(value_of(comparison.write(*arguments.out, page_template())));
  write_standard_output(comparison.text(result_format(format)));
  if (arguments.out)
    write_standard_error(
        fmt::format("wrote compare.csv, compare.json and roofline.csv to {}\n", *arguments.out));
}

}  // namespace

void add_compare(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<CompareArguments>();
  CLI::App* const command =
      app.add_subcommand("compare", "Print chips side by side on workloads, and what binds each");
  command->add_option("chips", arguments->chips, "Names of chips; ratios are to the first")
      ->required();
  command
      ->add_option(
          "--workload", arguments->workloads,
          "A workload of the catalogue, or train:MODEL, prefill:MODEL, decode:MODEL, serve:MODEL; "
          "may be repeated (default: three models and every workload)")
      ->allow_extra_args(false);
  add_own_runs_option(*command, arguments->own_runs);
  add_served_options(*command, arguments->served);
  command->add_option("--format", arguments->format, "table, csv or json")->capture_default_str();
  command->add_option("--out", arguments->out,
                      "Folder for compare.csv, compare.json, roofline.csv, charts and report.html");
  command->footer(
      "Examples:\n  tranche compare H100 H200\n"
      "  tranche compare H100 H200 H20 B200 --workload decode:llama-3.1-70b\n"
      "  tranche compare H100 H200 --workload decode:deepseek-v3 --time-per-token 50ms\n"
      "Prices are the middle of the catalogue's range, power is the chip's limit.");
  command->callback(
      [arguments, &action] { action = [arguments] { print_comparison(*arguments); }; });
}

}  // namespace tranche::tools
