// SPDX-License-Identifier: Apache-2.0

// `tranche report`: charts and report.html from a results folder.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sim/input/diagnostic.hpp"
#include "tools/cli/chart_images.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/report_template.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

struct ReportArguments {
  std::string folder;
  bool images = false;
};

void report(const ReportArguments& arguments) {
  if (!std::filesystem::is_directory(arguments.folder))
    throw InputError({{.where = {.file = arguments.folder},
                       .problem = "this is not a folder",
                       .help = {"a results folder, such as `results/h200-first-batch`"}}});
  const auto start = std::chrono::steady_clock::now();
  FileSet files(arguments.folder);
  const std::vector<std::string> names = publish_with_report(files);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::vector<std::string> specifications;
  for (const std::string& name : names)
    if (name.ends_with(".vl.json"))
      specifications.push_back((std::filesystem::path(arguments.folder) / name).string());
  write_standard_output(fmt::format("{} charts in {}/charts, {:.2f} s\n", specifications.size(),
                                    arguments.folder, seconds));
  if (!arguments.images) return;
  const ChartImages images = draw_charts(specifications, report_template());
  write_standard_output(fmt::format("pictures: {} SVG, {} PNG in {}/charts\n", images.svg,
                                    images.png, arguments.folder));
  if (!images.note.empty()) write_standard_error(fmt::format("note: {}\n", images.note));
}

}  // namespace

void add_report(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<ReportArguments>();
  CLI::App* const command =
      app.add_subcommand("report", "Make the charts and report.html of a results folder again");
  command->add_option("folder", arguments->folder, "Folder that a command of tranche wrote")
      ->required();
  command->add_flag("--images", arguments->images,
                    "Also draw every chart as SVG, and as PNG where rsvg-convert is installed");
  command->footer(
      "Example:\n  tranche report results/h200-first-batch --images\n"
      "report.html opens from the disk, in any browser, without a network. Pictures need Node.");
  command->callback([arguments, &action] { action = [arguments] { report(*arguments); }; });
}

}  // namespace tranche::tools
