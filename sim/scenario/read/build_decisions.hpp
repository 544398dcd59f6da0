// SPDX-License-Identifier: Apache-2.0

// Decisions that change: events of a permission, and [regimes].
#pragma once

#include "sim/scenario/read/read_context.hpp"
#include "sim/scenario/read/section_reader.hpp"

namespace tranche {

void build_regimes(Scenario& scenario, ReadContext& context);

// Reads `events` of a permission, and checks `regime` and `open_in`.
void read_decisions(const SectionPlace& place, const Scenario& scenario, Permission& permission,
                    ReadContext& context);

}  // namespace tranche
