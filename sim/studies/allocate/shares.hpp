// SPDX-License-Identifier: Apache-2.0

// Splits to compare with, and where a share lies among those that were simulated.
#pragma once

#include <optional>
#include <vector>

#include "sim/studies/allocate/values.hpp"

namespace tranche {

// Shares of the split in the file, where it gives all to those that take part; of uncertain
// shares the means.
std::optional<std::vector<double>> written_shares(const Scenario& base, const AllocateSpec& spec);

// In proportion to the chips that each firm has at the start, where a tranche is split and
// the firms have some.
std::optional<std::vector<double>> stock_shares(const Scenario& base, const AllocateSpec& spec);

// Each share among the simulated ones of its part, or between the two next to it.
Split split_at(const LevelShares& levels, const std::vector<double>& shares);

// One more level, at which every part has its share of this split.
void add_level(LevelShares& levels, const std::vector<double>& shares);

}  // namespace tranche
