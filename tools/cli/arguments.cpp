// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/arguments.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "sim/input/quantity_text.hpp"
#include "sim/scenario/limits.hpp"
#include "tools/cli/exit_status.hpp"

namespace tranche::tools {
namespace {

std::optional<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::int64_t whole_argument(const std::string& option, const std::string& text,
                            const std::string& what) {
  const ParsedQuantity parsed = parse_quantity(text, UnitKind::count);
  if (has_thousands_point(text))
    throw UsageError(fmt::format("`{} {}` may be read as a number of thousands", option, text),
                     thousands_help(text));
  constexpr double exact_limit = 9007199254740992.0;  // 2^53: every smaller integer is exact
  const double value = parsed.value.value_or(0);
  if (!parsed || value < 1 || value != std::floor(value) || value > exact_limit)
    throw UsageError(fmt::format("`{} {}` is not a number of {}", option, text, what),
                     {"write a whole number above zero: `1000000`, `1_000_000`, `1e6` or `1M`"});
  return static_cast<std::int64_t>(value);
}

std::uint64_t draws_argument(const std::string& text) {
  return static_cast<std::uint64_t>(whole_argument("--draws", text, "draws"));
}

std::uint64_t seed_argument(const std::string& text) {
  const std::optional<std::uint64_t> seed = whole_number(text);
  if (!seed || *seed > max_seed)
    throw UsageError(fmt::format("`--seed {}` is not a seed", text),
                     {fmt::format("write a whole number from 0 to {}", max_seed)});
  return *seed;
}

double seconds_argument(const std::string& option, const std::string& text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0) ||
      !std::isfinite(seconds))
    throw UsageError(fmt::format("`{} {}` is not a number of seconds", option, text),
                     {"write a number, zero or more: `30`, `0.5`"});
  return seconds;
}

int threads_argument(const std::string& text) {
  constexpr std::uint64_t most = 4096;
  const std::optional<std::uint64_t> threads = whole_number(text);
  if (!threads || *threads < 1 || *threads > most)
    throw UsageError(fmt::format("`--threads {}` is not a number of threads", text),
                     {fmt::format("write a whole number from 1 to {}, or leave the option out to "
                                  "use every processor",
                                  most)});
  return static_cast<int>(*threads);
}

api::Device device_argument(const std::string& text) {
  if (text == "auto") return api::Device::automatic;
  if (text == "cpu") return api::Device::cpu;
  if (text == "gpu") return api::Device::gpu;
  throw UsageError(fmt::format("unknown device `{}`", text), {"accepted: `auto`, `cpu`, `gpu`"});
}

void set_device(api::Execution& execution, const std::string& text) {
  constexpr std::string_view one = "gpu:";
  if (!text.starts_with(one)) {
    execution.device = device_argument(text);
    return;
  }
  constexpr std::uint64_t most = 1023;
  const std::optional<std::uint64_t> number = whole_number(text.substr(one.size()));
  if (!number || *number > most)
    throw UsageError(fmt::format("`--device {}` names no GPU", text),
                     {"write `gpu:0` for the first, `gpu:1` for the second, or `gpu` for all"});
  execution.device = api::Device::gpu;
  execution.gpu = static_cast<int>(*number);
}

TextFormat format_argument(const std::string& text) {
  const std::optional<TextFormat> format = text_format(text);
  if (!format)
    throw UsageError(fmt::format("unknown format `{}`", text),
                     {"accepted: `table`, `csv`, `json`"});
  return *format;
}

api::TextFormat result_format(TextFormat format) {
  switch (format) {
    case TextFormat::csv:
      return api::TextFormat::csv;
    case TextFormat::json:
      return api::TextFormat::json;
    case TextFormat::table:
      break;
  }
  return api::TextFormat::table;
}

}  // namespace tranche::tools
