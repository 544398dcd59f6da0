// SPDX-License-Identifier: Apache-2.0
#include "kernels/engine/fleet/data.hpp"

#include "kernels/engine/fleet/members.hpp"

namespace tranche::kernels {

FleetView FleetData::view() const {
  FleetView view = numbers;
  for_each_array(*this, [&](const auto& values, auto pointer, auto count) {
    view.*pointer = values.data();
    if constexpr (!std::is_null_pointer_v<decltype(count)>)
      view.*count = static_cast<std::int32_t>(values.size());
  });
  return view;
}

}  // namespace tranche::kernels
