// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/gpu/layout.hpp"

#include <map>

namespace tranche::kernels {
namespace {

template <class Visit>
void visit_slots(ScheduleSpec& s, const Visit& visit) {
  for (Slot* slot : {&s.announced, &s.lead_time, &s.interval, &s.slip_probability, &s.slip_uniform,
                     &s.slip_length})
    visit(*slot);
}

template <class Visit>
void visit_slots(LineSpec& l, const Visit& visit) {
  for (Slot* slot : {&l.quantity, &l.share, &l.unit_cost, &l.tariff}) visit(*slot);
}

template <class Visit>
void visit_slots(FirmSpec& f, const Visit& visit) {
  for (Slot* slot :
       {&f.power_cap, &f.pue, &f.server_overhead, &f.power_utilisation, &f.installation_rate,
        &f.installation_delay, &f.site_ready, &f.availability, &f.retirement, &f.electricity})
    visit(*slot);
}

template <class Visit>
void visit_slots(VariantSpec& v, const Visit& visit) {
  ReliabilitySpec& r = v.reliability;
  for (Slot* slot :
       {&r.node_failures, &r.job_failures, &r.chips_per_node, &r.detection, &r.restart,
        &r.checkpoint_write, &r.checkpoint_interval, &v.counterpart.level, &v.counterpart.growth})
    visit(*slot);
}

template <class Visit>
void visit_slots(FleetData& data, const Visit& visit) {
  for (ScheduleSpec& spec : data.schedules) visit_slots(spec, visit);
  for (LineSpec& spec : data.lines) visit_slots(spec, visit);
  for (FirmSpec& spec : data.firms) visit_slots(spec, visit);
  for (VariantSpec& spec : data.variants) visit_slots(spec, visit);
  for (StockSpec& spec : data.stocks) visit(spec.units);
  for (LevelSpec& spec : data.levels)
    for (Slot* slot : {&spec.base, &spec.growth, &spec.factor}) visit(*slot);
  for (PermissionSpec& p : data.permissions)
    for (Slot* slot : {&p.granted, &p.effective, &p.delay, &p.test_delay}) visit(*slot);
  for (WorkloadSpec& w : data.workloads)
    for (Slot* slot : {&w.compute_efficiency, &w.bandwidth_efficiency, &w.network_efficiency,
                       &w.achieved, &w.job_chips})
      visit(*slot);
  for (Slot& slot : data.slots) visit(slot);
}

}  // namespace

GpuLayout lay_out_for_gpu(const FleetData& data) {
  GpuLayout layout{data, data.numbers.column_count, {}, 0};
  std::map<std::int32_t, std::int32_t> constant_of;  // column -> its index on the GPU
  for (const ConstantSpec& spec : data.constants) {
    constant_of[spec.column] =
        layout.cold_columns + static_cast<std::int32_t>(layout.constants.size());
    layout.constants.push_back(spec.value);
  }
  visit_slots(layout.data, [&](Slot& slot) {
    const auto found = constant_of.find(slot.column);
    if (slot.step_stride == 0 && found != constant_of.end()) slot.column = found->second;
  });

  FleetView& numbers = layout.data.numbers;
  const std::int32_t sums = fixed_sums + numbers.yardstick_count + numbers.workload_count;
  const auto next = [&](std::int32_t count) {
    const std::int32_t first = layout.hot_columns;
    layout.hot_columns += count;
    return first;
  };
  numbers.sums_columns = next(sums);
  numbers.total_columns = next(sums);
  numbers.value_columns = next(2);
  numbers.binding_column = next(1);
  numbers.temporary_columns = next(temporary_count);
  return layout;
}

}  // namespace tranche::kernels
