// Reads the fitted numbers of the performance model.
#pragma once

#include <string>
#include <vector>

#include "kernels/performance/coefficients.hpp"

namespace tranche {

// A coefficient by its dotted name in the file, "gemm.hopper.half.compute_efficiency";
// `value` points into the struct given to named_coefficients.
struct NamedCoefficient {
  std::string name;
  double* value = nullptr;
};

// Every coefficient of the struct, in a fixed order.
std::vector<NamedCoefficient> named_coefficients(kernels::Coefficients& coefficients);

// Reads <data_folder>/catalogue/coefficients.toml. Every coefficient must be there, every
// table must have `source` and `fit_error`, and unknown keys are refused; throws
// InputError with all problems.
kernels::Coefficients read_coefficients(const std::string& data_folder);

}  // namespace tranche
