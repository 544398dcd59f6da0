// SPDX-License-Identifier: Apache-2.0
#include "sim/api/execution.hpp"

#include "sim/api/implementation/state.hpp"

namespace tranche::api {
namespace {

tranche::Device device_of(Device device) {
  switch (device) {
    case Device::cpu:
      return tranche::Device::cpu;
    case Device::gpu:
      return tranche::Device::gpu;
    case Device::automatic:
      break;
  }
  return tranche::Device::automatic;
}

}  // namespace

tranche::Execution execution_of(const Execution& execution) {
  return {.device = device_of(execution.device),
          .gpu = execution.gpu,
          .threads = execution.threads,
          .progress = execution.progress,
          .stop = execution.cancel,
          .ranks = execution.ranks};
}

}  // namespace tranche::api
