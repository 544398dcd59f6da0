// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/discover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "sim/input/source_line.hpp"
#include "sim/simulate/input_identity.hpp"
#include "sim/simulate/lowering/known_metrics.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/discover/equal_means.hpp"
#include "sim/studies/sensitivity/draw_matrix.hpp"
#include "sim/studies/sensitivity/output_choice.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

ConditionText outcome_text(const ScenarioSet& set, const DiscoverRequest& request) {
  if (request.outcome) return condition_of_option(*request.outcome);
  const Scenario& scenario = set.variants.front().scenario;
  if (scenario.discover)
    return {scenario.discover->outcome, scenario.discover->where,
            source_line_of(scenario.discover->where)};
  refuse_name({}, "", fmt::format("`{}` does not say which outcome to look for", scenario.name),
              {"give `--outcome \"METRIC < VALUE at MONTH\"`",
               "or write it in the scenario: [discover] outcome = \"mfu < 30 % at 2027-06\""});
}

// Variants that the outcome names, in the order of the set.
ScenarioSet only_named(const ScenarioSet& set, const ConditionText& text,
                       const std::vector<Clause>& clauses) {
  std::vector<std::string> known;
  for (const Variant& variant : set.variants) known.push_back(variant.name);
  for (const Clause& clause : clauses)
    if (!clause.what_if.text.empty() &&
        std::find(known.begin(), known.end(), clause.what_if.text) == known.end()) {
      SourceSpan where = text.where;
      where.column += clause.what_if.offset;
      where.length = clause.what_if.length;
      refuse_name(where, text.source_line, fmt::format("unknown what-if `{}`", clause.what_if.text),
                  name_help(clause.what_if.text, known, "what-ifs"));
    }
  const std::vector<std::string> wanted = what_ifs_of(clauses);
  ScenarioSet some;
  some.file = set.file;
  for (const Variant& variant : set.variants)
    if (std::find(wanted.begin(), wanted.end(), variant.name) != wanted.end())
      some.variants.push_back(variant);
  return some;
}

// Columns of the search; inputs drawn per month or batch are averaged.
struct Columns {
  std::vector<DiscoverInput> inputs;
  std::vector<std::vector<float>> values;
};
Columns columns_of(const LoweredScenario& lowered, const DrawMatrix& matrix,
                   const std::function<void()>& before_pass) {
  Columns columns;
  for (std::size_t c = 0; c < matrix.input_columns.size();) {
    before_pass();
    const InputColumn& first = matrix.input_columns[c];
    std::size_t end = c + 1;
    while (end < matrix.input_columns.size() && matrix.input_columns[end].input == first.input &&
           matrix.input_columns[end].firm == first.firm &&
           matrix.input_columns[end].tranche == first.tranche && first.index >= 0)
      ++end;
    const DrawnInput& drawn = lowered.inputs[first.input];
    DiscoverInput input;
    input.name = first.name;
    if (end - c > 1) {
      const std::string& name = first.name;
      const std::size_t comma = name.rfind(", "), bracket = name.rfind('[');
      input.name =
          comma != std::string::npos ? name.substr(0, comma) + "]" : name.substr(0, bracket);
    }
    input.unit = drawn.unit;
    input.role = drawn.role;
    input.confidence = drawn.confidence;
    input.is_event = drawn.distribution.family == Family::bernoulli;
    input.is_mean = end - c > 1;
    std::vector<float> values = matrix.inputs[c];
    if (end - c > 1) {
      std::vector<double> sums(values.begin(), values.end());
      for (std::size_t k = c + 1; k < end; ++k)
        for (std::size_t j = 0; j < sums.size(); ++j)
          sums[j] += static_cast<double>(matrix.inputs[k][j]);
      for (std::size_t j = 0; j < sums.size(); ++j)
        values[j] = static_cast<float>(sums[j] / static_cast<double>(end - c));
      join_rounded(values);
    }
    std::vector<float> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&](double p) {
      return static_cast<double>(
          sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size() - 1) + 0.5)]);
    };
    input.least = at(0);
    input.p05 = at(0.05);
    input.p95 = at(0.95);
    input.most = at(1);
    if (input.least < input.most) {
      columns.inputs.push_back(std::move(input));
      columns.values.push_back(std::move(values));
    }
    c = end;
  }
  return columns;
}

PrimData part_of(const Columns& columns, const std::vector<char>& outcome, std::size_t from,
                 std::size_t count) {
  PrimData data;
  for (const std::vector<float>& values : columns.values)
    data.inputs.push_back(std::span<const float>(values).subspan(from, count));
  data.outcome = std::span<const char>(outcome).subspan(from, count);
  return data;
}

