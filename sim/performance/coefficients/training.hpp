// SPDX-License-Identifier: Apache-2.0

// Reads the fitted coefficients of the performance model.
#pragma once

#include <string>
#include <vector>

#include "kernels/models/chip/coefficients.hpp"
#include "sim/performance/coefficients/coefficient_file.hpp"

namespace tranche {

// Returns every coefficient of the struct, in a fixed order.
std::vector<NamedCoefficient> named_coefficients(kernels::Coefficients& coefficients);

// Reads <data_folder>/catalogue/coefficients.toml. Requires every coefficient, and `source` and
// `fit_error` in every table, and refuses unknown keys; throws InputError with all problems.
kernels::Coefficients read_coefficients(const std::string& data_folder);

}  // namespace tranche
