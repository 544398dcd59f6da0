// SPDX-License-Identifier: Apache-2.0

// Limits of a scenario file that also apply to the command line.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tranche {

// The largest round number among TOML integers, which have 63 bits.
inline constexpr std::uint64_t max_seed = 9'200'000'000'000'000'000u;
inline constexpr std::size_t longest_scenario_name = 100;  // letters; it names a folder

}  // namespace tranche
