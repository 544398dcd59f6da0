// SPDX-License-Identifier: Apache-2.0

// One row of a field table: properties of a key of a scenario file, for the reader, the JSON schema
// and the reference.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/input/quantity_text.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Accepted form of a value.
enum class Form {
  quantity,     // a number: certain, an interval or a distribution; or a reference
  moment,       // a quantity of time from the start, or a date
  chance,       // a probability of an event
  text,         // free text
  word,         // one of `words`
  name,         // one of a set of names, see `names`
  names,        // a list of names
  integer,      // a whole number from `minimum` to `maximum`
  year_month,   // "2026-02"
  shares,       // a table of shares by name, or a Dirichlet distribution
  stock,        // a table of stocks by name
  assignments,  // a table from dotted paths to values
  scalar,       // one plain number, or a text such as "400k" or "10 %"
  scalars,      // a list of values, each as the path takes it
  events,       // a list of tables: see inner_fields
  rates,        // a table of rates by state and next state
  axes,
  objectives,
  limits
};

enum class NameSet {
  any,  // not checked
  chip,
  model,
  catalogue_workload,
  rule,
  firm,
  workload,
  permission,
  metric,
  yardstick,
  country,
};

enum class Need { required, optional, defaulted };

// How a number may change over time.
enum class OverTime {
  no,
  level,   // `{ at = { "2027-01" = … } }`: its value from then on
  amounts  // `{ adds = { "2027" = … } }`: what is added then, to a total
};

// Kind of performance that a workload's key belongs to: stated or predicted.
enum class Basis { any, stated, model };

struct FieldInfo {
  std::string key;  // dotted for a key of an inner table: "slip.length"
  std::string doc;  // one line, no full stop
  Form form = Form::quantity;
  UnitKind unit = UnitKind::count;
  // Unit of a number without a unit; empty: pure numbers and chips only.
  std::string bare_unit = {};
  Need need = Need::optional;
  std::string default_text = {};  // as TOML
  Role role = Role::assumption;
  Each each = {};  // dimensions along which it may be drawn anew
  OverTime over_time = OverTime::no;
  double minimum = 0;
  double maximum = std::numeric_limits<double>::infinity();
  bool minimum_allowed = true;
  NameSet names = NameSet::any;
  std::vector<std::string> words = {};
  std::vector<std::string> only_for = {};  // kinds of workload; empty: every kind
  Basis basis = Basis::any;
  std::vector<std::string> only_with_model_for = {};  // kinds with the key for Basis::model only
  std::string model_default = {};  // default if a model predicts the performance; empty: the same
};

// A limit of an integer as text: "4294967295", "9.2e+18".
std::string whole_text(double number);

inline constexpr double any_number = -std::numeric_limits<double>::infinity();

// Member that receives the value; monostate: read by hand.
template <class Section>
using Target = std::variant<std::monostate, Input Section::*, std::optional<Input> Section::*,
                            std::string Section::*, std::vector<std::string> Section::*,
                            std::int32_t Section::*, std::optional<std::uint64_t> Section::*>;

template <class Section>
struct Field {
  FieldInfo info;
  Target<Section> target;
};

template <class Section>
std::vector<FieldInfo> infos(const std::vector<Field<Section>>& fields) {
  std::vector<FieldInfo> list;
  list.reserve(fields.size());
  for (const Field<Section>& field : fields) list.push_back(field.info);
  return list;
}

}  // namespace tranche
