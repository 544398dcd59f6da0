// SPDX-License-Identifier: Apache-2.0

// Field tables: every key of a scenario file, section by section.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/fields/field.hpp"

namespace tranche {

// The section [scenario], before names and times are resolved.
struct Settings {
  std::string name, title, question, description;
  std::string start, step;
  std::int32_t months = 0;  // 0: not given
  std::int32_t quarters = 0;
  std::optional<std::uint64_t> draws, seed;
  std::string headline_metric, headline_month, headline_firm;
  std::vector<std::string> metrics, yardsticks, own_runs;
};

struct WhatIf {
  std::string name, title;
};

const std::vector<Field<Settings>>& scenario_fields();
const std::vector<Field<Firm>>& firm_fields();
const std::vector<Field<Stock>>& stock_fields();
const std::vector<Field<Permission>>& approval_fields();
const std::vector<Field<Permission>>& licence_fields();
const std::vector<FieldInfo>& event_fields();
const std::vector<Field<Regime>>& regime_fields();
const std::vector<Field<Tranche>>& tranche_fields();
const std::vector<Field<Workload>>& workload_fields();
const std::vector<Field<Reliability>>& reliability_fields();
const std::vector<Field<Counterpart>>& counterpart_fields();
const std::vector<Field<Correlation>>& correlation_fields();
const std::vector<Field<WhatIf>>& what_if_fields();
const std::vector<Field<Discover>>& discover_fields();

const std::vector<FieldInfo>& sweep_fields();
const std::vector<FieldInfo>& sweep_axis_fields();
const std::vector<FieldInfo>& allocate_fields();
const std::vector<FieldInfo>& objective_fields();
const std::vector<FieldInfo>& limit_fields();
// The keys of each table of a list of tables; nullptr for other forms.
const std::vector<FieldInfo>* inner_fields(Form form);

// Keys that any table of numbers may have; they apply to each number in it without such keys of its
// own.
const std::vector<FieldInfo>& provenance_fields();

// Shape of a top-level section.
enum class Shape { values, table, tables, list };
struct Section {
  std::string name;  // "firms"
  Shape shape;       // values: names given by the user; tables: a table per name
  std::string doc;   // a sentence or two
  std::vector<FieldInfo> fields;
  bool numbers_have_sources = false;  // provenance_fields() are keys too
};
// Sections in the usual order of a file.
const std::vector<Section>& sections();
const Section* find_section(std::string_view name);

}  // namespace tranche
