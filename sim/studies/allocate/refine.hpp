// SPDX-License-Identifier: Apache-2.0

// Looks for a better split between the grid's, near the best of them.
#pragma once

#include <functional>
#include <optional>
#include <vector>

namespace tranche {

// Whether this build can refine (it was built with NLopt).
bool can_refine();

// The shares (sum 1, none negative) at most `reach` away from `start` for which `value` is
// largest, after at most 300 evaluations of a subspace simplex search (NLopt's Sbplx: Rowan,
// "Functional stability analysis of numerical algorithms", 1990). `value` may be -infinity
// where constraints do not hold; what it throws ends the search. Empty where this
// build cannot refine.
std::optional<std::vector<double>> refine(
    const std::vector<double>& start, double reach,
    const std::function<double(const std::vector<double>&)>& value);

}  // namespace tranche
