// SPDX-License-Identifier: Apache-2.0

// Chips of each variant as the fleet kernels use them: power, yardsticks, throughput.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernels/engine/fleet/data.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/lowering/cache.hpp"
#include "sim/simulate/lowering/column_plan.hpp"
#include "sim/simulate/lowering/lowering.hpp"
#include "sim/simulate/lowering/model_error.hpp"
#include "sim/simulate/lowering/throughput.hpp"

namespace tranche {

// Watts of a chip before the firm's overhead: the TDP if the firm sets `server_overhead`, otherwise
// its part of a server; empty if unknown.
std::optional<double> known_watts(const Scenario& scenario, const Firm& firm,
                                  const ChipEntry& chip);

class ChipPlan {
 public:
  // A tranche whose chip no rule permits delivers none.
  enum class Use { in_service, never_delivered };

  ChipPlan(kernels::FleetData& data, const Catalogue& catalogue,
           std::vector<const Yardstick*> yardsticks, ColumnPlan& columns, LoweringCache& cache);

  // Takes the chips of this variant from here on: how wide replicas of served models may be, and
  // the errors of the models, which it returns.
  const ModelErrors& set_variant(const Scenario& scenario);

  // Index of the chip at this firm under the workloads of this scenario; equal chip, power and
  // workloads share one entry. A chip in service without a known power is an error if a firm has a
  // power cap; otherwise it counts as 0 W, and an unknown yardstick value as 0: mark_unknown() then
  // marks the affected metrics as unknown.
  std::int32_t chip(const Scenario& scenario, const Firm& firm, const std::string& name,
                    const SourceSpan& where, Use use = Use::in_service);

  // Throughput of a chip under a workload, computed once for all variants and firms.
  const ThroughputTable& throughput(const Workload& workload, const ChipEntry& chip);

  // Work of the chips that are in service in some variant.
  const std::vector<ChipWork>& works() const { return works_; }

 private:
  void check_power(const Scenario& scenario, const ChipEntry& entry, const SourceSpan& where) const;

  kernels::FleetData& data_;
  const Catalogue& catalogue_;
  std::vector<const Yardstick*> yardsticks_;
  ColumnPlan& columns_;
  LoweringCache& cache_;
  const Scenario* variant_ = nullptr;
  // Of the variant: errors by workload and chip, and most chips of a replica by the same.
  ModelErrors errors_;
  std::map<std::pair<std::string, std::string>, double> widest_chips_;
  void add_work(const Workload& workload, const ChipEntry& chip, const ThroughputTable& table,
                const SourceSpan& where);

  std::map<std::string, std::int32_t> chips_;
  std::vector<ChipWork> works_;
};

}  // namespace tranche
