// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/family_forms.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace tranche {
namespace {

double value_or(const FamilyValues& values, std::string_view name, double otherwise) {
  const auto at = values.find(name);
  return at == values.end() ? otherwise : at->second;
}

Fit direct(Family family, std::vector<double> parameters) {
  Distribution distribution;
  distribution.family = family;
  distribution.parameters = std::move(parameters);
  return {.distribution = std::move(distribution)};
}

Fit uniform(double low, double high) {
  if (!(low < high)) return {.problem = "`min` must be below `max`"};
  return direct(Family::uniform, {low, high});
}

Fit with_mode(Family family, double low, double mode, double high, std::vector<double> more) {
  if (!(low < high)) return {.problem = "`min` must be below `max`"};
  if (!(mode >= low && mode <= high)) return {.problem = "`mode` must be from `min` to `max`"};
  std::vector<double> parameters = {low, mode, high};
  parameters.insert(parameters.end(), more.begin(), more.end());
  return direct(family, std::move(parameters));
}

}  // namespace

const std::vector<FamilyForm>& family_forms() {
  using Values = const FamilyValues&;
  static const std::vector<FamilyForm> forms = {
      {"normal",
       {{"mean", true}, {"sd", true}},
       {},
       [](Values v) {
         return direct(Family::normal, {v.at("mean"), v.at("sd")});
       }},
      {"normal",
       {{"p05", true}, {"p95", true}},
       {},
       [](Values v) { return normal_from_percentiles(v.at("p05"), v.at("p95")); }},
      {"lognormal",
       {{"median", true}, {"sigma"}},
       {},
       [](Values v) { return lognormal_from_median(v.at("median"), v.at("sigma")); }},
      {"lognormal",
       {{"mean", true}, {"sd", true}},
       {},
       [](Values v) { return lognormal_from_moments(v.at("mean"), v.at("sd")); }},
      {"lognormal",
       {{"p05", true}, {"p95", true}},
       {},
       [](Values v) { return lognormal_from_percentiles(v.at("p05"), v.at("p95")); }},
      {"uniform",
       {{"min", true}, {"max", true}},
       {},
       [](Values v) { return uniform(v.at("min"), v.at("max")); }},
      {"triangular",
       {{"min", true}, {"mode", true}, {"max", true}},
       {},
       [](Values v) {
         return with_mode(Family::triangular, v.at("min"), v.at("mode"), v.at("max"), {});
       }},
      {"pert",
       {{"min", true}, {"mode", true}, {"max", true}},
       {{"weight"}},
       [](Values v) {
         return with_mode(Family::pert, v.at("min"), v.at("mode"), v.at("max"),
                          {value_or(v, "weight", 4)});
       }},
      {"beta",
       {{"alpha"}, {"beta"}},
       {{"min", true}, {"max", true}},
       [](Values v) {
         return direct(Family::beta,
                       {v.at("alpha"), v.at("beta"), value_or(v, "min", 0), value_or(v, "max", 1)});
       }},
      {"beta",
       {{"mean", true}, {"sd", true}},
       {{"min", true}, {"max", true}},
       [](Values v) {
         return beta_from_moments(v.at("mean"), v.at("sd"), value_or(v, "min", 0),
                                  value_or(v, "max", 1));
       }},
      {"beta",
       {{"mean", true}, {"p05", true}, {"p95", true}},
       {{"min", true}, {"max", true}},
       [](Values v) {
         return beta_from_mean_and_percentiles(v.at("mean"), v.at("p05"), v.at("p95"),
                                               value_or(v, "min", 0), value_or(v, "max", 1));
       }},
      {"beta",
       {{"p05", true}, {"p95", true}},
       {{"min", true}, {"max", true}},
       [](Values v) {
         return beta_from_percentiles(v.at("p05"), v.at("p95"), value_or(v, "min", 0),
                                      value_or(v, "max", 1));
       }},
      {"gamma",
       {{"shape"}, {"scale", true}},
       {},
       [](Values v) {
         return direct(Family::gamma, {v.at("shape"), v.at("scale")});
       }},
      {"gamma",
       {{"mean", true}, {"sd", true}},
       {},
       [](Values v) { return gamma_from_moments(v.at("mean"), v.at("sd")); }},
      {"bernoulli",
       {{"probability"}},
       {},
       [](Values v) { return direct(Family::bernoulli, {v.at("probability")}); }},
  };
  return forms;
}

const std::vector<std::string>& family_names() {
  static const std::vector<std::string> names = {
      "normal", "lognormal", "uniform", "triangular", "pert",      "beta",
      "gamma",  "bernoulli", "choice",  "mixture",    "empirical", "zero_inflated"};
  return names;
}

std::string family_parameters_text(std::string_view family) {
  std::string text;
  for (const FamilyForm& form : family_forms()) {
    if (form.family != family) continue;
    if (!text.empty()) text += "; or ";
    std::string_view between;
    for (const FamilyParameter& parameter : form.required) {
      text += fmt::format("{}`{}`", between, parameter.name);
      between = ", ";
    }
    if (form.optional.empty()) continue;
    text += " (optional:";
    between = " ";
    for (const FamilyParameter& parameter : form.optional) {
      text += fmt::format("{}`{}`", between, parameter.name);
      between = ", ";
    }
    text += ")";
  }
  return text;
}

}  // namespace tranche
