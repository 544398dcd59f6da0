// SPDX-License-Identifier: Apache-2.0

// Fields of [sweep] and [allocate] and of the lists in them.
#include "sim/scenario/fields/fields.hpp"

namespace tranche {

const std::vector<FieldInfo>& sweep_fields() {
  static const std::vector<FieldInfo> fields = {
      {.key = "design",
       .doc = "every combination of the axes' values, or points spread over them",
       .form = Form::word,
       .need = Need::defaulted,
       .default_text = "\"grid\"",
       .words = {"grid", "latin_hypercube", "sobol"}},
      {.key = "points",
       .doc = "how many points, for `latin_hypercube` and `sobol`; a sweep has at most 100,000",
       .form = Form::integer,
       .minimum = 1,
       .maximum = 1e12},
      {.key = "metrics",
       .doc = "metrics of the table; the headline's if absent",
       .form = Form::names,
       .names = NameSet::metric},
      {.key = "months",
       .doc = "months of the table, `2027-12`, `last` or `all`; the headline's and the last if "
              "absent",
       .form = Form::names},
      {.key = "firms",
       .doc = "firms of the table; every firm and `all` if absent",
       .form = Form::names,
       .names = NameSet::firm},
      {.key = "axis",
       .doc = "what varies, one table each: `[[sweep.axis]]`",
       .form = Form::axes,
       .need = Need::required},
  };
  return fields;
}

const std::vector<FieldInfo>& sweep_axis_fields() {
  static const std::vector<FieldInfo> fields = {
      {.key = "path",
       .doc = "the value that varies, by dotted path, `levers.per_buyer_cap`",
       .form = Form::text},
      {.key = "values", .doc = "its values, one by one", .form = Form::scalars},
      {.key = "from",
       .doc = "first value of a range, also with its unit, `300 MW`",
       .form = Form::scalar},
      {.key = "to", .doc = "last value of a range, in the same unit", .form = Form::scalar},
      {.key = "steps",
       .doc = "how many values of the range, ends included; for a grid",
       .form = Form::integer,
       .minimum = 2,
       .maximum = 1e9},
      {.key = "scale",
       .doc = "even steps, or even ratios",
       .form = Form::word,
       .need = Need::defaulted,
       .default_text = "\"linear\"",
       .words = {"linear", "log"}},
      {.key = "unit", .doc = "unit of the numbers of the range, `MW`", .form = Form::text},
      {.key = "what_ifs",
       .doc = "instead of a path: what-ifs by name, and `base`",
       .form = Form::names},
      {.key = "name", .doc = "its column in the results; the path if absent", .form = Form::text},
  };
  return fields;
}

const std::vector<FieldInfo>& allocate_fields() {
  static const std::vector<FieldInfo> fields = {
      {.key = "split",
       .doc = "the shares to decide: `tranches.NAME.split` or `firms.NAME.workloads`",
       .form = Form::text,
       .need = Need::required},
      {.key = "among",
       .doc = "the firms or workloads that may get a share; those of the split if absent",
       .form = Form::names},
      {.key = "together",
       .doc = "further splits, decided in turn with this one until none gets better; each over the "
              "names it has",
       .form = Form::names},
      {.key = "parts",
       .doc = "shares are multiples of one part: 100 for steps of 1 %",
       .form = Form::integer,
       .need = Need::defaulted,
       .default_text = "100",
       .minimum = 2,
       .maximum = 1000},
      {.key = "draws",
       .doc = "draws for each split, the same for all",
       .form = Form::integer,
       .need = Need::defaulted,
       .default_text = "20_000",
       .minimum = 100,
       .maximum = 1e6},
      {.key = "objective",
       .doc =
           "what should be best, one table for each term: `[[allocate.objective]]`. Terms of one "
           "name are added up; two names give a Pareto front",
       .form = Form::objectives,
       .need = Need::required},
      {.key = "constraint",
       .doc = "what must hold, one table each: `[[allocate.constraint]]`",
       .form = Form::limits},
  };
  return fields;
}

const std::vector<FieldInfo>& objective_fields() {
  static const std::vector<FieldInfo> fields = {
      {.key = "name",
       .doc = "terms of one name make one objective",
       .form = Form::text,
       .need = Need::defaulted,
       .default_text = "\"objective\""},
      {.key = "metric",
       .doc = "which metric; the headline's if absent",
       .form = Form::name,
       .names = NameSet::metric},
      {.key = "month", .doc = "its month; the headline's if absent", .form = Form::year_month},
      {.key = "firm",
       .doc = "a firm, `all` for their sum, or `worst` for the worst of them in each draw",
       .form = Form::text,
       .need = Need::defaulted,
       .default_text = "\"all\""},
      {.key = "measure",
       .doc = "`mean`; a percentile, `p05`; or `cvar05`, the mean of the worst 5 % of draws",
       .form = Form::text,
       .need = Need::defaulted,
       .default_text = "\"p50\""},
      {.key = "weight",
       .doc = "of the term, in a sum of several; terms of different units are first divided by "
              "their value at the equal split",
       .form = Form::scalar,
       .need = Need::defaulted,
       .default_text = "1"},
  };
  return fields;
}

const std::vector<FieldInfo>& limit_fields() {
  static const std::vector<FieldInfo> fields = {
      {.key = "name", .doc = "what messages call it", .form = Form::text},
      {.key = "share_of",
       .doc = "limits the share of this firm or workload; or give `metric`",
       .form = Form::text},
      {.key = "metric", .doc = "limits this metric", .form = Form::name, .names = NameSet::metric},
      {.key = "month", .doc = "its month; the headline's if absent", .form = Form::year_month},
      {.key = "firm",
       .doc = "a firm, `all` for their sum, or `worst`",
       .form = Form::text,
       .need = Need::defaulted,
       .default_text = "\"all\""},
      {.key = "measure",
       .doc = "which figure of the draws is limited, as for an objective",
       .form = Form::text,
       .need = Need::defaulted,
       .default_text = "\"p50\""},
      {.key = "in_draws",
       .doc = "instead of `measure`: the share of draws in which the limit must hold, `90 %`",
       .form = Form::scalar},
      {.key = "minimum", .doc = "at least; a share, or in the metric's unit", .form = Form::scalar},
      {.key = "maximum", .doc = "at most", .form = Form::scalar},
  };
  return fields;
}

const std::vector<FieldInfo>* inner_fields(Form form) {
  switch (form) {
    case Form::events:
      return &event_fields();
    case Form::axes:
      return &sweep_axis_fields();
    case Form::objectives:
      return &objective_fields();
    case Form::limits:
      return &limit_fields();
    default:
      return nullptr;
  }
}

}  // namespace tranche
