// `tranche plan`: the fastest ways to lay a training job out over chips.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sim/catalogue/coefficients.hpp"
#include "sim/performance/plan_report.hpp"
#include "sim/results/atomic_file.hpp"
#include "tools/arguments.hpp"
#include "tools/commands.hpp"
#include "tools/exit_status.hpp"
#include "tools/make_report.hpp"
#include "tools/standard_output.hpp"

namespace tranche::tools {
namespace {

struct PlanArguments {
  std::string model, chip, count, precision = "bf16", top = "5", format = "table";
  std::string global_batch, seq_len, pod;  // empty: not given
  double oversubscription = 1;
  std::string device = "auto";
  std::optional<std::string> out;
};

kernels::ComputeDevice scored_on(const std::string& text) {
  switch (device_argument(text)) {
    case Device::cpu:
      return kernels::ComputeDevice::cpu;
    case Device::gpu:
      return kernels::ComputeDevice::gpu;
    case Device::automatic:
      break;
  }
  return kernels::ComputeDevice::automatic;
}

void print_best_plans(const PlanArguments& arguments) {
  const TextFormat format = format_argument(arguments.format);
  PlanRequest request;
  request.model = arguments.model;
  request.chip = arguments.chip;
  request.count = whole_argument("--count", arguments.count, "chips");
  if (!arguments.global_batch.empty())
    request.global_batch = whole_argument("--global-batch", arguments.global_batch, "sequences");
  if (!arguments.seq_len.empty())
    request.seq_len = whole_argument("--seq-len", arguments.seq_len, "tokens");
  request.oversubscription = arguments.oversubscription;
  if (!arguments.pod.empty()) request.pod_chips = whole_argument("--pod", arguments.pod, "chips");
  request.device = scored_on(arguments.device);
  constexpr std::int64_t most_plans = 1000;
  const std::int64_t top = whole_argument("--top", arguments.top, "plans");
  if (top > most_plans) throw UsageError("`--top` is above 1000", {"write a number up to 1000"});
  request.top = static_cast<std::size_t>(top);
  request.precision = arguments.precision;
  const PlanProblem problem = plan_problem(request, read_catalogue(data_folder()));
  const kernels::Coefficients coefficients = read_coefficients(data_folder());
  const PlanAnswer answer = find_plans(problem.question, coefficients);
  const std::string why = why_no_plan(problem, answer, coefficients);
  if (arguments.out) {
    FileSet files{std::filesystem::path(*arguments.out)};
    files.write("plan.csv", csv_text(plan_file_table(problem, answer)));
    publish_with_report(files);
  }
  write_standard_output(print_plans(problem, answer, why, format));
  if (!why.empty() && format == TextFormat::csv) write_standard_error(why + "\n");
}

}  // namespace

void add_plan(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<PlanArguments>();
  CLI::App* const command = app.add_subcommand(
      "plan", "Search every parallelism plan of a training job and print the best");
  command->add_option("model", arguments->model, "Name of a model of the catalogue")->required();
  command->add_option("--chip", arguments->chip, "Name of a chip of the catalogue")->required();
  command->add_option("--count", arguments->count, "Chips that train the model")->required();
  command->add_option("--global-batch", arguments->global_batch,
                      "Sequences in one optimizer step (default: 16.8 million tokens)");
  command->add_option("--seq-len", arguments->seq_len,
                      "Tokens in a sequence (default: 8192, or the model's context if shorter)");
  command->add_option("--precision", arguments->precision, "bf16 or fp8")->capture_default_str();
  command
      ->add_option("--oversubscription", arguments->oversubscription,
                   "Links inside a pod of the network over links between pods (1: full "
                   "bisection)")
      ->capture_default_str();
  command->add_option("--pod", arguments->pod,
                      "Chips of a pod (default: 3072, as Llama 3 405B's; counts with "
                      "--oversubscription)");
  command->add_option("--device", arguments->device, "Where plans are scored: auto, cpu or gpu")
      ->capture_default_str();
  command->add_option("--top", arguments->top, "How many plans to print")->capture_default_str();
  command->add_option("--format", arguments->format, "table, csv or json")->capture_default_str();
  command->add_option("--out", arguments->out, "Folder for plan.csv, charts and report.html");
  command->footer(
      "Example:\n  tranche plan llama-3.1-405b --chip H200 --count 16384\n"
      "Plans: tensor, pipeline, data, context and expert parallelism, micro-batch, interleaving, "
      "recomputation, ZeRO stage, sequence parallelism.");
  command->callback(
      [arguments, &action] { action = [arguments] { print_best_plans(*arguments); }; });
}

}  // namespace tranche::tools
