// SPDX-License-Identifier: Apache-2.0

// Host-side owner of all arrays that a FleetView points to.
#pragma once

#include <vector>

#include "kernels/engine/fleet/view.hpp"

namespace tranche::kernels {

struct FleetData {
  std::vector<DrawSpec> draws;
  std::vector<ScoreSpec> scores;
  std::vector<CopulaSpec> copulas;
  std::vector<CopulaTerm> copula_terms;
  std::vector<ConstantSpec> constants;
  std::vector<VariableTable> tables;
  std::vector<float> coefficients;
  std::vector<VariantSpec> variants;
  std::vector<FirmSpec> firms;
  std::vector<AllotmentSpec> allotments;
  std::vector<StockSpec> stocks;
  std::vector<StockGroupSpec> stock_groups;
  std::vector<LevelSpec> levels;
  std::vector<LimitSpec> limits;
  std::vector<PassingSpec> passing;
  std::vector<ServeSpec> serves;
  std::vector<std::int32_t> members;
  std::vector<SourceSpec> sources;
  std::vector<ScheduleSpec> schedules;
  std::vector<PermissionSpec> permissions;
  std::vector<EventSpec> events;
  std::vector<RegimeSpec> regimes;
  std::vector<TimelineSpec> timelines;
  std::vector<TimelinePoint> timeline_points;
  std::vector<WorkloadSpec> workloads;
  std::vector<FleetChip> chips;
  std::vector<ThroughputSpec> throughputs;
  std::vector<ThroughputPoint> points;
  std::vector<float> yardsticks;
  std::vector<Slot> slots;
  std::vector<MetricSpec> metrics;
  // Scalar members of the view; view() sets its pointers and counts.
  FleetView numbers{};

  // Valid while this object lives and no vector is changed.
  FleetView view() const;
};

}  // namespace tranche::kernels
