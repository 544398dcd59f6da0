// SPDX-License-Identifier: Apache-2.0

// Device copies of all arrays that a FleetView points to.
#pragma once

#include <cstddef>
#include <cstring>
#include <vector>

#include "kernels/device/device_buffer.cuh"
#include "kernels/engine/fleet/members.hpp"

namespace tranche::kernels {

class DeviceFleet {
 public:
  explicit DeviceFleet(const FleetData& data) : view_(data.view()) {
    for_each_array(data, [&](const auto& values, auto pointer, auto) {
      using Value = typename std::remove_cvref_t<decltype(values)>::value_type;
      std::vector<std::byte> bytes(values.size() * sizeof(Value));
      if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
      // cudaMalloc aligns to 256 bytes, more than any value needs.
      arrays_.emplace_back(bytes);
      view_.*pointer = reinterpret_cast<const Value*>(arrays_.back().data());
    });
  }
  const FleetView& view() const { return view_; }

 private:
  FleetView view_;
  std::vector<DeviceBuffer<std::byte>> arrays_;
};

}  // namespace tranche::kernels
