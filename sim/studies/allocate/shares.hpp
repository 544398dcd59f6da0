// SPDX-License-Identifier: Apache-2.0

// Reference splits, and interpolation between simulated shares.
#pragma once

#include <optional>
#include <vector>

#include "sim/studies/allocate/values.hpp"

namespace tranche {

// Shares of the split in the file, if they sum to 1 over the participants; means of uncertain
// shares.
std::optional<std::vector<double>> written_shares(const Scenario& base, const AllocateSpec& spec);

// Shares in proportion to the firms' chips at the start, if a tranche is split and the firms have
// some.
std::optional<std::vector<double>> stock_shares(const Scenario& base, const AllocateSpec& spec);

// Position of each share among the simulated levels of its part.
Split split_at(const LevelShares& levels, const std::vector<double>& shares);

// Adds a level at which every part has its share of this split.
void add_level(LevelShares& levels, const std::vector<double>& shares);

}  // namespace tranche
