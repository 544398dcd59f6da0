// SPDX-License-Identifier: Apache-2.0

// Conditions on outputs, written on one line:
//
//   training_flop_per_s < 200 EFLOP/s at 2027-06
//   each firm: months_behind > 36 at 2028-12 and alibaba: mfu < 30 % at 2028-12
//   chips_installed in cap-lifted / base > 1.2 at 2027-12
//
//   condition = clause { "and" clause }
//   clause    = [ firms ":" ] METRIC [ "in" WHAT_IF ] [ ( "-" | "/" ) "base" ]
//               ( "<" | "<=" | ">" | ">=" ) VALUE ( "at" | "by" ) MONTH
//   firms     = "each firm" | "all firms" | "any firm" | FIRM | "all"
//
// "each firm" (or "all firms") requires it of every firm separately, "any firm" of at least one;
// "all", or no name, is the sum over firms. "at" tests that month, "by" that month and all before
// it, and holds if any of them does. A value without a unit is in the metric's own.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/simulate/draw_table.hpp"

namespace tranche {

// A text and its location: a string in a file, or the command line.
struct ConditionText {
  std::string text;
  SourceSpan where;         // location of the text's first letter
  std::string source_line;  // the line that contains it
};
ConditionText condition_of_option(const std::string& text);  // "--outcome"

// A name or number in the text.
struct ConditionWord {
  std::string text;
  std::size_t offset = 0;  // bytes into the condition
  std::size_t length = 1;
};

enum class Whose { together, one_firm, each_firm, any_firm };
enum class Against { nothing, difference_to_base, ratio_to_base };
enum class Comparison { less, at_most, more, at_least };

struct Clause {
  Whose whose = Whose::together;
  ConditionWord firm, metric, what_if, month;
  std::vector<ConditionWord> value;  // number and unit
  Against against = Against::nothing;
  Comparison comparison = Comparison::less;
  bool or_before = false;  // "by"
};

// Parses a condition. Throws InputError with the location of a syntax error. Names are not looked
// up.
std::vector<Clause> parse_condition(const ConditionText& text);

// What-ifs that the clauses name, with the base if one needs it.
std::vector<std::string> what_ifs_of(const std::vector<Clause>& clauses);

// A condition on outputs of a scenario.
class Condition {
 public:
  // Throws InputError with the location of unknown names and of units that do not fit.
  Condition(const ConditionText& text, const std::vector<Clause>& clauses,
            const LoweredScenario& lowered, const Scenario& scenario);

  const std::vector<OutputChoice>& outputs() const { return outputs_; }
  // values[i] holds outputs()[i] for each draw.
  std::vector<char> holds(const std::vector<std::vector<float>>& values) const;
  // "each firm: Chips installed below 100,000 chips at 2027-06", for reports.
  std::string description() const { return description_; }

 private:
  struct Test {
    Whose whose = Whose::together;
    Against against = Against::nothing;
    Comparison comparison = Comparison::less;
    double threshold = 0;
    // [firm][month]: indices into outputs_; the second is the base case
    std::vector<std::vector<std::pair<std::size_t, std::size_t>>> places;
  };
  std::size_t output(const OutputChoice& choice);

  std::vector<OutputChoice> outputs_;
  std::vector<Test> tests_;
  std::string description_;
};

}  // namespace tranche
