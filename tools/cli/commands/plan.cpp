// SPDX-License-Identifier: Apache-2.0

// `tranche plan`: finds the fastest plans of a training job.
#include "sim/api/plan.hpp"

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
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

struct PlanArguments {
  std::string model, chip, count, precision = "bf16", top = "5", format = "table";
  std::string global_batch, seq_len, pod;  // empty: not given
  double oversubscription = 1;
  std::string device = "auto";
  std::optional<std::string> out;
  std::vector<std::string> own_runs;
  // fixed choices; empty: searched
  std::string tensor, pipeline, data, context, expert, micro_batch, interleave, recompute, zero,
      schedule;
};

// A degree of parallelism; empty if not given.
std::optional<int> degree(const char* option, const std::string& text, const char* what) {
  if (text.empty()) return std::nullopt;
  constexpr std::int64_t most = 10'000'000;
  const std::int64_t value = whole_argument(option, text, what);
  if (value > most)
    throw UsageError(fmt::format("`{} {}` is not a number of {}", option, text, what),
                     {"a whole number from 1 to 10,000,000"});
  return static_cast<int>(value);
}

// The text, if it is among `known`; empty if not given.
std::optional<std::string> word(const char* option, const std::string& text,
                                const std::vector<std::string>& known) {
  if (text.empty()) return std::nullopt;
  std::string words;
  for (const std::string& name : known) {
    if (name == text) return text;
    words += fmt::format("{}`{}`", words.empty() ? "" : ", ", name);
  }
  throw UsageError(fmt::format("unknown `{} {}`", option, text), {words});
}

api::FixedLayout layout_of(const PlanArguments& a) {
  api::FixedLayout out;
  out.tensor = degree("--tp", a.tensor, "chips");
  out.pipeline = degree("--pp", a.pipeline, "stages");
  out.data = degree("--dp", a.data, "replicas");
  out.context = degree("--cp", a.context, "chips");
  out.expert = degree("--ep", a.expert, "chips");
  out.micro_batch = degree("--micro-batch", a.micro_batch, "sequences");
  out.virtual_stages = degree("--interleave", a.interleave, "virtual stages");
  out.recompute = word("--recompute", a.recompute, {"none", "selective", "full"});
  if (const auto stage = word("--zero", a.zero, {"0", "1", "2", "3"}))
    out.zero_stage = stage->front() - '0';
  if (!a.schedule.empty()) out.schedule = a.schedule;
  return out;
}

api::PlanRequest request_of(const PlanArguments& arguments) {
  api::PlanRequest request;
  request.model = arguments.model;
  request.chip = arguments.chip;
  request.chips = whole_argument("--count", arguments.count, "chips");
  if (!arguments.global_batch.empty())
    request.global_batch = whole_argument("--global-batch", arguments.global_batch, "sequences");
  if (!arguments.seq_len.empty())
    request.sequence_tokens = whole_argument("--seq-len", arguments.seq_len, "tokens");
  request.oversubscription = arguments.oversubscription;
  if (!arguments.pod.empty()) request.pod_chips = whole_argument("--pod", arguments.pod, "chips");
  request.device = device_argument(arguments.device);
  constexpr std::int64_t max_plans = 1000;
  const std::int64_t top = whole_argument("--top", arguments.top, "plans");
  if (top > max_plans) throw UsageError("`--top` is above 1000", {"write a number up to 1000"});
  request.top = static_cast<std::size_t>(top);
  request.precision = arguments.precision;
  request.layout = layout_of(arguments);
  return request;
}

void print_best_plans(const PlanArguments& arguments) {
  const TextFormat format = format_argument(arguments.format);
  const api::PlanRequest request = request_of(arguments);
  const api::Plans plans = value_of(api::plan(data_with(arguments.own_runs), request));
  if (arguments.out) say_report(value_of(plans.write(*arguments.out, page_template())));
  write_standard_output(plans.text(result_format(format)));
  if (plans.why_none().empty()) return;
  if (format == TextFormat::csv) write_standard_error(plans.why_none() + "\n");
  throw EndQuietly{status_could_not_finish};
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
  command
      ->add_option("--precision", arguments->precision,
                   "bf16, fp16, fp8, mxfp8, fp4, or best: the fastest of bf16 and fp8 that the "
                   "chip has; computed in bf16 where the chip lacks the format")
      ->capture_default_str();
  command
      ->add_option("--oversubscription", arguments->oversubscription,
                   "Links inside a pod of the network over links between pods (1: full "
                   "bisection)")
      ->capture_default_str();
  command->add_option("--pod", arguments->pod,
                      "Chips of a pod (default: 3072, as Llama 3 405B's; counts with "
                      "--oversubscription)");
  add_own_runs_option(*command, arguments->own_runs);
  const std::string layout = "Layout: fixed instead of searched";
  const auto fixed = [&](const char* option, std::string& to, const char* help) {
    command->add_option(option, to, help)->group(layout);
  };
  fixed("--tp", arguments->tensor, "Chips that share each layer (tensor parallelism)");
  fixed("--pp", arguments->pipeline, "Pipeline stages");
  fixed("--dp", arguments->data, "Replicas (data parallelism)");
  fixed("--cp", arguments->context, "Chips that share a sequence (context parallelism)");
  fixed("--ep", arguments->expert, "Chips that share the experts; divides TP x CP x DP");
  fixed("--micro-batch", arguments->micro_batch, "Sequences in a micro-batch");
  fixed("--interleave", arguments->interleave, "Virtual stages of a pipeline stage; 1: none");
  fixed("--recompute", arguments->recompute, "none, selective (attention scores) or full");
  fixed("--zero", arguments->zero, "ZeRO stage: 0, 1 (optimizer), 2 (gradients), 3 (weights)");
  fixed("--schedule", arguments->schedule,
        "1f1b, interleaved, zero-bubble (ZB-H1), dualpipe or all (default: 1f1b and interleaved)");
  command->add_option("--device", arguments->device, "Where plans are scored: auto, cpu or gpu")
      ->capture_default_str();
  command->add_option("--top", arguments->top, "How many plans to print")->capture_default_str();
  command->add_option("--format", arguments->format, "table, csv or json")->capture_default_str();
  command->add_option("--out", arguments->out, "Folder for plan.csv, charts and report.html");
  command->footer(
      "Example:\n  tranche plan llama-3.1-405b --chip H200 --count 16384\n"
      "Plans: tensor, pipeline, data, context and expert parallelism, micro-batch, interleaving, "
      "recomputation, ZeRO stage, sequence parallelism.\n"
      "Exit status: 0 plans found, 1 nothing fits, 2 the question or the layout cannot be.");
  command->callback(
      [arguments, &action] { action = [arguments] { print_best_plans(*arguments); }; });
}

}  // namespace tranche::tools
