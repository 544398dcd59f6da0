// SPDX-License-Identifier: Apache-2.0

// JSON as result.json is written: short numbers, one element of a list on a line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tranche {

// The number with six significant digits; null for what is not finite.
nlohmann::ordered_json json_number(double value);

// An object as text. Lists that are members of it have one element on each line, so that
// files stay small and two runs can be compared line by line. Ends with a line break.
// Bytes that are not UTF-8 become U+FFFD.
std::string json_text(const nlohmann::ordered_json& object);

}  // namespace tranche
