// SPDX-License-Identifier: Apache-2.0

// Limits of a scenario file that the command line shares.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tranche {

// TOML has integers of 63 bits; this is the largest round number of them.
inline constexpr std::uint64_t most_seed = 9'200'000'000'000'000'000u;
inline constexpr std::size_t longest_scenario_name = 100;  // letters; it names a folder

}  // namespace tranche
