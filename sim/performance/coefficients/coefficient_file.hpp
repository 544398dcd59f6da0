// SPDX-License-Identifier: Apache-2.0

// Reads files of fitted coefficients: tables of numbers under dotted names, with `source` and
// `fit_error` in every table with numbers.
#pragma once

#include <string>
#include <vector>

namespace tranche {

// A coefficient by its dotted name in the file, "gemm.hopper.half.compute_efficiency", and its
// destination. Entries of an array are "name.0", "name.1".
struct NamedCoefficient {
  std::string name;
  double* value = nullptr;
};

// Fills all coefficients. Every one must be in the file, and unknown keys are refused; throws
// InputError with all problems and their locations.
void read_coefficient_file(const std::string& file, const std::vector<NamedCoefficient>& wanted);

// Names of the tables inside the table `section`, "H200-SXM" of [product.H200-SXM]; empty where
// there are none. A file that cannot be read has none: read_coefficient_file reports why.
std::vector<std::string> table_names(const std::string& file, const std::string& section);

}  // namespace tranche
