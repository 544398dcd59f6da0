// SPDX-License-Identifier: Apache-2.0
#include "sim/api/results.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/api/implementation/names.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/results/headline_sentences.hpp"
#include "sim/scenario/constraints.hpp"

namespace tranche::api {
namespace {

std::vector<std::string> metric_names(const LoweredScenario& lowered) {
  std::vector<std::string> names;
  for (const MetricInfo& metric : lowered.metrics) names.push_back(metric.name);
  return names;
}

// Where a name stands: indices into LoweredScenario.
struct Place {
  std::size_t variant, firm, step;
};
Place place_of(const LoweredScenario& lowered, const std::string& what_if, const std::string& firm,
               const std::string& month) {
  return {index_of_name(what_if, lowered.variants, "what-if", "what-ifs"),
          index_of_name(firm, lowered.firms, "firm", "firms"),
          index_of_name(month, lowered.steps, "month", "months")};
}

// Row of a table that begins with the variant `first`; see summary_rows.
const tranche::Statistics& statistics_at(const LoweredScenario& lowered,
                                         const std::vector<SummaryRow>& rows, const Place& place,
                                         std::size_t first, std::size_t metric) {
  const std::size_t block =
      ((place.variant - first) * lowered.firms.size() + place.firm) * lowered.steps.size() +
      place.step;
  return rows.at(block * lowered.metrics.size() + metric).statistics;
}

void fill(const Statistics& s, std::uint64_t draws, const std::string& unit, Figure& figure) {
  figure.mean = s.mean;
  figure.standard_deviation = s.sd;
  figure.p05 = s.p05;
  figure.p25 = s.p25;
  figure.p50 = s.p50;
  figure.p75 = s.p75;
  figure.p95 = s.p95;
  figure.mean_error = s.sd / std::sqrt(static_cast<double>(draws));
  figure.p50_error = s.mc_error_p50;
  figure.unit = unit;
  figure.is_known = !std::isnan(s.p50);
}

}  // namespace

const std::vector<std::string>& Results::what_ifs() const {
  return state_->result.lowered.variants;
}
const std::vector<std::string>& Results::firms() const { return state_->result.lowered.firms; }
const std::vector<std::string>& Results::months() const { return state_->result.lowered.steps; }

std::vector<Metric> Results::metrics() const {
  std::vector<Metric> metrics;
  for (const MetricInfo& metric : state_->result.lowered.metrics)
    metrics.push_back({metric.name, metric.unit, metric.title});
  return metrics;
}

Expected<Figure> Results::at(const std::string& what_if, const std::string& firm,
                             const std::string& month, const std::string& metric) const {
  return guarded([&] {
    const LoweredScenario& lowered = state_->result.lowered;
    const Place place = place_of(lowered, what_if, firm, month);
    const std::size_t index =
        index_of_name(metric, metric_names(lowered), "metric", "metrics of this run");
    Figure figure;
    fill(statistics_at(lowered, state_->tables.summary, place, 0, index), draws(),
         lowered.metrics[index].unit, figure);
    return figure;
  });
}

Expected<Difference> Results::difference(const std::string& what_if, const std::string& firm,
                                         const std::string& month,
                                         const std::string& metric) const {
  return guarded([&] {
    const LoweredScenario& lowered = state_->result.lowered;
    const Place place = place_of(lowered, what_if, firm, month);
    if (place.variant == 0)
      throw RequestRefused("`base` is what differences are to", {"name a what-if"});
    const std::size_t index =
        index_of_name(metric, metric_names(lowered), "metric", "metrics of this run");
    const Statistics& s = statistics_at(lowered, state_->tables.differences, place, 1, index);
    Difference difference;
    fill(s, draws(), lowered.metrics[index].unit, difference);
    difference.share_above = s.share_positive;
    difference.share_below = s.share_negative;
    return difference;
  });
}

Expected<std::map<std::string, double>> Results::binding(const std::string& what_if,
                                                         const std::string& firm,
                                                         const std::string& month) const {
  return guarded([&] {
    const Place place = place_of(state_->result.lowered, what_if, firm, month);
    std::map<std::string, double> shares;
    for (const BindingRow& row : state_->tables.binding)
      if (static_cast<std::size_t>(row.variant) == place.variant &&
          static_cast<std::size_t>(row.firm) == place.firm &&
          static_cast<std::size_t>(row.step) == place.step)
        shares.emplace(constraint_info(row.constraint).name, row.share_of_draws);
    return shares;
  });
}

const std::string& Results::digest() const { return state_->tables.digest; }
std::uint64_t Results::draws() const { return state_->result.draws; }
std::uint64_t Results::seed() const { return state_->result.seed; }
std::uint64_t Results::resumed_draws() const { return state_->result.resumed_draws; }
const std::string& Results::device() const { return state_->result.device_description; }
const std::string& Results::why_not_the_gpu() const { return state_->result.device_note; }

std::vector<std::string> Results::headline() const {
  return headline_sentences(state_->result, headline_figures(state_->result));
}

std::vector<std::string> Results::assumptions() const {
  std::vector<std::string> lines;
  for (const Input& input : unswept_assumptions(state_->result.set.variants.front().scenario))
    lines.push_back(fmt::format("{} = {}", input.variable, input.text));
  return lines;
}

std::vector<Problem> Results::warnings() const {
  return problems_of(state_->result.lowered.notes, state_->memory);
}

std::vector<std::string> Results::remarks() const { return state_->result.lowered.remarks; }

}  // namespace tranche::api
