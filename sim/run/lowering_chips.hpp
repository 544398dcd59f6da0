// Chips of each variant as the fleet kernels use them: power, yardsticks, throughput.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernels/fleet/fleet_data.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/run/lowering_cache.hpp"
#include "sim/run/throughput.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

class ChipPlan {
 public:
  // A tranche whose chip no rule lets through delivers none.
  enum class Use { in_service, never_delivered };

  ChipPlan(kernels::FleetData& data, const Catalogue& catalogue,
           std::vector<const Yardstick*> yardsticks, LoweringCache& cache);

  // Index of the chip under the workloads of this scenario; the same chip under the same
  // workloads is one entry. A chip in service without a known power is an error where a firm
  // has a power cap, and counts as 0 W with a remark elsewhere.
  std::int32_t chip(const Scenario& scenario, const std::string& name, const SourceSpan& where,
                    Use use = Use::in_service);

  // Workloads that cannot run on a chip, chips without a yardstick value: one line each.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  // One chip under one workload is worked out once, whatever variants and firms share it.
  const ThroughputTable& throughput(const Workload& workload, const ChipEntry& chip);
  void remark(std::string text);
  void check_power(const Scenario& scenario, const ChipEntry& entry, const SourceSpan& where,
                   Use use);

  kernels::FleetData& data_;
  const Catalogue& catalogue_;
  std::vector<const Yardstick*> yardsticks_;
  LoweringCache& cache_;
  std::map<std::string, std::int32_t> chips_;
  std::vector<std::string> remarks_;
};

}  // namespace tranche
