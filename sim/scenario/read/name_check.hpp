// SPDX-License-Identifier: Apache-2.0

// Checks of names in scenario files: names of the catalogue, of the scenario and of metrics.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/read/read_context.hpp"

namespace tranche {

// Returns the names that are valid for `set`.
std::vector<std::string> names_in(NameSet set, const ReadContext& context);

// Replaces an alias by the catalogue's name. Reports an unknown name at `where`, with the nearest
// one, and returns false.
bool check_name(std::string& name, NameSet set, const SourceSpan& where, ReadContext& context);

// Kinds of objects that a scenario names.
enum class OwnName { firm, workload, tranche, permission, what_if };

// Checks the name of an object of a scenario, which is used in paths and tables: letters, digits,
// `-` and `_`. A workload must not have the name of a metric or yardstick. Reports errors at the
// key of `node`.
bool check_own_name(const Node& node, OwnName kind, const Catalogue& catalogue, Problems& problems);

}  // namespace tranche
