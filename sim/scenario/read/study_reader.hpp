// SPDX-License-Identifier: Apache-2.0

// Reads [sweep] and [allocate] of a scenario whose other sections have been read.
#pragma once

#include <optional>

#include "sim/scenario/read/read_context.hpp"
#include "sim/scenario/read/scenario_source.hpp"
#include "sim/scenario/read/study.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Returns empty if the section is absent; problems go to the context.
std::optional<SweepSpec> read_sweep(const Scenario& scenario, const std::vector<Change>& what_ifs,
                                    ReadContext& context);
std::optional<AllocateSpec> read_allocate(const Scenario& scenario, ReadContext& context);

// Reads a plain number or a text with magnitude, "400k", or percent sign, "10 %"; reports other
// values and returns empty.
std::optional<double> read_scalar(const Node& node, const std::string& key, UnitKind kind,
                                  ReadContext& context);

}  // namespace tranche
