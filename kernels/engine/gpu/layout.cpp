// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/gpu/layout.hpp"

#include <concepts>
#include <map>

#include "kernels/engine/fleet/members.hpp"

namespace tranche::kernels {
namespace {

template <class Visit>
void visit_slots(FleetData& data, const Visit& visit) {
  for_each_array(data, [&](auto& values, auto, auto) {
    using Value = typename std::remove_cvref_t<decltype(values)>::value_type;
    if constexpr (std::same_as<Value, Slot>)
      for (Slot& slot : values) visit(slot);
    else if constexpr (requires(Value & value) { members(value); })
      for (Value& value : values) for_each_slot(value, visit);
  });
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
    if (slot.is_constant() && found != constant_of.end()) slot.column = found->second;
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
