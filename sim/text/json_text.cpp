// SPDX-License-Identifier: Apache-2.0
#include "sim/text/json_text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace tranche {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json json_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  std::array<char, 32> digits{};
  const auto written = fmt::format_to_n(digits.data(), digits.size(), "{:.6g}", value);
  double rounded = 0;
  std::from_chars(digits.data(), written.out, rounded);
  if (std::fabs(rounded) < 1e6 && rounded == std::floor(rounded))
    return static_cast<std::int64_t>(rounded);
  return rounded;
}

std::string json_text(const Json& object) {
  constexpr auto replace = Json::error_handler_t::replace;
  std::string out = "{";
  std::string_view separator = "\n";
  for (const auto& [key, value] : object.items()) {
    out.append(separator).append(Json(key).dump(-1, ' ', false, replace)).append(": ");
    separator = ",\n";
    if (!value.is_array() || value.empty()) {
      out += value.dump(2, ' ', false, replace);
      continue;
    }
    std::string_view between = "[\n";
    for (const Json& element : value) {
      out.append(between).append(element.dump(-1, ' ', false, replace));
      between = ",\n";
    }
    out += "]";
  }
  return out += "\n}\n";
}

}  // namespace tranche
