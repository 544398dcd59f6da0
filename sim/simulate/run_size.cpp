// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/run_size.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/engine/fleet/histogram.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

constexpr int sample_draws = 16;
// The pilot sets the lowest bin from one of its three smallest magnitudes (cell_for).
constexpr std::size_t smallest_looked_at = 3;
constexpr double bytes_per_counter = sizeof(std::uint32_t);
constexpr double bytes_per_cell = sizeof(kernels::Cell) + sizeof(kernels::CellSums);

// Lower bound of the bins that cell_for makes for the pilot values, of which these are some.
std::uint64_t bins_at_least(const float* values, int count) {
  float magnitudes[sample_draws];
  std::size_t nonzero = 0;
  bool has_negative = false, has_positive = false;
  for (int j = 0; j < count; ++j) {
    if (values[j] == 0.0f) continue;
    magnitudes[nonzero++] = std::fabs(values[j]);
    has_negative = has_negative || values[j] < 0.0f;
    has_positive = has_positive || values[j] > 0.0f;
  }
  if (nonzero == 0) return 0;
  const float high = *std::max_element(magnitudes, magnitudes + nonzero);
  float low = high;
  if (nonzero >= smallest_looked_at) {
    std::nth_element(magnitudes, magnitudes + smallest_looked_at - 1, magnitudes + nonzero);
    low = magnitudes[smallest_looked_at - 1];
  }
  const std::int32_t bins = std::min(kernels::bin_key(high) - kernels::bin_key(0.5f * low) + 1,
                                     kernels::max_bins_per_sign);
  const int signs = int{has_negative} + int{has_positive};
  return static_cast<std::uint64_t>(signs) * static_cast<std::uint64_t>(std::max(bins, 1));
}

// Memory of the machine, or of the container of this process.
double memory_bytes() {
  double bytes =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  for (const char* file :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream in(file);
    double limit = 0;
    if (in >> limit && limit > 0) bytes = std::min(bytes, limit);
  }
  return bytes;
}

struct Enough {};

}  // namespace

std::uint64_t counters_at_least(const kernels::FleetData& data, std::uint64_t enough) {
  std::uint64_t counters =
      static_cast<std::uint64_t>(kernels::cell_count(data.view())) * kernels::special_bins;
  if (counters > enough) return counters;
  try {
    kernels::for_each_value(data, {0, sample_draws},
                            [&](std::int64_t, const float* values, int count) {
                              counters += bins_at_least(values, count);
                              if (counters > enough) throw Enough{};
                            });
  } catch (const Enough&) {
  }
  return counters;
}

void refuse_oversize(const LoweredScenario& lowered, const std::string& file) {
  const kernels::FleetView view = lowered.data.view();
  const auto cells = static_cast<double>(kernels::cell_count(view));
  constexpr double few_cells = 1e6;
  if (cells < few_cells) return;
  const double memory = memory_bytes();
  const double fitting = std::max(memory - cells * bytes_per_cell, 0.0) / bytes_per_counter;
  constexpr double numbered = std::numeric_limits<std::uint32_t>::max();
  const double most = std::min(fitting, numbered);
  const auto counters =
      static_cast<double>(counters_at_least(lowered.data, static_cast<std::uint64_t>(most)));
  if (counters <= most) return;
  const std::string limit =
      most < numbered ? fmt::format("more than the {:.3g} GB of memory here", memory / 1e9)
                      : fmt::format("more than the {} counters that a run may have",
                                    with_separators(std::numeric_limits<std::uint32_t>::max()));
  const std::string asked =
      fmt::format("{} steps x {} firms and their sum x {} cases x {} metrics", view.steps,
                  view.firm_count, view.variant_count, view.metric_count);
  throw InputError({Diagnostic{
      .where = {.file = file},
      .problem = fmt::format("the distributions of {} values need {}",
                             with_separators(static_cast<std::uint64_t>(cells)), limit),
      .help = {asked + ", and as many differences from the base case",
               "keep fewer `metrics`, or simulate fewer months, firms or what-ifs; a quarter is a "
               "third of the months"}}});
}

}  // namespace tranche