void require_both_outcomes(const ConditionText& text, std::uint64_t with, std::uint64_t draws,
                           const std::string& description,
                           const std::vector<std::vector<float>>& values) {
  constexpr std::uint64_t least = 20;  // a box needs at least this many
  if (with >= least && draws - with >= least) return;
  const bool never = with < least;
  std::string range;
  if (values.size() == 1) {
    const auto [low, high] = std::minmax_element(values[0].begin(), values[0].end());
    range = fmt::format("; over the draws the value is from {:.4g} to {:.4g}, in the metric's unit",
                        *low, *high);
  }
  SourceSpan where = text.where;
  where.length = std::max<std::size_t>(text.text.size(), 1);
  const std::uint64_t few = never ? with : draws - with;
  refuse_name(
      where, text.source_line,
      few == 0
          ? fmt::format("the outcome {} happens: it holds in {} of {} draws",
                        never ? "never" : "always", never ? "none" : "all", with_separators(draws))
          : fmt::format("the outcome {} {} of {} draws: too few to find worlds by",
                        never ? "happens in only" : "fails in only", few, with_separators(draws)),
      {"understood as: " + description, fmt::format("move the threshold or the month{}", range)});
}

void find_boxes(const ConditionText& text, const Condition& condition,
                const LoweredScenario& lowered, const DrawMatrix& matrix,
                const DiscoverRequest& request, DiscoverResult& result) {
  const std::vector<char> outcome = condition.holds(matrix.outputs);
  const auto before_pass = [&] { throw_if_stopped(request.execution.stop); };
  const Columns columns = columns_of(lowered, matrix, before_pass);
  PrimData data = part_of(columns, outcome, 0, result.draws);
  data.before_pass = before_pass;
  const auto with =
      static_cast<std::uint64_t>(std::count(data.outcome.begin(), data.outcome.end(), char{1}));
  require_both_outcomes(text, with, result.draws, result.description, matrix.outputs);
  result.share = static_cast<double>(with) / static_cast<double>(result.draws);
  result.inputs = columns.inputs;

  PrimSettings settings;
  settings.threads = request.execution.threads;
  result.boxes = peel_boxes(data, settings);
  result.peeled = balanced_box(result.boxes);
  if (request.density) {
    const auto dense = std::find_if(result.boxes.begin(), result.boxes.end(), [&](const Box& box) {
      return box.density >= *request.density;
    });
    result.reaches_density = dense != result.boxes.end();
    result.peeled = result.reaches_density ? static_cast<std::size_t>(dense - result.boxes.begin())
                                           : result.boxes.size() - 1;
  }
  result.box = pruned(data, pasted(data, settings, result.boxes[result.peeled]));
  const std::vector<LimitTest> tests = limit_tests(data, result.box);
  for (std::size_t l = 0; l < result.box.limits.size(); ++l) {
    Box alone;
    alone.limits = {result.box.limits[l]};
    result.limits.push_back({result.box.limits[l], evaluated(data, alone).mass, tests[l]});
  }
  result.checked =
      evaluated(part_of(columns, outcome, result.draws, result.checked_draws), result.box);
}

// A valid question.
struct Question {
  ConditionText text;
  ScenarioSet set;  // the variants that it names
  LoweredScenario lowered;
  Condition condition;
};

Question question_of(const ScenarioSet& set, const Catalogue& catalogue,
                     const DiscoverRequest& request) {
  const Scenario& scenario = set.variants.front().scenario;
  ConditionText text = outcome_text(set, request);
  const std::vector<Clause> clauses = parse_condition(text);
  ScenarioSet some = only_named(set, text, clauses);
  LoweredScenario lowered = lower(some, catalogue);
  Condition condition(text, clauses, lowered, scenario);
  if (lowered.inputs.empty())
    refuse_name(
        {}, "",
        fmt::format("nothing in `{}` is uncertain: every input is a single number", scenario.name),
        {"write a range where a number is not certain, as `mfu = \"0.30 to 0.50\"`"});
  return {std::move(text), std::move(some), std::move(lowered), std::move(condition)};
}

}  // namespace

void check_discover(const ScenarioSet& set, const Catalogue& catalogue) {
  if (set.variants.front().scenario.discover) question_of(set, catalogue, {});
}

DiscoverResult discover(const ScenarioSet& set, const Catalogue& catalogue,
                        const DiscoverRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  check_headline(set, catalogue);
  const Question question = question_of(set, catalogue, request);
  const auto& lowered = question.lowered;
  const auto& condition = question.condition;
  const Scenario& scenario = set.variants.front().scenario;

  DiscoverResult result;
  result.scenario = scenario.name;
  result.title = scenario.title.empty() ? scenario.name : scenario.title;
  result.file = set.file;
  result.input_files = set.inputs;
  result.seed = scenario.seed;
  result.outcome = question.text.text;
  result.description = condition.description();
  result.draws = request.draws > 0 ? request.draws : default_discover_draws;
  result.checked_draws = std::max<std::uint64_t>(1, result.draws / 2);

  const SharedWork work(request.execution.ranks);
  if (work.is_shared())
    agree_on(*request.execution.ranks,
             "discover " + input_identity(question.set, catalogue,
                                          {result.description, fmt::format("{}", result.draws)}));
  const DrawMatrix matrix = draw_matrix(lowered, input_columns(lowered), condition.outputs(),
                                        result.draws + result.checked_draws, request.execution);
  work.together([&] {
    if (work.is_first()) find_boxes(question.text, condition, lowered, matrix, request, result);
  });
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace tranche
