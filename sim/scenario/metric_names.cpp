// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/metric_names.hpp"

namespace tranche {

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> names = {
      "chips_delivered",
      "chips_installed",
      "chips_available",
      "power_mw",
      "energy_mwh_cumulative",
      "training_flop_per_s",
      "training_flop",
      "training_flop_cumulative",
      "training_tokens_per_s",
      "largest_run_flop_90d",
      "mfu",
      "goodput_fraction",
      "decode_tokens_per_s",
      "memory_bound_bytes_per_s",
      "cost_usd_cumulative",
      "months_behind",
      "counterpart_ratio",
  };
  return names;
}

}  // namespace tranche
