// SPDX-License-Identifier: Apache-2.0

// JSON format of result.json: short numbers, one list element per line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tranche {

// The number with six significant digits; null if it is not finite.
nlohmann::ordered_json json_number(double value);

// Returns an object as text. Lists among its members have one element per line, so that files stay
// small and two runs can be compared line by line. Ends with a line break. Bytes that are not UTF-8
// become U+FFFD.
std::string json_text(const nlohmann::ordered_json& object);

}  // namespace tranche
