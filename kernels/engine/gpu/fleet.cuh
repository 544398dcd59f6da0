// SPDX-License-Identifier: Apache-2.0

// Device copies of all arrays that a FleetView points to.
#pragma once

#include "kernels/device/device_buffer.cuh"
#include "kernels/engine/fleet/data.hpp"

namespace tranche::kernels {

class DeviceFleet {
 public:
  explicit DeviceFleet(const FleetData& d)
      : view_(d.view()),
        draws_(d.draws),
        scores_(d.scores),
        copulas_(d.copulas),
        copula_terms_(d.copula_terms),
        constants_(d.constants),
        tables_(d.tables),
        coefficients_(d.coefficients),
        variants_(d.variants),
        firms_(d.firms),
        lines_(d.lines),
        stocks_(d.stocks),
        stock_groups_(d.stock_groups),
        levels_(d.levels),
        limits_(d.limits),
        passing_(d.passing),
        serves_(d.serves),
        members_(d.members),
        sources_(d.sources),
        schedules_(d.schedules),
        permissions_(d.permissions),
        workloads_(d.workloads),
        chips_(d.chips),
        throughputs_(d.throughputs),
        points_(d.points),
        yardsticks_(d.yardsticks),
        slots_(d.slots),
        metrics_(d.metrics) {
    view_.draws = draws_.data();
    view_.scores = scores_.data();
    view_.copulas = copulas_.data();
    view_.copula_terms = copula_terms_.data();
    view_.constants = constants_.data();
    view_.tables = tables_.data();
    view_.coefficients = coefficients_.data();
    view_.variants = variants_.data();
    view_.firms = firms_.data();
    view_.lines = lines_.data();
    view_.stocks = stocks_.data();
    view_.stock_groups = stock_groups_.data();
    view_.levels = levels_.data();
    view_.limits = limits_.data();
    view_.passing = passing_.data();
    view_.serves = serves_.data();
    view_.members = members_.data();
    view_.sources = sources_.data();
    view_.schedules = schedules_.data();
    view_.permissions = permissions_.data();
    view_.workloads = workloads_.data();
    view_.chips = chips_.data();
    view_.throughputs = throughputs_.data();
    view_.points = points_.data();
    view_.yardsticks = yardsticks_.data();
    view_.slots = slots_.data();
    view_.metrics = metrics_.data();
  }
  const FleetView& view() const { return view_; }

 private:
  FleetView view_;
  DeviceBuffer<DrawSpec> draws_;
  DeviceBuffer<ScoreSpec> scores_;
  DeviceBuffer<CopulaSpec> copulas_;
  DeviceBuffer<CopulaTerm> copula_terms_;
  DeviceBuffer<ConstantSpec> constants_;
  DeviceBuffer<VariableTable> tables_;
  DeviceBuffer<float> coefficients_;
  DeviceBuffer<VariantSpec> variants_;
  DeviceBuffer<FirmSpec> firms_;
  DeviceBuffer<LineSpec> lines_;
  DeviceBuffer<StockSpec> stocks_;
  DeviceBuffer<StockGroupSpec> stock_groups_;
  DeviceBuffer<LevelSpec> levels_;
  DeviceBuffer<LimitSpec> limits_;
  DeviceBuffer<PassingSpec> passing_;
  DeviceBuffer<ServeSpec> serves_;
  DeviceBuffer<std::int32_t> members_;
  DeviceBuffer<SourceSpec> sources_;
  DeviceBuffer<ScheduleSpec> schedules_;
  DeviceBuffer<PermissionSpec> permissions_;
  DeviceBuffer<WorkloadSpec> workloads_;
  DeviceBuffer<FleetChip> chips_;
  DeviceBuffer<ThroughputSpec> throughputs_;
  DeviceBuffer<ThroughputPoint> points_;
  DeviceBuffer<float> yardsticks_;
  DeviceBuffer<Slot> slots_;
  DeviceBuffer<MetricSpec> metrics_;
};

}  // namespace tranche::kernels
