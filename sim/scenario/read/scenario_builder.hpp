// SPDX-License-Identifier: Apache-2.0

// Builds a Scenario from the merged tree of one variant.
#pragma once

#include "sim/scenario/read/read_context.hpp"
#include "sim/scenario/read/section_reader.hpp"

namespace tranche {

// Reads every section. Errors go to context.problems; the result is valid only if there are none.
Scenario build_scenario(ReadContext& context);

// Sections in the order in which they must be read.
void build_settings(Scenario& scenario, ReadContext& context);
void build_workloads(Scenario& scenario, ReadContext& context);
void build_firms(Scenario& scenario, ReadContext& context);
void build_permissions(Scenario& scenario, ReadContext& context);
void build_tranches(Scenario& scenario, ReadContext& context);
// Server power of the catalogue, for firms without `server_overhead`.
void build_server_power(Scenario& scenario, ReadContext& context);
void build_comparisons(Scenario& scenario, ReadContext& context);

// Tables of a section such as [firms.NAME], without those removed by "none".
std::vector<const Node*> tables_of(std::string_view section, ReadContext& context);

}  // namespace tranche
