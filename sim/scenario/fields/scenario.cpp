// SPDX-License-Identifier: Apache-2.0

// Fields of [scenario], [counterpart], [[correlation]] and [[what_if]].
#include <fmt/format.h>

#include "kernels/engine/tally/tally.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/limits.hpp"

namespace tranche {

const std::vector<Field<Settings>>& scenario_fields() {
  static const std::vector<Field<Settings>> fields = {
      {{.key = "name",
        .doc = fmt::format("short name; results go to results/NAME. Letters, digits, `-`, `_` and "
                           "`.`; at most {}",
                           longest_scenario_name),
        .form = Form::text,
        .need = Need::required},
       &Settings::name},
      {{.key = "title", .doc = "heading of tables and reports", .form = Form::text},
       &Settings::title},
      {{.key = "question", .doc = "what the scenario asks, in a sentence", .form = Form::text},
       &Settings::question},
      {{.key = "description", .doc = "background, for the reader", .form = Form::text},
       &Settings::description},
      {{.key = "start",
        .doc = "first month, `2026-02`; times count from its first day",
        .form = Form::year_month,
        .need = Need::required},
       &Settings::start},
      {{.key = "step",
        .doc = "length of a step; by default that of `months` or `quarters`, whichever is given",
        .form = Form::word,
        .words = {"month", "quarter"}},
       &Settings::step},
      {{.key = "months",
        .doc = "how many months to simulate (or `quarters`)",
        .form = Form::integer,
        .minimum = 1,
        .maximum = 600},
       &Settings::months},
      {{.key = "quarters",
        .doc = "how many quarters to simulate (or `months`)",
        .form = Form::integer,
        .minimum = 1,
        .maximum = 200},
       &Settings::quarters},
      {{.key = "draws",
        .doc = "number of draws; the band's error falls with its square root",
        .form = Form::integer,
        .need = Need::defaulted,
        .default_text = "100_000",
        .minimum = 1,
        .maximum = static_cast<double>(kernels::max_draws)},
       &Settings::draws},
      {{.key = "seed",
        .doc = "key of the random numbers: the same seed gives the same bytes",
        .form = Form::integer,
        .need = Need::defaulted,
        .default_text = "1",
        .minimum = 0,
        .maximum = static_cast<double>(max_seed)},
       &Settings::seed},
      {{.key = "headline.metric",
        .doc = "the metric that the table leads with; training_flop_per_s if absent, or the first "
               "metric where the scenario trains nothing",
        .form = Form::name,
        .names = NameSet::metric},
       &Settings::headline_metric},
      {{.key = "headline.month",
        .doc = "its month, `2027-12`; the last one if absent",
        .form = Form::year_month},
       &Settings::headline_month},
      {{.key = "headline.firm",
        .doc = "its firm, or `all` for their sum",
        .form = Form::name,
        .need = Need::defaulted,
        .default_text = "\"all\"",
        .names = NameSet::firm},
       &Settings::headline_firm},
      {{.key = "metrics",
        .doc = "metrics to keep; all that apply if absent",
        .form = Form::names,
        .names = NameSet::metric},
       &Settings::metrics},
      {{.key = "yardsticks",
        .doc = "yardsticks of the catalogue to count chips in; all that apply if absent",
        .form = Form::names,
        .names = NameSet::yardstick},
       &Settings::yardsticks},
      {{.key = "own_runs",
        .doc = "files of own measured runs, relative to this file, with the columns of "
               "docs/formats/measured-cases.md; they correct predictions that resemble them and "
               "narrow their intervals (`tranche calibrate --from` shows by how much)",
        .form = Form::names},
       &Settings::own_runs},
  };
  return fields;
}

const std::vector<Field<Counterpart>>& counterpart_fields() {
  static const std::vector<Field<Counterpart>> fields = {
      {{.key = "name", .doc = "whose fleet it is", .form = Form::text, .need = Need::required},
       &Counterpart::name},
      {{.key = "title", .doc = "heading in tables and charts", .form = Form::text},
       &Counterpart::title},
      {{.key = "metric",
        .doc = "what is compared, in the unit of this metric",
        .form = Form::name,
        .need = Need::required,
        .names = NameSet::metric},
       &Counterpart::metric},
      {{.key = "level",
        .doc = "the counterpart's level at the start, in the metric's unit",
        .unit = UnitKind::count,
        .need = Need::required,
        .minimum_allowed = false},
       &Counterpart::level},
      {{.key = "growth_per_year",
        .doc =
            "continuous growth: the level at t years is level x exp(growth x t); 0.69 doubles it "
            "in a year",
        .unit = UnitKind::per_second,
        .bare_unit = "per year",
        .need = Need::defaulted,
        .default_text = "0",
        .over_time = OverTime::level,
        .minimum = any_number},
       &Counterpart::growth_per_s},
  };
  return fields;
}

const std::vector<Field<Correlation>>& correlation_fields() {
  static const std::vector<Field<Correlation>> fields = {
      {{.key = "between",
        .doc = "two or more uncertain inputs, by dotted path; each pair gets the rank correlation",
        .form = Form::names,
        .need = Need::required},
       &Correlation::between},
      {{.key = "rank",
        .doc = "Spearman's rank correlation, -1 to 1",
        .need = Need::required,
        .minimum = -1,
        .maximum = 1},
       std::monostate{}},
  };
  return fields;
}

const std::vector<Field<WhatIf>>& what_if_fields() {
  static const std::vector<Field<WhatIf>> fields = {
      {{.key = "name",
        .doc = "short name, the column what_if of the results",
        .form = Form::text,
        .need = Need::required},
       &WhatIf::name},
      {{.key = "title", .doc = "heading in tables and charts", .form = Form::text}, &WhatIf::title},
      {{.key = "set",
        .doc = "what differs from the base case: dotted paths and their values; \"none\" takes an "
               "optional value away",
        .form = Form::assignments,
        .need = Need::required},
       std::monostate{}},
  };
  return fields;
}

const std::vector<Field<Discover>>& discover_fields() {
  static const std::vector<Field<Discover>> fields = {
      {{.key = "outcome",
        .doc = "what is looked for: `METRIC < VALUE at MONTH`, with `each firm:`, `any firm:` or a "
               "firm before it, `in WHAT_IF`, `- base` or `/ base` after the metric, and more of "
               "them after `and`",
        .form = Form::text,
        .need = Need::required},
       &Discover::outcome},
  };
  return fields;
}

}  // namespace tranche
