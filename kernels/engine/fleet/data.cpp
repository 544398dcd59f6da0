// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/fleet/data.hpp"

namespace tranche::kernels {

FleetView FleetData::view() const {
  FleetView v = numbers;
  const auto size = [](const auto& vector) { return static_cast<std::int32_t>(vector.size()); };
  v.draws = draws.data();
  v.draw_count = size(draws);
  v.scores = scores.data();
  v.score_spec_count = size(scores);
  v.copulas = copulas.data();
  v.copula_count = size(copulas);
  v.copula_terms = copula_terms.data();
  v.constants = constants.data();
  v.constant_count = size(constants);
  v.tables = tables.data();
  v.coefficients = coefficients.data();
  v.variants = variants.data();
  v.variant_count = size(variants);
  v.firms = firms.data();
  v.lines = lines.data();
  v.stocks = stocks.data();
  v.stock_groups = stock_groups.data();
  v.stock_group_count = size(stock_groups);
  v.levels = levels.data();
  v.limits = limits.data();
  v.passing = passing.data();
  v.serves = serves.data();
  v.members = members.data();
  v.sources = sources.data();
  v.source_count = size(sources);
  v.schedules = schedules.data();
  v.schedule_count = size(schedules);
  v.permissions = permissions.data();
  v.workloads = workloads.data();
  v.chips = chips.data();
  v.throughputs = throughputs.data();
  v.points = points.data();
  v.yardsticks = yardsticks.data();
  v.slots = slots.data();
  v.metrics = metrics.data();
  v.metric_count = size(metrics);
  return v;
}

}  // namespace tranche::kernels
