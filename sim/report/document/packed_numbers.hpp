// SPDX-License-Identifier: Apache-2.0

// Compact encoding of numbers for a page with embedded data.
#pragma once

#include <span>
#include <string>

namespace tranche {

// Appends each number as the upper 24 bits of a float, most significant byte first, in four letters
// of base64: 16 significant bits (1.5e-5 of the value), magnitudes from 1e-38 to 3e38; smaller ones
// are zero, larger ones infinite. NaN is kept.
void append_packed(std::string& out, std::span<const double> values);

// Bytes per packed number.
inline constexpr std::size_t packed_bytes = 4;

}  // namespace tranche
