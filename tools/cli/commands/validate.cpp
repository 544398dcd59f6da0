// SPDX-License-Identifier: Apache-2.0

// `tranche validate`: compares predictions with measured cases.
#include "sim/performance/validation/validate.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/atomic_file.hpp"
#include "sim/performance/validation/own_runs_file.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/make_report.hpp"
#include "tools/cli/own_runs_argument.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

std::string printed(const std::vector<ValidatedFile>& validated, TextFormat format) {
  if (format == TextFormat::csv) return csv_text(validation_table(validated));
  if (format == TextFormat::json) return format_table(validation_detail_table(validated), format);
  return validation_summary(validated);
}

}  // namespace

void add_validate(CLI::App& app, Action& action) {
  struct Arguments {
    std::vector<std::string> cases, own_runs;
    std::string format = "table";
    std::optional<std::string> out;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command =
      app.add_subcommand("validate", "Set predictions beside measured cases, with their errors");
  command
      ->add_option("--cases", arguments->cases,
                   "CSV file of training, inference or memory-bound cases, recognised by its "
                   "columns; may be repeated (default: all that are shipped)")
      ->allow_extra_args(false);
  add_own_runs_option(*command, arguments->own_runs);
  command->add_option("--format", arguments->format, "table, csv or json")->capture_default_str();
  command->add_option("--out", arguments->out,
                      "Folder for validate.csv, its chart and report.html");
  command->footer(
      "Example:\n  tranche validate --cases scenarios/measured/training_cases.csv\n"
      "The table sums errors up by source, chip, precision and family or software, averaged over "
      "groups of like cases. The CSV has one row for each case: "
      "id,predicted,measured,unit,error_percent,status,low,high,grade,model,chip,layout; low and "
      "high are a 90 % interval. JSON has also what the prediction was compared with. "
      "docs/formats/measured-cases.md describes the columns of such files.");
  command->callback([arguments, &action] {
    action = [arguments] {
      const TextFormat format = format_argument(arguments->format);
      const std::string folder = data_folder();
      const std::vector<std::string> files =
          arguments->cases.empty() ? measured_files(folder) : arguments->cases;
      ValidationInputs inputs = read_validation_inputs(folder);
      if (!arguments->own_runs.empty())
        inputs.evidence.own = read_own_runs(arguments->own_runs, inputs, false).runs;
      const auto validated = validate_files(files, inputs);
      if (inputs.evidence.own.size() > 0)
        write_standard_error(
            fmt::format("note: predictions are corrected by {} own runs; those of the runs "
                        "themselves are a fit (`tranche calibrate --from` leaves each out)\n",
                        inputs.evidence.own.size()));
      if (arguments->out) {
        FileSet written{std::filesystem::path(*arguments->out)};
        written.write("validate.csv", csv_text(validation_table(validated)));
        publish_with_report(written);
      }
      write_standard_output(printed(validated, format));
      if (const std::string why = why_none(validated); !why.empty()) {
        write_standard_error("error: " + why + "\n");
        throw EndQuietly{status_could_not_finish};
      }
    };
  });
}

}  // namespace tranche::tools
