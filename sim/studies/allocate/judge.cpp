// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace tranche {
namespace {

constexpr std::size_t blocks_of_draws = 20;
// Rounding tolerance of limits on shares, which are fractions of whole parts.
constexpr double share_rounding = 1e-9;

double mean_of(std::span<const float> values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return sum / static_cast<double>(values.size());
}

bool within(double value, const AllocationLimit& limit, double rounding) {
  return value >= limit.minimum.value_or(value) - rounding &&
         value <= limit.maximum.value_or(value) + rounding;
}

}  // namespace

double measured(std::vector<float>& values, const Measure& measure, Better better) {
  switch (measure.kind) {
    case Measure::Kind::mean:
      return mean_of(values);
    case Measure::Kind::quantile:
      return quantile_of_values(values, measure.probability);
    case Measure::Kind::tail_mean:
      break;
  }
  const auto worst = static_cast<std::size_t>(
      std::max(1.0, std::round(measure.probability * static_cast<double>(values.size()))));
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(worst) - 1;
  if (better == Better::lower)
    std::nth_element(values.begin(), middle, values.end(), std::greater<>());
  else
    std::nth_element(values.begin(), middle, values.end());
  return mean_of({values.data(), worst});
}

AllocationJudge::AllocationJudge(const AllocateSpec& spec, const Scenario& scenario,
                                 const Problems& known, SplitProblem& problem) {
  for (const ObjectiveTerm& asked : spec.terms) {
    auto objective =
        std::find_if(objectives_.begin(), objectives_.end(),
                     [&](const AllocationObjective& other) { return other.name == asked.name; });
    if (objective == objectives_.end()) {
      objectives_.push_back({.name = asked.name, .label = "", .unit = ""});
      objective = objectives_.end() - 1;
    }
    Term term{.figure = make_figure(problem, scenario, known, asked.where, asked.metric, asked.firm,
                                    asked.month),
              .asked = &asked,
              .objective = static_cast<std::size_t>(objective - objectives_.begin()),
              .weight = asked.weight};
    if (objectives_.size() > 2) {
      Problems problems = known;
      problems.error(asked.where, fmt::format("`{}` is a third objective", asked.name),
                     {"at most two, for a Pareto front; terms of one `name` are added up"});
      throw InputError(problems.list());
    }
    terms_.push_back(std::move(term));
  }
  for (std::size_t o = 0; o < objectives_.size(); ++o) {
    std::vector<Term*> own;
    for (Term& term : terms_)
      if (term.objective == o) own.push_back(&term);
    AllocationObjective& objective = objectives_[o];
    for (const Term* term : own)
      objective.label += fmt::format("{}{}{}, {}", objective.label.empty() ? "" : " + ",
                                     own.size() == 1 ? "" : fmt::format("{:g} x ", term->weight),
                                     term->figure.label, term->asked->measure.text);
    if (own.size() == 1) {
      objective.unit = own.front()->figure.unit;
      objective.better = own.front()->figure.better;
      own.front()->weight = 1;  // a single term is reported unscaled
      continue;
    }
    const bool same_unit = std::all_of(own.begin(), own.end(), [&](const Term* term) {
      return term->figure.unit == own.front()->figure.unit;
    });
    objective.unit = same_unit ? own.front()->figure.unit : "";
    objective.is_relative = !same_unit;
    for (Term* term : own)
      if (term->figure.better == Better::lower) term->weight = -term->weight;
  }
  for (const AllocationLimit& asked : spec.limits) {
    Limit limit{.asked = &asked, .figure = {}};
    if (asked.share_of.empty())
      limit.figure =
          make_figure(problem, scenario, known, asked.where, asked.metric, asked.firm, asked.month);
    else
      limit.part = static_cast<std::size_t>(
          std::find(spec.among.begin(), spec.among.end(), asked.share_of) - spec.among.begin());
    limits_.push_back(std::move(limit));
  }
}

