// SPDX-License-Identifier: Apache-2.0

// Reads files of fitted numbers: tables of numbers under dotted names, with `source` and
// `fit_error` in every table that holds numbers.
#pragma once

#include <string>
#include <vector>

namespace tranche {

// A coefficient by its dotted name in the file, "gemm.hopper.half.compute_efficiency", and
// where its value goes. Entries of an array are "name.0", "name.1".
struct NamedCoefficient {
  std::string name;
  double* value = nullptr;
};

// Fills every wanted value. All must be there, unknown keys are refused; throws InputError
// with all problems, each at its place in the file.
void read_coefficient_file(const std::string& file, const std::vector<NamedCoefficient>& wanted);

}  // namespace tranche
