// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/study_reader.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace tranche {

std::optional<double> read_scalar(const Node& node, const std::string& key, UnitKind kind,
                                  ReadContext& context) {
  if (node.is_number() && std::isfinite(node.number)) return node.number;
  if (node.is_number()) {
    context.problems.error(node.where, fmt::format("not a finite number for `{}`", key));
    return std::nullopt;
  }
  if (!node.is_string()) {
    context.problems.error(
        node.where, fmt::format("expected a number for `{}`, found {}", key, kind_text(node)));
    return std::nullopt;
  }
  const ParsedQuantity parsed = parse_quantity(node.text, kind);
  if (!parsed)
    context.problems.error(span_in_string(node, parsed.problem.offset, parsed.problem.length),
                           fmt::format("{} for `{}`", parsed.problem.problem, key),
                           parsed.problem.help);
  return parsed.value;
}

std::optional<Measure> parse_measure(const std::string& text) {
  if (text == "mean") return Measure{.kind = Measure::Kind::mean, .probability = 0, .text = text};
  const bool is_tail = text.starts_with("cvar");
  const std::size_t digits = is_tail ? 4 : 1;
  if ((!is_tail && !text.starts_with("p")) || text.size() != digits + 2) return std::nullopt;
  int percent = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + digits, end, percent);
  if (error != std::errc() || stopped != end || percent < 1) return std::nullopt;
  return Measure{.kind = is_tail ? Measure::Kind::tail_mean : Measure::Kind::quantile,
                 .probability = percent / 100.0,
                 .text = text};
}

}  // namespace tranche
