// SPDX-License-Identifier: Apache-2.0
#include "sim/report/document/packed_numbers.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace tranche {

void append_packed(std::string& out, std::span<const double> values) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const double value : values) {
    std::uint32_t bits = 0x7fc00000u;  // not a number
    if (!std::isnan(value)) {
      constexpr double largest = std::numeric_limits<float>::max();
      bits = std::abs(value) > largest ? (value > 0 ? 0x7f800000u : 0xff800000u)
                                       : std::bit_cast<std::uint32_t>(static_cast<float>(value));
      // To the nearest; a carry into the exponent is right, and stops at infinity.
      if ((bits & 0x7f800000u) != 0x7f800000u) bits += 0x80u;
    }
    for (const unsigned shift : {26u, 20u, 14u, 8u}) out += letters[(bits >> shift) & 63u];
  }
}

}  // namespace tranche
