// SPDX-License-Identifier: Apache-2.0

// Names in scenario files: those of the catalogue, of the scenario and of metrics.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/read/read_context.hpp"

namespace tranche {

// The names that may stand for `set` here.
std::vector<std::string> names_in(NameSet set, const ReadContext& context);

// Replaces an alias by the catalogue's name. Reports an unknown name at `where`, with
// the nearest one, and returns false.
bool check_name(std::string& name, NameSet set, const SourceSpan& where, ReadContext& context);

// Things that a scenario defines under names of its own.
enum class OwnName { firm, workload, tranche, permission, what_if };

// Names of things a scenario defines end up in paths and tables: letters, digits, `-`
// and `_`. A workload must not be called like a metric or a yardstick. Reports others at the
// key of `node`.
bool check_own_name(const Node& node, OwnName kind, const Catalogue& catalogue, Problems& problems);

}  // namespace tranche
