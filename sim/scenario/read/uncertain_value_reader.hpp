// SPDX-License-Identifier: Apache-2.0

// Reads uncertain values: a certain value, a 90 % interval, or a family with parameters, as a
// Distribution in base units.
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
  // `unit` is the unit in the value's table, or empty.
  BeliefReader(const FieldInfo& field, std::string unit, ReadContext& context);

  // Reads a value without source, each and similar keys. Reports errors and returns empty.
  std::optional<Distribution> belief(const Node& node);

  // Reads a table's family or `value`, with `min` and `max`; ignores other keys.
  std::optional<Distribution> uncertain_value_of_table(const Node& table);

  // Unit of the first number written with one, "MW"; empty if there is none, or a date comes first.
  std::string first_unit() const { return first_unit_.value_or(""); }
  // True if a number was read in the unit of the table.
  bool table_unit_is_used() const { return table_unit_is_used_; }

 private:
  // Records the unit of a text. Reports a unit other than the table's, and returns false.
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
  // Result of form.build, from the memo if the parameters are known.
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

// Keys that define a distribution: `value`, the families, `min` and `max`.
const std::vector<std::string>& uncertain_value_keys();

// True if a table is a value (has one of the belief keys), not a section.
bool is_uncertain_table(const Node& node);

}  // namespace tranche
