// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/reference_schedule.hpp"

#include <cmath>

#include "sim/input/year_month.hpp"

namespace tranche::reference {

std::vector<double> values_of(const tranche::Schedule& schedule, const StepLength& steps,
                              const std::function<double(const Input&)>& number) {
  std::vector<double> months, values;
  for (const tranche::Schedule::Point& point : schedule.points) {
    const double step = std::floor(static_cast<double>(point.month) / steps.months);
    months.push_back(step * steps.months);
    values.push_back(number(point.value));
  }
  const double delay = schedule.delay ? number(*schedule.delay) / seconds_per_month : 0.0;
  const double growth =
      schedule.growth ? number(*schedule.growth) * schedule.growth_period_months * seconds_per_month
                      : 0.0;
  std::vector<double> out;
  for (int s = 0; s < steps.count; ++s) {
    const double begin = s * steps.months, end = begin + steps.months;
    double value = schedule.are_amounts ? 0.0 : values.front();
    for (std::size_t p = 0; p < values.size(); ++p) {
      const double at = months[p] + delay;
      if (schedule.are_amounts) {
        if (at >= begin && at < end) value += values[p];
      } else if (!schedule.is_linear) {
        if (at < end) value = values[p];
      } else if (p > 0 && begin > months[p - 1] + delay) {
        const double part = (begin - delay - months[p - 1]) / (months[p] - months[p - 1]);
        value = part < 1 ? values[p - 1] + part * (values[p] - values[p - 1]) : values[p];
      }
    }
    const double since = begin - delay - months.back();
    if (since > 0) value *= std::pow(1 + growth, since / schedule.growth_period_months);
    out.push_back(value);
  }
  if (schedule.are_amounts)
    for (std::size_t s = 1; s < out.size(); ++s) out[s] += out[s - 1];
  return out;
}

}  // namespace tranche::reference
