// SPDX-License-Identifier: Apache-2.0

// Distribution families of the scenario language, with their parameters.
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

// One form of a family: `lognormal = { median = …, sigma = … }`.
struct FamilyForm {
  std::string family;
  std::vector<FamilyParameter> required;
  std::vector<FamilyParameter> optional;
  std::function<Fit(const FamilyValues&)> build;
};

// Families with numeric parameters. sim/scenario/uncertain_value_reader reads the composed ones
// (choice, mixture, empirical, zero_inflated).
const std::vector<FamilyForm>& family_forms();

// Names of all families accepted in place of a number.
const std::vector<std::string>& family_names();

// "`median`, `sigma`; or `mean`, `sd`": parameters of a family.
std::string family_parameters_text(std::string_view family);

}  // namespace tranche
