// SPDX-License-Identifier: Apache-2.0

// The continuous families. Normal and lognormal use kernels/base/math.hpp, so that their tables
// have the same bits on every machine; beta and gamma use Boost.Math.
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cassert>
#include <cmath>
#include <exception>
#include <limits>

#include "kernels/base/math.hpp"
#include "sim/distribution/shape.hpp"

namespace tranche::family {
namespace {

namespace policies = boost::math::policies;
// Boost throws no exception: edges return 0, infinity or NaN. Without promotion to long double the
// error is below 1e-13, and evaluation is eight times faster.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::underflow_error<policies::ignore_error>,
    policies::denorm_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>,
    policies::rounding_error<policies::ignore_error>, policies::promote_double<false>>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double inverse_sqrt_of_two_pi = 0.39894228040143267794;

Probability normal_split(double z) { return {kernels::normal_cdf(z), kernels::normal_cdf(-z)}; }
double normal_density(double z) { return inverse_sqrt_of_two_pi * kernels::exp(-0.5 * z * z); }
double normal_score(Probability p) {
  if (p.below <= 0) return -infinity;
  if (p.above <= 0) return infinity;
  return p.below <= p.above ? kernels::detail::lower_quantile(p.below, 0.5 * (p.below - p.above))
                            : -kernels::detail::lower_quantile(p.above, 0.5 * (p.above - p.below));
}

// Beta on [low, high], which includes pert.
struct Beta {
  double alpha, beta, low, high;
  double width() const { return high - low; }
};
Beta beta_of(const Distribution& d) {
  const auto& p = d.parameters;
  if (d.family == Family::beta) {
    return {p[0], p[1], p.size() > 3 ? p[2] : 0.0, p.size() > 3 ? p[3] : 1.0};
  }
  // Reference: Vose, "Risk Analysis", 3rd ed. 2008, modified PERT; 4 is the classic weight.
  const double weight = p.size() > 3 ? p[3] : 4.0;
  const double width = p[2] - p[0];
  return {1 + weight * (p[1] - p[0]) / width, 1 + weight * (p[2] - p[1]) / width, p[0], p[2]};
}

// `inverse`, or bisection if Boost finds no root (it throws under every policy) or returns NaN:
// probabilities far beyond those of draws, which integrations reach.
template <class Inverse>
double inverse_or_bisection(const Distribution& d, Probability p, double low, double high,
                            Inverse inverse) {
  try {
    const double x = inverse();
    if (std::isfinite(x)) return x;
  } catch (const std::exception&) {
    // falls through
  }
  for (int halving = 0; halving < 2100; ++halving) {  // from 2^1024 to 2^-1074
    const double middle = low + 0.5 * (high - low);
    if (middle <= low || middle >= high) break;
    const Probability at = split(d, middle);
    const bool is_below = p.below <= p.above ? at.below < p.below : at.above > p.above;
    (is_below ? low : high) = middle;
  }
  return high;
}

double beta_quantile(const Beta& b, Probability p) {
  double complement = 0;
  const double x = p.below <= p.above
                       ? boost::math::ibeta_inv(b.alpha, b.beta, p.below, &complement, Quiet())
                       : boost::math::ibetac_inv(b.alpha, b.beta, p.above, &complement, Quiet());
  return x <= 0.5 ? b.low + b.width() * x : b.high - b.width() * complement;
}

// If the near end is also the mode, squares would lose its digits: each side of the mode is
// measured from the nearer of the mode and its end.
struct Triangle {
  double low, mode, high;
  double rise() const { return mode - low; }
  double fall() const { return high - mode; }

