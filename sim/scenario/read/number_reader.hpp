// SPDX-License-Identifier: Apache-2.0

// From a node to an Input: references, provenance, `each`, and the range of the key.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/input.hpp"
#include "sim/scenario/read/read_context.hpp"

namespace tranche {

// On what authority; what a table says holds for the numbers in it.
struct Provenance {
  std::string source, as_of, note;
  std::optional<Confidence> confidence;
};

// The provenance keys of a table; what it does not say is taken from `outer`.
Provenance read_provenance(const Node& table, const Provenance& outer, ReadContext& context);

struct NumberPlace {
  const FieldInfo& field;
  std::string path;  // of the key
  Provenance outer = {};
};

// Empty when the value is "none" or wrong (then reported).
std::optional<Input> read_number(const Node& node, const NumberPlace& place, ReadContext& context);

// The documented default as an Input; the field must have one.
Input default_number(const NumberPlace& place, ReadContext& context);

// Keys of a number written as a table.
const std::vector<std::string>& number_keys();

}  // namespace tranche
