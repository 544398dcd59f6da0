// SPDX-License-Identifier: Apache-2.0

// Families of BeliefReader: `{ lognormal = { median = "400k", sigma = 0.25 } }`.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <numeric>
#include <set>
#include <utility>

#include "kernels/random/quantile_table.hpp"
#include "sim/scenario/read/empirical_file.hpp"
#include "sim/scenario/read/uncertain_value_reader.hpp"

namespace tranche {
namespace {

const FamilyParameter* parameter(const FamilyForm& form, std::string_view name) {
  for (const auto* list : {&form.required, &form.optional}) {
    const auto at = std::find_if(list->begin(), list->end(),
                                 [&](const FamilyParameter& p) { return p.name == name; });
    if (at != list->end()) return &*at;
  }
  return nullptr;
}

// Form of the family with exactly these keys.
const FamilyForm* form_for(const Node& node) {
  for (const FamilyForm& form : family_forms()) {
    if (form.family != node.key) continue;
    const bool complete = std::all_of(form.required.begin(), form.required.end(),
                                      [&](const FamilyParameter& p) { return node.find(p.name); });
    const bool nothing_else =
        std::all_of(node.children.begin(), node.children.end(),
                    [&](const Node& child) { return parameter(form, child.key) != nullptr; });
    if (complete && nothing_else) return &form;
  }
  return nullptr;
}

// Each distinct value needs its own segment of the variable table.
constexpr std::size_t max_choices = kernels::maximum_segments;
// The quantile of a mixture is searched among its components at every knot.
constexpr std::size_t max_components = 32;

bool is_dimensionless(UnitKind kind) {
  return kind == UnitKind::count || kind == UnitKind::fraction;
}

}  // namespace

std::optional<Distribution> BeliefReader::family(const Node& node) {
  if (!node.is_table()) {
    error(node, fmt::format("expected the parameters of `{}` in braces, found {}", node.key,
                            kind_text(node)));
    return std::nullopt;
  }
  if (node.key == "choice") return choice(node);
  if (node.key == "mixture") return mixture(node);
  if (node.key == "empirical") return empirical(node);
  if (node.key == "zero_inflated") return zero_inflated(node);
  return with_numbers(node);
}

std::optional<Distribution> BeliefReader::with_numbers(const Node& node) {
  const FamilyForm* form = form_for(node);
  if (form == nullptr) {
    error(node, fmt::format("wrong parameters of `{}` for `{}`", node.key, key()),
          {fmt::format("`{}` takes {}", node.key, family_parameters_text(node.key))});
    return std::nullopt;
  }
  if (form->family == "bernoulli" && !is_dimensionless(field_.unit)) {
    error(node, fmt::format("`bernoulli` gives 0 or 1, which has no unit, for `{}`", key()),
          {"use `choice` or `zero_inflated`"});
    return std::nullopt;
  }
  if (form->family == "beta" && !is_dimensionless(field_.unit) &&
      (node.find("min") == nullptr || node.find("max") == nullptr)) {
    error(node, fmt::format("`beta` needs `min` and `max` with units for `{}`", key()));
    return std::nullopt;
  }
  FamilyValues values;
  for (const Node& child : node.children) {
    const std::optional<double> value =
        parameter(*form, child.key)->has_unit ? scalar(child) : plain_number(child, child.key);
    if (!value) return std::nullopt;
    values[child.key] = *value;
  }
  if (values.contains("p05") && values.at("p05") > values.at("p95")) {
    error(*node.find("p05"), fmt::format("`p05` is above `p95` for `{}`", key()));
    return std::nullopt;
  }
  try {
    const Fit fit = fitted(*form, values);
    if (fit.problem.empty()) return checked(fit.distribution, node);
    error(node, fmt::format("{} for `{}`", fit.problem, key()));
  } catch (const std::exception&) {
    // Boost.Math fails on extreme shapes.
    error(node, fmt::format("no `{}` with these figures can be found for `{}`", node.key, key()));
  }
  return std::nullopt;
}

Fit BeliefReader::fitted(const FamilyForm& form, const FamilyValues& values) const {
  if (context_.fits == nullptr) return form.build(values);
  std::string figures = form.family;
  for (const auto& [name, value] : values) figures += fmt::format(",{}={}", name, value);
  const auto known = context_.fits->find(figures);
  if (known != context_.fits->end()) return known->second;
  return context_.fits->emplace(std::move(figures), form.build(values)).first->second;
}

std::optional<std::vector<double>> BeliefReader::weights(const Node& node, std::size_t count) {
  std::vector<double> list(count, 1.0);
  const Node* given = node.find("weights");
  if (given != nullptr) {
    if (!given->is_array() || given->children.size() != count) {
      error(*given, fmt::format("`weights` of `{}` must be a list of {} numbers", node.key, count));
      return std::nullopt;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::optional<double> weight = plain_number(given->children[i], "weights");
      if (!weight) return std::nullopt;
      if (*weight < 0) {
        error(given->children[i], "a weight must not be negative");
        return std::nullopt;
      }
      list[i] = *weight;
    }
  }
  const double largest = *std::max_element(list.begin(), list.end());
  if (!(largest > 0)) {
    error(*given, "the weights must not all be zero");
    return std::nullopt;
  }
  // The sum of large weights may overflow; their ratios do not.
  for (double& weight : list) weight /= largest;
  const double sum = std::accumulate(list.begin(), list.end(), 0.0);
  for (double& weight : list) weight /= sum;
  return list;
}

std::optional<Distribution> BeliefReader::choice(const Node& node) {
  check_keys(node, {"values", "weights"}, "of `choice`", context_.problems);
  const Node* list = node.find("values");
  if (list == nullptr || !list->is_array() || list->children.empty()) {
    error(node, fmt::format("`choice` needs a list of `values` for `{}`", key()));
    return std::nullopt;
  }
  Distribution distribution;
  distribution.family = Family::choice;
  for (const Node& item : list->children) {
    const std::optional<double> value = scalar(item);
    if (!value) return std::nullopt;
    distribution.parameters.push_back(*value);
  }
  const std::set<double> different(distribution.parameters.begin(), distribution.parameters.end());
  if (different.size() > max_choices) {
    error(*list,
          fmt::format("{} different values for `{}`, of which `choice` takes at most {}",
                      different.size(), key(), max_choices),
          {"`empirical` takes any number of observed values"});
    return std::nullopt;
  }
  std::optional<std::vector<double>> shares = weights(node, list->children.size());
  if (!shares) return std::nullopt;
  distribution.weights = std::move(*shares);
  return checked(std::move(distribution), node);
}

std::optional<Distribution> BeliefReader::mixture(const Node& node) {
  check_keys(node, {"components", "weights"}, "of `mixture`", context_.problems);
  const Node* list = node.find("components");
  if (list == nullptr || !list->is_array() || list->children.empty()) {
    error(node, fmt::format("`mixture` needs a list of `components` for `{}`", key()));
    return std::nullopt;
  }
  if (list->children.size() > max_components) {
    error(*list,
          fmt::format("{} components for `{}`, of which `mixture` takes at most {}",
                      list->children.size(), key(), max_components),
          {"`empirical` takes any number of observed values"});
    return std::nullopt;
  }
  Distribution distribution;
  distribution.family = Family::mixture;
  for (const Node& item : list->children) {
    std::optional<Distribution> component = belief(item);
    if (!component) return std::nullopt;
    distribution.components.push_back(std::move(*component));
  }
  std::optional<std::vector<double>> shares = weights(node, list->children.size());
  if (!shares) return std::nullopt;
  distribution.weights = std::move(*shares);
  return checked(std::move(distribution), node);
}

std::optional<Distribution> BeliefReader::empirical(const Node& node) {
  check_keys(node, {"values", "file", "column"}, "of `empirical`", context_.problems);
  const Node* list = node.find("values");
  const Node* file = node.find("file");
  const Node* column = node.find("column");
  Distribution distribution;
  distribution.family = Family::empirical;
  if (list != nullptr && file == nullptr && list->is_array()) {
    for (const Node& item : list->children) {
      const std::optional<double> value = scalar(item);
      if (!value) return std::nullopt;
      distribution.parameters.push_back(*value);
    }
  } else if (list == nullptr && file != nullptr && column != nullptr && file->is_string() &&
             column->is_string()) {
    const std::string path =
        (std::filesystem::path(node.where.file).parent_path() / file->text).lexically_normal();
    std::optional<EmpiricalColumn> data =
        read_column(path, column->text, file->where, context_.problems);
    const std::optional<double> factor = bare_factor();
    if (!data) return std::nullopt;
    if (!factor) {
      error(node, fmt::format("missing unit for `{}`", key()), {units_help(field_.unit)});
      return std::nullopt;
    }
    table_unit_is_used_ = true;
    for (const double value : data->values) distribution.parameters.push_back(value * *factor);
    context_.data_files.push_back(std::move(data->input));
  } else {
    error(node, fmt::format("`empirical` needs `values`, or `file` and `column`, for `{}`", key()));
    return std::nullopt;
  }
  std::sort(distribution.parameters.begin(), distribution.parameters.end());
  return checked(std::move(distribution), node);
}

std::optional<Distribution> BeliefReader::zero_inflated(const Node& node) {
  const Node* zero = node.find("zero");
  if (zero == nullptr) {
    error(node,
          fmt::format("`zero_inflated` needs `zero`, the probability of nothing, for `{}`", key()));
    return std::nullopt;
  }
  const std::optional<double> probability = plain_number(*zero, "zero");
  if (!probability) return std::nullopt;
  if (*probability < 0 || *probability > 1) {
    error(*zero, "a probability must be from 0 to 1");
    return std::nullopt;
  }
  Node rest = node;
  rest.remove("zero");
  std::optional<Distribution> component = belief(rest);
  if (!component) return std::nullopt;
  Distribution distribution;
  distribution.family = Family::zero_inflated;
  distribution.parameters = {*probability};
  distribution.components.push_back(std::move(*component));
  return checked(std::move(distribution), node);
}

}  // namespace tranche