  Probability split(double x) const {
    const double width = high - low;
    if (x <= mode) {
      return {(x - low) / width * ((x - low) / rise()),
              (fall() + (mode - x) * (rise() + (x - low)) / rise()) / width};
    }
    return {(rise() + (x - mode) * (fall() + (high - x)) / fall()) / width,
            (high - x) / width * ((high - x) / fall())};
  }
  double quantile_at(Probability u) const {
    const double width = high - low;
    const auto from_mode = [](double v) { return v / (1 + std::sqrt(1 - v)); };
    if (u.below * width <= rise()) {
      return u.below <= u.above ? low + std::sqrt(u.below * width * rise())
                                : mode - rise() * from_mode((u.above * width - fall()) / rise());
    }
    return u.above <= u.below ? high - std::sqrt(u.above * width * fall())
                              : mode + fall() * from_mode((u.below * width - rise()) / fall());
  }
  double density(double x) const {
    const bool is_rising = x < mode || mode == high;
    return 2 / (high - low) * (is_rising ? (x - low) / rise() : (high - x) / fall());
  }
};
Triangle triangle_of(const Distribution& d) {
  return {d.parameters[0], d.parameters[1], d.parameters[2]};
}

}  // namespace

Probability split(const Distribution& d, double x) {
  const auto& p = d.parameters;
  const auto [low, high] = support(d);
  if (x <= low) return {0, 1};
  if (x >= high) return {1, 0};
  switch (d.family) {
    case Family::normal:
      return normal_split((x - p[0]) / p[1]);
    case Family::lognormal:
      return normal_split((kernels::log(x) - p[0]) / p[1]);
    case Family::uniform:
      return {(x - low) / (high - low), (high - x) / (high - low)};
    case Family::triangular:
      return triangle_of(d).split(x);
    case Family::pert:
    case Family::beta: {
      const Beta b = beta_of(d);
      const double y = (x - b.low) / b.width();
      return {boost::math::ibeta(b.alpha, b.beta, y, Quiet()),
              boost::math::ibetac(b.alpha, b.beta, y, Quiet())};
    }
    case Family::gamma:
      return {boost::math::gamma_p(p[0], x / p[1], Quiet()),
              boost::math::gamma_q(p[0], x / p[1], Quiet())};
    default:
      assert(false);
      return {0, 1};
  }
}

double quantile_at(const Distribution& d, Probability u) {
  const auto& p = d.parameters;
  const auto [low, high] = support(d);
  if (u.below <= 0) return low;
  if (u.above <= 0) return high;
  switch (d.family) {
    case Family::normal:
      return p[0] + p[1] * normal_score(u);
    case Family::lognormal:
      return kernels::exp(p[0] + p[1] * normal_score(u));
    case Family::uniform:
      return u.below <= u.above ? low + u.below * (high - low) : high - u.above * (high - low);
    case Family::triangular:
      return triangle_of(d).quantile_at(u);
    case Family::pert:
    case Family::beta:
      return inverse_or_bisection(d, u, low, high, [&] { return beta_quantile(beta_of(d), u); });
    case Family::gamma:
      return inverse_or_bisection(d, u, low, std::numeric_limits<double>::max(), [&] {
        return p[1] * (u.below <= u.above ? boost::math::gamma_p_inv(p[0], u.below, Quiet())
                                          : boost::math::gamma_q_inv(p[0], u.above, Quiet()));
      });
    default:
      assert(false);
      return 0;
  }
}

double density(const Distribution& d, double x) {
  const auto& p = d.parameters;
  const auto [low, high] = support(d);
  if (x < low || x > high) return 0;
  switch (d.family) {
    case Family::normal:
      return normal_density((x - p[0]) / p[1]) / p[1];
    case Family::lognormal:
      return x > 0 ? normal_density((kernels::log(x) - p[0]) / p[1]) / (p[1] * x) : 0;
    case Family::uniform:
      return 1 / (high - low);
    case Family::triangular:
      return triangle_of(d).density(x);
    case Family::pert:
    case Family::beta: {
      const Beta b = beta_of(d);
      return boost::math::ibeta_derivative(b.alpha, b.beta, (x - b.low) / b.width(), Quiet()) /
             b.width();
    }
    case Family::gamma:
      return boost::math::gamma_p_derivative(p[0], x / p[1], Quiet()) / p[1];
    default:
      assert(false);
      return 0;
  }
}

std::pair<double, double> support(const Distribution& d) {
  const auto& p = d.parameters;
  switch (d.family) {
    case Family::normal:
      return {-infinity, infinity};
    case Family::lognormal:
    case Family::gamma:
      return {0, infinity};
    case Family::uniform:
      return {p[0], p[1]};
    case Family::triangular:
    case Family::pert:
      return {p[0], p[2]};
    case Family::beta: {
      const Beta b = beta_of(d);
      return {b.low, b.high};
    }
    default:
      assert(false);
      return {0, 0};
  }
}

double mean(const Distribution& d) {
  const auto& p = d.parameters;
  switch (d.family) {
    case Family::normal:
      return p[0];
    case Family::lognormal:
      return std::exp(p[0] + 0.5 * p[1] * p[1]);
    case Family::uniform:
      return 0.5 * (p[0] + p[1]);
    case Family::triangular:
      return (p[0] + p[1] + p[2]) / 3;
    case Family::pert:
    case Family::beta: {
      const Beta b = beta_of(d);
      return b.low + b.width() * b.alpha / (b.alpha + b.beta);
    }
    case Family::gamma:
      return p[0] * p[1];
    default:
      assert(false);
      return 0;
  }
}

}  // namespace tranche::family
