// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/input/calendar.hpp"
#include "sim/input/quantity_text.hpp"
#include "sim/studies/discover/condition_error.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

// Kind of quantity of a metric's unit, and its size in base units.
struct MetricUnit {
  std::string_view name;
  UnitKind kind;
  double in_base;
};
constexpr MetricUnit metric_units[] = {
    {"chips", UnitKind::chips, 1},
    {"FLOP/s", UnitKind::flop_per_s, 1},
    {"FLOP", UnitKind::flop, 1},
    {"MW", UnitKind::watts, 1e6},
    {"MWh", UnitKind::joules, 3.6e9},
    {"USD", UnitKind::usd, 1},
    {"tokens/s", UnitKind::tokens_per_s, 1},
    {"B/s", UnitKind::bytes_per_s, 1},
    {"fraction", UnitKind::fraction, 1},
    {"months", UnitKind::seconds, seconds_per_month},
};

std::int32_t index_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<std::int32_t>(found - names.begin());
}

// "2e20 FLOP/s" in the metric's unit; 1 for "100 %" where the unit is a fraction.
double value_of(const ConditionText& text, const std::vector<ConditionWord>& words,
                const std::string& unit) {
  std::string number, rest;
  for (const char c : words[0].text)
    if (c != '_') number += c;
  double value = 0;
  const char* const begin = number.c_str() + (number.starts_with('+') ? 1 : 0);
  const char* const last = number.c_str() + number.size();
  const auto [end, error] = std::from_chars(begin, last, value);
  const ConditionWord whole{"", words.front().offset,
                            words.back().offset + words.back().length - words.front().offset};
  const std::string own = unit.empty() || unit == "fraction" ? "a number, or a share as `30 %`"
                                                             : fmt::format("a value in {}", unit);
  if (error != std::errc() || !std::isfinite(value))
    refuse_condition(text, whole, fmt::format("`{}` is not a number", words[0].text),
                     {fmt::format("expected {}", own)});
  rest = std::string(end, last);
  for (std::size_t w = 1; w < words.size(); ++w)
    rest += (rest.empty() && w == 1 ? "" : " ") + words[w].text;
  if (rest.empty() || rest == unit) return value;
  const auto known = std::find_if(std::begin(metric_units), std::end(metric_units),
                                  [&](const MetricUnit& u) { return u.name == unit; });
  if (known == std::end(metric_units))
    refuse_condition(text, whole, fmt::format("unit `{}` does not fit the metric", rest),
                     {fmt::format("expected {}", own)});
  const bool is_joined = end != last;
  const ParsedQuantity one = parse_quantity((is_joined ? "1" : "1 ") + rest, known->kind);
  if (!one)
    refuse_condition(text, whole, fmt::format("unit `{}` does not fit the metric", rest),
                     {units_help(known->kind)});
  return value * *one.value / known->in_base;
}

std::string_view words_for(Comparison comparison) {
  switch (comparison) {
    case Comparison::less:
      return "below";
    case Comparison::at_most:
      return "at most";
    case Comparison::more:
      return "above";
    case Comparison::at_least:
      break;
  }
  return "at least";
}

bool compare(double value, Comparison comparison, double threshold) {
  switch (comparison) {
    case Comparison::less:
      return value < threshold;
    case Comparison::at_most:
      return value <= threshold;
    case Comparison::more:
      return value > threshold;
    case Comparison::at_least:
      break;
  }
  return value >= threshold;
}

std::int32_t step_of(const ConditionText& text, const ConditionWord& word,
                     const LoweredScenario& lowered, const Scenario& scenario) {
  const std::optional<YearMonth> month = parse_year_month(word.text);
  if (!month)
    refuse_condition(text, word, fmt::format("`{}` is not a month", word.text),
                     {"write it as `2027-06`"});
  const int months = months_between(scenario.start, *month);
  const int months_per_step = scenario.step == Step::month ? 1 : 3;
  if (months < 0 || months >= static_cast<int>(lowered.steps.size()) * months_per_step)
    refuse_condition(text, word, fmt::format("`{}` is outside the scenario's months", word.text),
                     {fmt::format("from {} to {}", lowered.steps.front(), lowered.steps.back())});
  return months / months_per_step;
}

}  // namespace

std::size_t Condition::output(const OutputChoice& choice) {
  const auto found = std::find(outputs_.begin(), outputs_.end(), choice);
  if (found != outputs_.end()) return static_cast<std::size_t>(found - outputs_.begin());
  outputs_.push_back(choice);
  return outputs_.size() - 1;
}

