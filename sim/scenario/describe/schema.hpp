// SPDX-License-Identifier: Apache-2.0

// JSON schema and reference of the scenario language, from the field tables that the reader uses.
#pragma once

#include <string>

namespace tranche {

// Returns the JSON Schema (draft 7, the version that TOML editors support) of a scenario file; the
// committed scenarios/scenario.schema.json equals it.
std::string scenario_schema();

// Returns the reference tables of docs/formats/scenario.md, as Markdown; the committed file holds
// them.
std::string scenario_reference();

}  // namespace tranche
