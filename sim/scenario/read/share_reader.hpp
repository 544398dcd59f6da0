// SPDX-License-Identifier: Apache-2.0

// Reads splits: shares by name, fixed or with a Dirichlet distribution.
#pragma once

#include <string>

#include "sim/scenario/read/number_reader.hpp"
#include "sim/scenario/read/read_context.hpp"

namespace tranche {

// Reads `{ a = 0.6, b = 0.4 }` or `{ dirichlet = { a = 8, b = 6 } }`, with or without provenance;
// names are checked against field.names. Certain shares must not sum to more than 1. Errors are
// reported.
Shares read_shares(const Node& node, const NumberPlace& place, ReadContext& context);

// A share of 1 for one name: the value of an absent split with a single name.
Shares whole_share(const std::string& name, const NumberPlace& place, ReadContext& context);

}  // namespace tranche
