// SPDX-License-Identifier: Apache-2.0

// Dates of a schedule: when its values hold, before they are read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/read/read_context.hpp"

namespace tranche {

// Months and shape of a schedule, without its values.
struct ScheduleFrame {
  struct Point {
    std::int32_t month = 0;
    std::string label;
    const Node* value = nullptr;
  };
  std::vector<Point> points;
  bool is_linear = false, moves_together = true, are_amounts = false;
};

// Reads the dates of a schedule, and `between` and `together`; empty if one is wrong (then
// reported). Warns of an end before the horizon.
std::optional<ScheduleFrame> read_frame(const Node& table, const FieldInfo& field,
                                        ReadContext& context);

// Help for a value that is neither a number nor a schedule; empty if the field cannot change.
std::vector<std::string> schedule_help(const FieldInfo& field);

}  // namespace tranche
