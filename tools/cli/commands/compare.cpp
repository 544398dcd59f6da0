// SPDX-License-Identifier: Apache-2.0

// `tranche compare`: compares chips on workloads.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/atomic_file.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/compare/report.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/served_arguments.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

struct CompareArguments {
  std::vector<std::string> chips, workloads;
  std::string format = "table";
  std::optional<std::string> out;
  ServedArguments served;
};

void print_comparison(const CompareArguments& arguments) {
  const TextFormat format = format_argument(arguments.format);
  const std::string folder = data_folder();
  const Catalogue catalogue = read_catalogue(folder);
  if (arguments.chips.size() < 2)
    throw UsageError("one chip alone cannot be compared",
                     {"name two or more: `tranche compare H100 H200`"});
  const InferenceCoefficients inference = read_inference_coefficients(folder);
  const MemoryBoundModel memory_bound = read_memory_bound_model(folder);
  const kernels::Coefficients training = read_coefficients(folder);
  std::vector<std::string> workloads = arguments.workloads;
  if (workloads.empty()) {
    workloads = default_comparison(catalogue);
    workloads.insert(workloads.begin(), {"train:llama-3.1-70b", "train:llama-3.1-405b"});
  }
  const ServingOptions serving = serving_options(arguments.served);
  const auto rows =
      compare(arguments.chips, workloads, {catalogue, inference, memory_bound, &training, serving});
  const TextTable table = comparison_table(rows);
  if (arguments.out) {
    FileSet files{std::filesystem::path(*arguments.out)};
    files.write("compare.csv", csv_text(table));
    files.write("compare.json", format_table(table, TextFormat::json));
    files.write("roofline.csv", csv_text(roofline_table(arguments.chips, rows, catalogue)));
    publish_with_report(files);
  }
  write_standard_output(format == TextFormat::table ? comparison_text(rows, serving)
                                                    : format_table(table, format));
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
      ->add_option("--workload", arguments->workloads,
                   "A workload of the catalogue, or prefill:MODEL, decode:MODEL, serve:MODEL; "
                   "may be repeated (default: three models and every workload)")
      ->allow_extra_args(false);
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
