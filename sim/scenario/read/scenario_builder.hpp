// SPDX-License-Identifier: Apache-2.0

// From the merged tree of one variant to a Scenario.
#pragma once

#include "sim/scenario/read/read_context.hpp"
#include "sim/scenario/read/section_reader.hpp"

namespace tranche {

// Reads every section. What is wrong is reported in context.problems; the result is of
// use only when nothing was.
Scenario build_scenario(ReadContext& context);

// The sections, in the order in which they must be read.
void build_settings(Scenario& scenario, ReadContext& context);
void build_workloads(Scenario& scenario, ReadContext& context);
void build_firms(Scenario& scenario, ReadContext& context);
void build_permissions(Scenario& scenario, ReadContext& context);
void build_tranches(Scenario& scenario, ReadContext& context);
// The catalogue's power of servers, for firms that do not say `server_overhead`.
void build_server_power(Scenario& scenario, ReadContext& context);
void build_comparisons(Scenario& scenario, ReadContext& context);

// The tables of a section such as [firms.NAME], those taken away with "none" left out.
std::vector<const Node*> tables_of(std::string_view section, ReadContext& context);

}  // namespace tranche
