// SPDX-License-Identifier: Apache-2.0

// Limits of scenario files, of which some also apply to the command line.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tranche {

// The largest round number among TOML integers, which have 63 bits.
inline constexpr std::uint64_t max_seed = 9'200'000'000'000'000'000u;
inline constexpr std::size_t longest_scenario_name = 100;  // letters; it names a folder
inline constexpr std::size_t most_regime_states = 8;

}  // namespace tranche
