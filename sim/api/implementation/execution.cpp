// SPDX-License-Identifier: Apache-2.0
#include "sim/api/execution.hpp"

#include "sim/api/implementation/state.hpp"
#include "sim/base/atomic_file.hpp"

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

bool is_first(const Execution& execution) {
  return execution.ranks == nullptr || execution.ranks->is_first();
}

void check_writable(const std::string& folder, const Execution& execution) {
  if (!folder.empty() && is_first(execution)) const FileSet writable(folder);
}

}  // namespace tranche::api
