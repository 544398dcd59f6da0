// SPDX-License-Identifier: Apache-2.0

// Shares as people read them.
#pragma once

#include <string>
#include <unordered_map>

#include "sim/scenario/scenario.hpp"

namespace tranche {

// Shares that are drawn together are written as weights of a Dirichlet distribution: what each is
// on average and how far it spreads, by the path of its input. Of a part a of the sum A the mean is
// m = a / A and the standard deviation sqrt(m (1 - m) / (A + 1)) (Kotz, Balakrishnan and Johnson,
// Continuous Multivariate Distributions, 2000, chapter 49).
std::unordered_map<std::string, std::string> share_texts(const Scenario& scenario);

}  // namespace tranche
