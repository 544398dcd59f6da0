// SPDX-License-Identifier: Apache-2.0

// What kind of thing a dotted path of a scenario sets.
#pragma once

#include <string>

namespace tranche {

enum class PathGroup { lever, assumption, other };

// A lever for `levers.NAME` and for keys that are decisions (a chip, a cap, a split); an
// assumption for `assumptions.NAME` and every other number; other for rules, texts, dates
// of the calendar and tables as a whole.
PathGroup path_group(const std::string& path);

// "lever", "assumption", "other".
const char* name_of(PathGroup group);

}  // namespace tranche
