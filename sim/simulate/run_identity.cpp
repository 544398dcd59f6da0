// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/run_identity.hpp"

#include <span>
#include <string_view>
#include <vector>

#include "sim/base/version.hpp"

namespace tranche {
namespace {

template <class T>
void add_numbers(Sha256& hash, const T* numbers, std::size_t count) {
  hash.update(std::as_bytes(std::span<const T>(numbers, count)));
}

}  // namespace

Sha256Digest run_identity(const RunResult& result) {
  Sha256 hash;
  hash.update_line(version());
  for (const Variant& variant : result.set.variants) {
    hash.update_line(variant.name);
    for (const ResolvedValue& value : variant.resolved) {
      if (value.path == "scenario.draws" || value.path == "scenario.seed") continue;
      hash.update_line(value.path);
      hash.update_line(value.text);
    }
  }
  hash.update_line(
      digest_of(result.lowered, kernels::Tally(result.tally.cells, result.tally.bindings.size())));
  const kernels::FleetData& data = result.lowered.data;
  add_numbers(hash, data.coefficients.data(), data.coefficients.size());
  add_numbers(hash, data.yardsticks.data(), data.yardsticks.size());
  static_assert(sizeof(kernels::ThroughputPoint) == 4 * sizeof(float), "no padding to hash");
  add_numbers(hash, data.points.data(), data.points.size());
  kernels::for_each_value(data, {0, kernels::pilot_draws},
                          [&](std::int64_t, const float* values, int count) {
                            add_numbers(hash, values, static_cast<std::size_t>(count));
                          });
  return hash.finish();
}

}  // namespace tranche
