// SPDX-License-Identifier: Apache-2.0

// The metrics that every scenario may have: one row each. Yardsticks of the catalogue and
// workloads of the scenario are metrics as well, under their own names.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/engine/fleet/spec.hpp"

namespace tranche {

enum class Better { higher, lower, neither };

// What a scenario must have for a metric to exist.
enum class MetricNeeds { nothing, training, training_tokens, decode, memory_bound, counterpart };

// What a metric's stored value is multiplied by, beside its factor.
enum class MetricScale {
  one,
  step_seconds,     // a rate over the length of a step
  tokens_per_flop,  // of the only training workload, where it has one number of FLOP per token
};

struct MetricRow {
  std::string_view name;
  std::string_view unit;
  std::string_view title;  // of a counterpart: with {} for its name and {} for the metric compared
  Better better;
  MetricNeeds needs;
  kernels::MetricKind kind;
  kernels::Sum sum;          // numerator of a ratio; of a counterpart: not used
  kernels::Sum denominator;  // of a ratio
  float factor;              // units of the metric in one base unit of the sum
  MetricScale scale;
};

inline constexpr std::array metric_table = [] {
  using enum kernels::MetricKind;
  using enum Better;
  using kernels::Sum;
  using Needs = MetricNeeds;
  using Scale = MetricScale;
  constexpr Sum unused = Sum::delivered;
  return std::to_array<MetricRow>({
      {"chips_delivered", "chips", "Chips delivered", higher, Needs::nothing, sum, Sum::delivered,
       unused, 1.0f, Scale::one},
      {"chips_installed", "chips", "Chips installed", higher, Needs::nothing, sum, Sum::installed,
       unused, 1.0f, Scale::one},
      {"chips_available", "chips", "Chips available", higher, Needs::nothing, sum, Sum::available,
       unused, 1.0f, Scale::one},
      {"power_mw", "MW", "Facility power", lower, Needs::nothing, sum, Sum::power_w, unused, 1e-6f,
       Scale::one},
      {"energy_mwh_cumulative", "MWh", "Energy used so far", lower, Needs::nothing, sum,
       Sum::energy_j, unused, 1.0f / 3.6e9f, Scale::one},
      {"cost_usd_cumulative", "USD", "Spent so far on chips, tariff and electricity", lower,
       Needs::nothing, sum, Sum::cost_usd, unused, 1.0f, Scale::one},
      {"training_flop_per_s", "FLOP/s", "Training throughput (model FLOP)", higher, Needs::training,
       sum, Sum::training_flop_per_s, unused, 1.0f, Scale::one},
      {"training_flop", "FLOP", "Training FLOP in the step", higher, Needs::training, sum,
       Sum::training_flop_per_s, unused, 1.0f, Scale::step_seconds},
      {"training_flop_cumulative", "FLOP", "Training FLOP so far", higher, Needs::training, sum,
       Sum::training_flop, unused, 1.0f, Scale::one},
      {"training_tokens_per_s", "tokens/s", "Training throughput", higher, Needs::training_tokens,
       sum, Sum::training_tokens_per_s, unused, 1.0f, Scale::tokens_per_flop},
      {"largest_run_flop_90d", "FLOP", "Largest single training run of 90 days", higher,
       Needs::training, sum, Sum::largest_run_flop, unused, 1.0f, Scale::one},
      {"mfu", "fraction", "Model FLOP utilisation", higher, Needs::training, ratio,
       Sum::training_flop_per_s, Sum::training_peak, 1.0f, Scale::one},
      {"goodput_fraction", "fraction", "Share of training time that is progress", higher,
       Needs::training, ratio, Sum::training_chips_goodput, Sum::training_chips, 1.0f, Scale::one},
      {"decode_tokens_per_s", "tokens/s", "Decode throughput", higher, Needs::decode, sum,
       Sum::decode_tokens_per_s, unused, 1.0f, Scale::one},
      {"memory_bound_bytes_per_s", "B/s", "Memory traffic of memory-bound work", higher,
       Needs::memory_bound, sum, Sum::memory_bound_bytes_per_s, unused, 1.0f, Scale::one},
      {"months_behind", "months", "Months behind {} in {}", lower, Needs::counterpart,
       months_behind, unused, unused, 1.0f, Scale::one},
      {"counterpart_ratio", "fraction", "Share of the level of {} in {}", higher,
       Needs::counterpart, counterpart_ratio, unused, unused, 1.0f, Scale::one},
  });
}();

// The names of all rows, in order.
const std::vector<std::string>& metric_names();

}  // namespace tranche
