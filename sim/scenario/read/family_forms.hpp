// SPDX-License-Identifier: Apache-2.0

// The distribution families a scenario may name, with the parameters of each.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/distribution/fit.hpp"

namespace tranche {

struct FamilyParameter {
  std::string name;
  bool has_unit = false;  // in the unit of the key; else a pure number
};

using FamilyValues = std::map<std::string, double, std::less<>>;

// One way to write a family: `lognormal = { median = …, sigma = … }`.
struct FamilyForm {
  std::string family;
  std::vector<FamilyParameter> required;
  std::vector<FamilyParameter> optional;
  std::function<Fit(const FamilyValues&)> build;
};

// Families whose parameters are numbers. Composed ones (choice, mixture, empirical,
// zero_inflated) are read by sim/scenario/belief_reader.
const std::vector<FamilyForm>& family_forms();

// Names of all families that may stand where a number is expected.
const std::vector<std::string>& family_names();

// "`median`, `sigma`; or `mean`, `sd`", of a family with numbers as parameters.
std::string family_parameters_text(std::string_view family);

}  // namespace tranche
