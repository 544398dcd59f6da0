// SPDX-License-Identifier: Apache-2.0

// Shares as text for reports.
#pragma once

#include <string>
#include <unordered_map>

#include "sim/scenario/scenario.hpp"

namespace tranche {

// Shares with a Dirichlet distribution, as mean and standard deviation of each share, by the path
// of its input. For a part a of the sum A the mean is m = a / A and the standard deviation sqrt(m
// (1 - m) / (A + 1)) (Kotz, Balakrishnan and Johnson, Continuous Multivariate Distributions, 2000,
// chapter 49).
std::unordered_map<std::string, std::string> share_texts(const Scenario& scenario);

}  // namespace tranche
