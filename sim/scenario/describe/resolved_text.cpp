// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/describe/resolved_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tranche {
namespace {

struct InputCounts {
  std::set<std::string> uncertain, uncertain_levers, unsupported;
  std::size_t numbers = 0, defaults = 0;
};

InputCounts count_inputs(const Scenario& scenario) {
  InputCounts counts;
  for_each_input(scenario, [&](const Input& input) {
    if (input.variable.empty()) return;
    ++counts.numbers;
    if (input.is_default) ++counts.defaults;
    if (input.distribution.is_constant()) return;
    counts.uncertain.insert(input.variable);
    if (input.role == Role::lever) counts.uncertain_levers.insert(input.variable);
    if (input.source.empty()) counts.unsupported.insert(input.variable);
  });
  return counts;
}

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::size_t warning_count(const ScenarioSet& set) {
  return static_cast<std::size_t>(
      std::count_if(set.warnings.begin(), set.warnings.end(),
                    [](const Diagnostic& d) { return d.severity == Severity::warning; }));
}

}  // namespace

std::string check_report(const ScenarioSet& set) {
  std::string text;
  for (const Diagnostic& warning : set.warnings) text += render(warning) + "\n";
  const Scenario& scenario = set.variants.front().scenario;
  const InputCounts counts = count_inputs(scenario);
  text += fmt::format("{}: {}\n", set.file, scenario.title);
  text += fmt::format("  {} {}s from {}, {} draws, seed {}\n", scenario.steps,
                      scenario.step == Step::month ? "month" : "quarter", step_label(scenario, 0),
                      scenario.draws, scenario.seed);
  text += fmt::format("  {}, {}, {}, {}, {}\n", plural(scenario.firms.size(), "firm"),
                      plural(scenario.tranches.size(), "tranche"),
                      plural(scenario.permissions.size(), "permission"),
                      plural(scenario.workloads.size(), "workload"),
                      plural(set.variants.size() - 1, "what-if"));
  text +=
      fmt::format("  {}: {} uncertain ({} of them levers), {} without a source; {} by default\n",
                  plural(counts.numbers, "number"), counts.uncertain.size(),
                  counts.uncertain_levers.size(), counts.unsupported.size(), counts.defaults);
  for (const InputFile& file : set.inputs) {
    text += fmt::format("  read {} (sha256 {})\n", file.path, file.sha256.substr(0, 16));
  }
  text += fmt::format("0 errors, {}\n", plural(warning_count(set), "warning"));
  return text;
}

std::string resolve_text(const Variant& variant) {
  std::vector<std::string> lines;
  std::size_t width = 0;
  constexpr std::size_t widest = 72;
  for (const ResolvedValue& value : variant.resolved) {
    lines.push_back(fmt::format("{} = {}", value.path, value.text));
    if (lines.back().size() <= widest) width = std::max(width, lines.back().size());
  }
  std::string text;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // A value that several firms inherit from [all_firms] is listed once.
    if (!seen.insert(variant.resolved[i].path).second) continue;
    const SourceSpan& where = variant.resolved[i].where;
    const std::string place =
        where.line == 0 ? where.file : fmt::format("{}:{}", where.file, where.line);
    text += fmt::format("{:<{}}  # {}\n", lines[i], width, place);
  }
  return text;
}

}  // namespace tranche
