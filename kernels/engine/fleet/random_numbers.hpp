// SPDX-License-Identifier: Apache-2.0

// The random numbers that a draw of a fleet takes.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/engine/fleet/data.hpp"

namespace tranche::kernels {

// One random number of a draw: instance `instance` of a variable.
struct RandomNumber {
  std::uint64_t variable = 0;
  std::uint32_t instance = 0;
};

// Every random number that a draw of the data takes, each once, and which of them each
// DrawSpec and ScoreSpec begins with (see GivenWords). The instances of a variable follow
// one another.
struct RandomNumbers {
  std::vector<RandomNumber> numbers;
  std::vector<std::int32_t> of_draw, of_score;
};
RandomNumbers random_numbers(const FleetData& data);

}  // namespace tranche::kernels
