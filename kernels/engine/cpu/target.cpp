// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>
#include <vector>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/engine/cpu/scratch.hpp"

namespace tranche::kernels {

CpuTarget choose_target() {
  std::vector<CpuTarget> usable;  // best first
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512cd");
  if (v4) usable.push_back(cpu_target_v4());
  if (v3) usable.push_back(cpu_target_v3());
  if (__builtin_cpu_supports("sse4.2")) usable.push_back(cpu_target_v2());
#endif
  usable.push_back(cpu_target_baseline());
  const char* const forced = std::getenv("TRANCHE_CPU_TARGET");
  if (forced == nullptr) return usable.front();
  std::string names;
  for (const CpuTarget& target : usable) {
    const std::string name = target.name;
    if (name == forced || name == "x86-64-" + std::string(forced)) return target;
    names += (names.empty() ? "`" : ", `") + name + '`';
  }
  throw BackendUnavailable("instruction set `" + std::string(forced) +
                           "` of TRANCHE_CPU_TARGET cannot run here (this processor runs " + names +
                           ")");
}

}  // namespace tranche::kernels
