// SPDX-License-Identifier: Apache-2.0

// Refines the best split between grid points.
#pragma once

#include <functional>
#include <optional>
#include <vector>

namespace tranche {

// True if this build can refine (it has NLopt).
bool can_refine();

// Returns the shares (sum 1, none negative) at most `reach` from `start` that maximise `value`,
// after at most 300 evaluations of a subspace simplex search (NLopt's Sbplx: Rowan, "Functional
// stability analysis of numerical algorithms", 1990). `value` may be -infinity if constraints are
// violated; an exception from it ends the search. Returns empty if this build cannot refine.
std::optional<std::vector<double>> refine(
    const std::vector<double>& start, double reach,
    const std::function<double(const std::vector<double>&)>& value);

}  // namespace tranche
