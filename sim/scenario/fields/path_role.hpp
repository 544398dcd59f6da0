// SPDX-License-Identifier: Apache-2.0

// Role of a dotted path of a scenario.
#pragma once

#include <string>

namespace tranche {

enum class PathGroup { lever, assumption, other };

// Returns lever for `levers.NAME` and for keys that are decisions (a chip, a cap, a split);
// assumption for `assumptions.NAME` and every other number; other for rules, texts, calendar dates
// and whole tables.
PathGroup path_group(const std::string& path);

// "lever", "assumption", "other".
const char* name_of(PathGroup group);

}  // namespace tranche
