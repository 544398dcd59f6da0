// SPDX-License-Identifier: Apache-2.0

// What editors and readers are told about the scenario language, from the same field
// tables that the reader uses.
#pragma once

#include <string>

namespace tranche {

// JSON Schema (draft 7, which TOML editors understand) of a scenario file; the
// committed scenarios/scenario.schema.json equals it.
std::string scenario_schema();

// The reference tables of docs/formats/scenario.md, as Markdown; the committed file holds them.
std::string scenario_reference();

}  // namespace tranche
