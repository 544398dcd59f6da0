// SPDX-License-Identifier: Apache-2.0

// Fields of an event of a permission, and of [regimes.NAME].
#include "sim/scenario/fields/fields.hpp"

namespace tranche {

const std::vector<FieldInfo>& event_fields() {
  static const std::vector<FieldInfo> fields = [] {
    std::vector<FieldInfo> list = {
        {.key = "at",
         .doc = "when: a date, or a time after the event before it (for the first: after the "
                "permission takes effect)",
         .form = Form::moment,
         .unit = UnitKind::seconds,
         .need = Need::required,
         .minimum = any_number},
        {.key = "becomes",
         .doc = "what the permission is from then on",
         .form = Form::word,
         .need = Need::required,
         .role = Role::lever,
         .words = {"granted", "revoked"}},
        {.key = "probability",
         .doc = "that it happens; an uncertain probability counts with its mean",
         .form = Form::chance,
         .unit = UnitKind::fraction,
         .need = Need::defaulted,
         .default_text = "1",
         .maximum = 1},
    };
    list.insert(list.end(), provenance_fields().begin(), provenance_fields().end());
    return list;
  }();
  return fields;
}

const std::vector<Field<Regime>>& regime_fields() {
  static const std::vector<Field<Regime>> fields = {
      {{.key = "title", .doc = "name in tables and charts", .form = Form::text}, &Regime::title},
      {{.key = "states",
        .doc = "names of the states, 2 to 8",
        .form = Form::names,
        .need = Need::required},
       &Regime::states},
      {{.key = "start", .doc = "state at the start; the first if absent", .form = Form::name},
       std::monostate{}},
      {{.key = "rates",
        .doc = "changes per time, by state and next state: `rates.open.closed = \"0.3 per year\"`; "
               "no change where none is given",
        .form = Form::rates,
        .unit = UnitKind::per_second,
        .need = Need::required},
       std::monostate{}},
  };
  return fields;
}

}  // namespace tranche