std::vector<std::string> AllocationJudge::limit_labels() const {
  std::vector<std::string> labels;
  for (const Limit& limit : limits_) {
    const AllocationLimit& asked = *limit.asked;
    std::string text = asked.name;
    const std::string of = !limit.figure ? ""
                           : asked.in_draws
                               ? fmt::format(" in {:g} % of draws", 100 * *asked.in_draws)
                               : ", " + asked.measure.text;
    if (asked.minimum) text += fmt::format(" at least {:g}", *asked.minimum);
    if (asked.maximum)
      text += fmt::format("{} at most {:g}", asked.minimum ? " and" : "", *asked.maximum);
    labels.push_back(text + of);
  }
  return labels;
}

bool AllocationJudge::has_metric_limits() const {
  return std::any_of(limits_.begin(), limits_.end(),
                     [](const Limit& limit) { return limit.figure.has_value(); });
}

bool AllocationJudge::needs_scale() const {
  return std::any_of(objectives_.begin(), objectives_.end(),
                     [](const AllocationObjective& objective) { return objective.is_relative; });
}

void AllocationJudge::set_scale(const SplitFigures& equal) {
  for (Term& term : terms_) {
    if (!objectives_[term.objective].is_relative) continue;
    std::vector<float> draws;
    equal.values_of(term.figure, draws);
    const double scale = std::fabs(measured(draws, term.asked->measure, term.figure.better));
    if (scale > 0) term.weight /= scale;
  }
}

std::uint32_t AllocationJudge::violated_shares(const std::vector<double>& shares) const {
  std::uint32_t violated = 0;
  for (std::size_t k = 0; k < limits_.size(); ++k)
    if (!limits_[k].figure && !within(shares[limits_[k].part], *limits_[k].asked, share_rounding))
      violated |= 1u << k;
  return violated;
}

void AllocationJudge::judge(const SplitFigures& figures, AllocationSplit& out,
                            std::vector<double>* blocks) const {
  std::vector<float> draws, part;
  out.objectives.assign(objectives_.size(), 0.0);
  if (blocks != nullptr) blocks->assign(blocks_of_draws, 0.0);
  for (const Term& term : terms_) {
    const Measure& measure = term.asked->measure;
    figures.values_of(term.figure, draws);
    if (blocks != nullptr && term.objective == 0) {
      const std::size_t length = draws.size() / blocks_of_draws;
      for (std::size_t b = 0; b < blocks_of_draws; ++b) {
        part.assign(draws.begin() + static_cast<std::ptrdiff_t>(b * length),
                    draws.begin() + static_cast<std::ptrdiff_t>((b + 1) * length));
        (*blocks)[b] += term.weight * measured(part, measure, term.figure.better);
      }
    }
    out.objectives[term.objective] += term.weight * measured(draws, measure, term.figure.better);
  }
  out.limits.assign(limits_.size(), 0.0);
  for (std::size_t k = 0; k < limits_.size(); ++k) {
    const Limit& limit = limits_[k];
    if (!limit.figure) {
      out.limits[k] = out.shares[limit.part];
      continue;
    }
    figures.values_of(*limit.figure, draws);
    if (limit.asked->in_draws) {
      const auto held = std::count_if(draws.begin(), draws.end(), [&](float value) {
        return within(value, *limit.asked, 0.0);
      });
      out.limits[k] = static_cast<double>(held) / static_cast<double>(draws.size());
      if (out.limits[k] < *limit.asked->in_draws) out.violated |= 1u << k;
    } else {
      out.limits[k] = measured(draws, limit.asked->measure, limit.figure->better);
      if (!within(out.limits[k], *limit.asked, 0.0)) out.violated |= 1u << k;
    }
  }
}

std::vector<float> AllocationJudge::draws_of_objective(const SplitFigures& figures) const {
  std::vector<float> sum(figures.draws()), draws;
  for (const Term& term : terms_) {
    if (term.objective != 0) continue;
    figures.values_of(term.figure, draws);
    const auto weight = static_cast<float>(term.weight);
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += weight * draws[j];
  }
  return sum;
}

}  // namespace tranche
