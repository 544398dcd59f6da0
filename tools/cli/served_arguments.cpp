// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/served_arguments.hpp"

#include <fmt/format.h>

#include "sim/input/quantity_text.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/exit_status.hpp"

namespace tranche::tools {
namespace {

std::optional<int> ways(const char* option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  constexpr std::int64_t most = 1024;
  const std::int64_t value = whole_argument(option, text, "chips");
  if (value > most)
    throw UsageError(fmt::format("`{} {}` is above {}", option, text, most),
                     {"a whole number up to 1024"});
  return static_cast<int>(value);
}

}  // namespace

void add_served_options(CLI::App& command, ServedArguments& arguments) {
  const auto group = "Language models";
  const auto add = [&](const char* name, std::string& into, const char* doc) {
    command.add_option(name, into, doc)->group(group);
  };
  add("--precision", arguments.precision,
      "Format of the weights: best, bf16, fp8, int8, fp4, mxfp4, int4 (default: the one that a "
      "model is published in, else fp8; formats that a chip has no rate for are read as they are "
      "and multiplied in 16 bit)");
  add("--kv-precision", arguments.kv_precision,
      "Format of the KV cache (default: fp8 beside narrow weights where the software sets that)");
  add("--software", arguments.software,
      "Serving software, as \"vllm 0.10\" (default: TensorRT-LLM of 2025)");
  add("--input-tokens", arguments.input_tokens, "Tokens of a prompt (default: 1024)");
  add("--output-tokens", arguments.output_tokens, "Tokens of an output (default: 1024)");
  add("--batch", arguments.batch,
      "decode: sequences of a replica together (default: 32, or as many as --time-per-token "
      "allows)");
  add("--time-per-token", arguments.time_per_token,
      "decode: as many sequences as get their next token within this time, as 50ms");
  add("--tp", arguments.tensor, "Tensor parallelism of a replica (default: the best)");
  add("--pp", arguments.pipeline,
      "Pipeline stages of a replica (default: the fewest that hold it)");
  add("--ep", arguments.expert, "Expert parallelism of a replica (default: the best)");
  add("--attention-dp", arguments.attention_data,
      "Attention data parallelism over the chips of a replica (default: the best)");
}

api::ServingOptions serving_options(const ServedArguments& arguments) {
  api::ServingOptions options;
  options.precision = arguments.precision;
  options.kv_precision = arguments.kv_precision;
  options.software = arguments.software;
  const auto tokens = [](const char* option, const std::string& text, double otherwise) {
    return text.empty() ? otherwise : static_cast<double>(whole_argument(option, text, "tokens"));
  };
  options.input_tokens = tokens("--input-tokens", arguments.input_tokens, options.input_tokens);
  options.output_tokens = tokens("--output-tokens", arguments.output_tokens, options.output_tokens);
  if (!arguments.time_per_token.empty()) {
    if (!arguments.batch.empty())
      throw UsageError("`--batch` and `--time-per-token` say both how many sequences run",
                       {"leave one out"});
    const ParsedQuantity time = parse_quantity(arguments.time_per_token, UnitKind::seconds);
    if (!time.value || !(*time.value > 0.0))
      throw UsageError(
          fmt::format("`--time-per-token {}` is not a time above zero", arguments.time_per_token),
          {"write it with its unit, as `50ms` or `0.05s`"});
    options.max_tpot_s = time.value;
  }
  if (!arguments.batch.empty())
    options.sequences =
        static_cast<double>(whole_argument("--batch", arguments.batch, "sequences"));
  options.tensor = ways("--tp", arguments.tensor);
  options.pipeline = ways("--pp", arguments.pipeline);
  options.expert = ways("--ep", arguments.expert);
  options.attention_data_parallel = ways("--attention-dp", arguments.attention_data);
  return options;
}

}  // namespace tranche::tools
