// SPDX-License-Identifier: Apache-2.0

// What is believed about a number: a certain value, a 90 % interval, or a family with
// parameters, as a Distribution in base units.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/distribution/fit.hpp"
#include "sim/scenario/read/family_forms.hpp"
#include "sim/scenario/read/read_context.hpp"

namespace tranche {

class BeliefReader {
 public:
  // `unit` is the unit that the value's table names, or empty.
  BeliefReader(const FieldInfo& field, std::string unit, ReadContext& context);

  // Any value that stands for a number, without source, each and the like. Reports
  // what is wrong and returns empty.
  std::optional<Distribution> belief(const Node& node);

  // A table's family or `value`, with `min` and `max`; other keys are not looked at.
  std::optional<Distribution> belief_of_table(const Node& table);

  // Of what has been read: the unit of the first number that is written with one, "MW"; empty
  // where none is, or a date comes first.
  std::string first_unit() const { return first_unit_.value_or(""); }
  // Whether a number was read in the unit that the table names.
  bool table_unit_is_used() const { return table_unit_is_used_; }

 private:
  // Notes the unit that a text has. False, and reported, where the table names another one.
  bool takes_unit(const Node& node, std::string_view written);
  bool takes_date(const Node& node);
  std::optional<double> scalar(const Node& node);
  std::optional<double> scalar_text(const Node& node);
  std::optional<double> plain_number(const Node& node, std::string_view name);
  std::optional<double> bare_factor() const;
  std::optional<Distribution> interval(const Node& node);
  std::optional<Distribution> family(const Node& node);
  std::optional<Distribution> with_numbers(const Node& node);
  std::optional<Distribution> choice(const Node& node);
  std::optional<Distribution> mixture(const Node& node);
  std::optional<Distribution> empirical(const Node& node);
  std::optional<Distribution> zero_inflated(const Node& node);
  // form.build, or what it gave before for the same figures.
  Fit fitted(const FamilyForm& form, const FamilyValues& values) const;
  std::optional<std::vector<double>> weights(const Node& node, std::size_t count);
  std::optional<Distribution> truncated(Distribution distribution, const Node& table);
  std::optional<Distribution> checked(Distribution distribution, const Node& node);
  void error(const Node& node, const std::string& problem, std::vector<std::string> help = {});
  void report(const Node& node, const QuantityProblem& problem);
  std::string key() const;

  const FieldInfo& field_;
  std::string unit_;
  std::optional<std::string> first_unit_ = std::nullopt;
  bool table_unit_is_used_ = false;
  ReadContext& context_;
};

// Keys of a table that say what is believed: `value`, the families, `min` and `max`.
const std::vector<std::string>& belief_keys();

// True when a table is a value (has one of the belief keys), not a section.
bool is_belief_table(const Node& node);

}  // namespace tranche
