// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/refine.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <numeric>

#if TRANCHE_WITH_NLOPT
#include <nlopt.h>
#endif

namespace tranche {

#if TRANCHE_WITH_NLOPT

namespace {

constexpr int max_evaluations = 300;
constexpr double impossible = -1e300;  // finite, because the search compares values

struct Search {
  const std::function<double(const std::vector<double>&)>* value;
  nlopt_opt optimizer;
  std::exception_ptr failure;  // exceptions must not pass through the C library
};

// All shares from all but the last.
std::vector<double> completed(const double* free, std::size_t count) {
  std::vector<double> shares(free, free + count);
  shares.push_back(1.0 - std::accumulate(shares.begin(), shares.end(), 0.0));
  return shares;
}

double evaluate(unsigned count, const double* free, double*, void* context) {
  const std::vector<double> shares = completed(free, count);
  if (shares.back() < 0) return impossible;
  Search& search = *static_cast<Search*>(context);
  try {
    const double value = (*search.value)(shares);
    return std::isfinite(value) ? value : impossible;
  } catch (...) {
    search.failure = std::current_exception();
    nlopt_force_stop(search.optimizer);
    return impossible;
  }
}

}  // namespace

bool can_refine() { return true; }

std::optional<std::vector<double>> refine(
    const std::vector<double>& start, double reach,
    const std::function<double(const std::vector<double>&)>& value) {
  // The largest share is computed from the others.
  const auto largest =
      static_cast<std::size_t>(std::max_element(start.begin(), start.end()) - start.begin());
  std::vector<std::size_t> order;
  for (std::size_t p = 0; p < start.size(); ++p)
    if (p != largest) order.push_back(p);
  order.push_back(largest);
  const auto unordered = [&](const std::vector<double>& shares) {
    std::vector<double> out(shares.size());
    for (std::size_t k = 0; k < order.size(); ++k) out[order[k]] = shares[k];
    return out;
  };
  const std::function<double(const std::vector<double>&)> ordered_value =
      [&](const std::vector<double>& shares) { return value(unordered(shares)); };

  const auto count = static_cast<unsigned>(start.size() - 1);
  std::vector<double> free, low, high;
  for (unsigned k = 0; k < count; ++k) {
    free.push_back(start[order[k]]);
    low.push_back(std::max(0.0, free.back() - reach));
    high.push_back(std::min(1.0, free.back() + reach));
  }
  const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> optimizer(
      nlopt_create(NLOPT_LN_SBPLX, count), nlopt_destroy);
  Search search{&ordered_value, optimizer.get(), nullptr};
  nlopt_set_max_objective(optimizer.get(), evaluate, &search);
  nlopt_set_lower_bounds(optimizer.get(), low.data());
  nlopt_set_upper_bounds(optimizer.get(), high.data());
  nlopt_set_initial_step1(optimizer.get(), reach / 4);
  nlopt_set_maxeval(optimizer.get(), max_evaluations);
  nlopt_set_xtol_abs1(optimizer.get(), 1e-5);
  double best = 0;
  const nlopt_result end = nlopt_optimize(optimizer.get(), free.data(), &best);
  if (search.failure) std::rethrow_exception(search.failure);
  if (end < 0) return start;
  std::vector<double> shares = completed(free.data(), count);
  if (shares.back() < 0) return start;
  return unordered(shares);
}

#else

bool can_refine() { return false; }

std::optional<std::vector<double>> refine(
    const std::vector<double>&, double, const std::function<double(const std::vector<double>&)>&) {
  return std::nullopt;
}

#endif

}  // namespace tranche
