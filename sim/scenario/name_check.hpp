// Names in scenario files: those of the catalogue, of the scenario and of metrics.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/read_context.hpp"

namespace tranche {

// The names that may stand for `set` here.
std::vector<std::string> names_in(NameSet set, const ReadContext& context);

// Replaces an alias by the catalogue's name. Reports an unknown name at `where`, with
// the nearest one, and returns false.
bool check_name(std::string& name, NameSet set, const SourceSpan& where, ReadContext& context);

// Names of things a scenario defines end up in paths and tables: letters, digits, `-`
// and `_`. Reports others.
bool check_own_name(const Node& node, const std::string& what, Problems& problems);

}  // namespace tranche
