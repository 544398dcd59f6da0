// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/fleet/random_numbers.hpp"

#include <algorithm>
#include <map>

namespace tranche::kernels {

RandomNumbers random_numbers(const FleetData& data) {
  std::map<std::uint64_t, std::uint32_t> instances;  // largest number that any column takes
  std::vector<std::uint64_t> order;
  const auto see = [&](std::uint64_t variable, std::uint32_t block, std::int32_t count) {
    const auto [found, is_new] = instances.try_emplace(variable, 0u);
    if (is_new) order.push_back(variable);
    found->second = std::max(found->second, 4 * block + static_cast<std::uint32_t>(count));
  };
  for (const DrawSpec& spec : data.draws) see(spec.variable, spec.block, spec.count);
  for (const ScoreSpec& spec : data.scores) see(spec.variable, spec.block, spec.count);
  RandomNumbers result;
  std::map<std::uint64_t, std::int32_t> first;
  for (const std::uint64_t variable : order) {
    first[variable] = static_cast<std::int32_t>(result.numbers.size());
    for (std::uint32_t i = 0; i < instances[variable]; ++i) result.numbers.push_back({variable, i});
  }
  const auto number = [&](std::uint64_t variable, std::uint32_t block) {
    return first[variable] + static_cast<std::int32_t>(4 * block);
  };
  for (const DrawSpec& spec : data.draws)
    result.of_draw.push_back(number(spec.variable, spec.block));
  for (const ScoreSpec& spec : data.scores)
    result.of_score.push_back(number(spec.variable, spec.block));
  return result;
}

}  // namespace tranche::kernels
