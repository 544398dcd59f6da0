// SPDX-License-Identifier: Apache-2.0

// From a node to an Input: references, provenance, `each`, and the range of the key.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/input.hpp"
#include "sim/scenario/read/read_context.hpp"

namespace tranche {

// Provenance of a number; that of a table applies to the numbers in it.
struct Provenance {
  std::string source, as_of, note;
  std::optional<Confidence> confidence;
};

// Reads the provenance keys of a table; missing ones are taken from `outer`.
Provenance read_provenance(const Node& table, const Provenance& outer, ReadContext& context);

// Reads `each` of a table; reports a dimension that the field does not have.
Each each_of(const Node& table, const FieldInfo& field, ReadContext& context);

struct NumberPlace {
  const FieldInfo& field;
  std::string path;  // of the key
  Provenance outer = {};
};

// Returns empty if the value is "none" or wrong (then reported).
std::optional<Input> read_number(const Node& node, const NumberPlace& place, ReadContext& context);

// Returns the documented default as an Input; the field must have one.
Input default_number(const NumberPlace& place, ReadContext& context);

// Keys of a number in table form.
const std::vector<std::string>& number_keys();

}  // namespace tranche