Condition::Condition(const ConditionText& text, const std::vector<Clause>& clauses,
                     const LoweredScenario& lowered, const Scenario& scenario) {
  std::vector<std::string> metrics;
  for (const MetricInfo& metric : lowered.metrics) metrics.push_back(metric.name);
  const auto firm_count = static_cast<std::int32_t>(lowered.firms.size()) - 1;
  for (const Clause& clause : clauses) {
    const auto look_up = [&](const std::vector<std::string>& names, const ConditionWord& word,
                             const std::string& what) {
      const std::int32_t found = index_of(names, word.text);
      if (found < 0)
        refuse_condition(text, word, fmt::format("unknown {} `{}`", what, word.text),
                         name_help(word.text, names, what + "s"));
      return found;
    };
    Test test;
    test.whose = clause.whose;
    test.against = clause.against;
    test.comparison = clause.comparison;
    const std::int32_t metric = look_up(metrics, clause.metric, "metric");
    const MetricInfo& info = lowered.metrics[static_cast<std::size_t>(metric)];
    const std::int32_t variant =
        look_up(lowered.variants,
                clause.what_if.text.empty() ? ConditionWord{lowered.variants[0]} : clause.what_if,
                "what-if");
    const bool is_ratio = clause.against == Against::ratio_to_base;
    const std::string unit = is_ratio ? "fraction" : info.unit;
    test.threshold = value_of(text, clause.value, unit);
    const std::int32_t last = step_of(text, clause.month, lowered, scenario);
    std::vector<std::int32_t> firms;
    if (clause.whose == Whose::together) {
      firms = {firm_count};
    } else if (clause.whose == Whose::one_firm) {
      firms = {look_up(lowered.firms, clause.firm, "firm")};
    } else {
      for (std::int32_t f = 0; f < firm_count; ++f) firms.push_back(f);
    }
    for (const std::int32_t firm : firms) {
      if (is_unknown(lowered, variant, firm, metric) ||
          (clause.against != Against::nothing && is_unknown(lowered, 0, firm, metric)))
        refuse_condition(text, clause.metric,
                         fmt::format("`{}` is unknown: a figure of a chip is not known", info.name),
                         {"see the warnings of `tranche check`"});
      test.places.emplace_back();
      for (std::int32_t step = clause.or_before ? 0 : last; step <= last; ++step) {
        const std::size_t own = output({variant, firm, step, metric});
        const std::size_t base =
            clause.against == Against::nothing ? own : output({0, firm, step, metric});
        test.places.back().emplace_back(own, base);
      }
    }
    const bool is_share = unit == "fraction";
    const DisplayUnit shown =
        is_share ? DisplayUnit{0.01, "%"} : display_unit(unit, test.threshold);
    const std::string subject = clause.whose == Whose::each_firm  ? "each firm: "
                                : clause.whose == Whose::any_firm ? "any firm: "
                                : clause.whose == Whose::one_firm ? clause.firm.text + ": "
                                                                  : "";
    const bool is_base = variant == 0 && lowered.variants[0] == "base";
    description_ += fmt::format(
        "{}{}{}{}{} {} {} {} {}", description_.empty() ? "" : ", and ", subject, info.title,
        is_base ? "" : " in " + lowered.variants[static_cast<std::size_t>(variant)],
        clause.against == Against::nothing ? ""
        : is_ratio                         ? " over the base case"
                                           : " less the base case",
        words_for(clause.comparison), shown.text(test.threshold), clause.or_before ? "by" : "at",
        lowered.steps[static_cast<std::size_t>(last)]);
    tests_.push_back(std::move(test));
  }
}

std::vector<char> Condition::holds(const std::vector<std::vector<float>>& values) const {
  const std::size_t draws = values.empty() ? 0 : values[0].size();
  std::vector<char> result(draws, 1);
  for (std::size_t j = 0; j < draws; ++j)
    for (const Test& test : tests_) {
      std::size_t firms_with = 0;
      for (const auto& months : test.places) {
        bool any_month = false;
        for (const auto& [own, base] : months) {
          double value = static_cast<double>(values[own][j]);
          const double of_base = static_cast<double>(values[base][j]);
          if (test.against == Against::difference_to_base) value -= of_base;
          // 0 / 0 counts as equal.
          if (test.against == Against::ratio_to_base)
            value = value == of_base ? 1.0 : value / of_base;
          any_month = any_month || compare(value, test.comparison, test.threshold);
        }
        firms_with += any_month ? 1 : 0;
      }
      const bool met =
          test.whose == Whose::any_firm ? firms_with > 0 : firms_with == test.places.size();
      if (!met) {
        result[j] = 0;
        break;
      }
    }
  return result;
}

}  // namespace tranche
