// SPDX-License-Identifier: Apache-2.0

// Numbers that change over time: `{ at = { "2026-02" = "80 MW", "2027-08" = "250 MW" } }`, amounts
// `{ adds = { "2026" = "4 B USD" } }`, and growth `{ value = "80 MW", growth = "30 %/year" }`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/read/number_reader.hpp"

namespace tranche {

// True if a table has a key that only a schedule has.
bool is_schedule(const Node& node);

// Keys of a schedule besides those of a number.
const std::vector<std::string>& schedule_keys();

// Location of a schedule among the keys of a field.
struct SchedulePlace {
  const Definition& definition;
  const NumberPlace& number;
};

// Returns the number with its points; empty if anything is wrong (then reported). Every point is
// read as a number of the field.
std::optional<Input> read_schedule(const SchedulePlace& place, ReadContext& context);

}  // namespace tranche
