// SPDX-License-Identifier: Apache-2.0
#include "sim/distribution/distribution.hpp"

#include <cmath>

#include "sim/distribution/shape.hpp"

namespace tranche {

std::string_view family_name(Family family) {
  switch (family) {
    case Family::constant:
      return "constant";
    case Family::normal:
      return "normal";
    case Family::lognormal:
      return "lognormal";
    case Family::uniform:
      return "uniform";
    case Family::triangular:
      return "triangular";
    case Family::pert:
      return "pert";
    case Family::beta:
      return "beta";
    case Family::gamma:
      return "gamma";
    case Family::bernoulli:
      return "bernoulli";
    case Family::choice:
      return "choice";
    case Family::mixture:
      return "mixture";
    case Family::empirical:
      return "empirical";
    case Family::zero_inflated:
      return "zero_inflated";
  }
  return "unknown";
}

Distribution constant(double value) {
  Distribution d;
  d.parameters = {value};
  return d;
}

Distribution from_interval_90(double p05, double p95) {
  constexpr double score_95 = 1.6448536269514722;  // normal quantile of 0.95
  Distribution d;
  if (p05 > 0) {
    d.family = Family::lognormal;
    const double low = std::log(p05), high = std::log(p95);
    d.parameters = {0.5 * (low + high), 0.5 * (high - low) / score_95};
  } else {
    d.family = Family::normal;
    d.parameters = {0.5 * (p05 + p95), 0.5 * (p95 - p05) / score_95};
  }
  return d;
}

Distribution scaled(const Distribution& distribution, double factor) {
  Distribution d = distribution;
  if (d.minimum) *d.minimum *= factor;
  if (d.maximum) *d.maximum *= factor;
  auto& p = d.parameters;
  switch (d.family) {
    case Family::constant:
    case Family::normal:
    case Family::uniform:
    case Family::triangular:
    case Family::choice:
    case Family::empirical:
      for (double& parameter : p) parameter *= factor;
      break;
    case Family::lognormal:
      p[0] += std::log(factor);
      break;
    case Family::pert:
      for (std::size_t i = 0; i < 3; ++i) p[i] *= factor;
      break;
    case Family::beta:
      if (p.size() < 4) p = {p[0], p[1], 0, 1};
      p[2] *= factor;
      p[3] *= factor;
      break;
    case Family::gamma:
      p[1] *= factor;
      break;
    case Family::bernoulli:
      d.family = Family::choice;
      d.weights = {1 - p[0], p[0]};
      p = {0, factor};
      break;
    case Family::mixture:
    case Family::zero_inflated:
      for (Distribution& component : d.components) component = scaled(component, factor);
      break;
  }
  return d;
}

double quantile(const Distribution& distribution, double u) {
  return Shape(distribution).quantile_at({u, 1 - u});
}

double cumulative(const Distribution& distribution, double x) {
  return Shape(distribution).split_after(x).below;
}

double mean(const Distribution& distribution) { return Shape(distribution).mean(); }

}  // namespace tranche
