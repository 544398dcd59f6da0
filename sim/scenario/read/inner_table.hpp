// SPDX-License-Identifier: Apache-2.0

// Reads a table of the sections [sweep] and [allocate], key by key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/read/section_reader.hpp"

namespace tranche {

struct InnerTable {
  SectionPlace place;
  const std::vector<FieldInfo>& fields;
  ReadContext& context;

  // Row of the key, which must exist.
  const FieldInfo& field(std::string_view key) const;
  // Each returns empty if the key is absent (after its default) or wrong (then reported).
  std::optional<std::string> text(std::string_view key) const;
  std::vector<std::string> names(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::optional<double> scalar(std::string_view key, UnitKind kind) const;
  std::vector<const Node*> tables(std::string_view key) const;
};

// Returns the month if the scenario has a step with this label; else empty.
std::string month_label(const Scenario& scenario, const std::string& month);
// The headline's month, or the last month.
std::string headline_month(const Scenario& scenario);

}  // namespace tranche
