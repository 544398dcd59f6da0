// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/state_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <type_traits>

#include "kernels/engine/fleet/members.hpp"

namespace tranche {
namespace {

using kernels::Slot;

void append(std::string& key, std::initializer_list<Slot> slots) {
  for (const Slot& slot : slots) key += fmt::format(",{}:{}", slot.column, slot.step_stride);
}

void append(std::string& key, const kernels::FleetData& data, std::int32_t begin,
            std::int32_t end) {
  for (std::int32_t i = begin; i < end; ++i) append(key, {data.slots[static_cast<std::size_t>(i)]});
}

// Appends every member of a description, so that a key misses none.
template <class Spec>
void append_members(std::string& key, const Spec& spec) {
  key += '|';
  kernels::for_each_member(spec, [&](const auto& member) {
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (std::same_as<Member, Slot>)
      append(key, {member});
    else if constexpr (std::is_enum_v<Member>)
      key += fmt::format(",{}", static_cast<int>(member));
    else
      key += fmt::format(",{}", member);
  });
}

// What the work of a firm's chips follows from.
std::string workloads_key(const kernels::FleetData& data, const kernels::FirmSpec& firm) {
  std::string key;
  for (std::int32_t w = 0; w < data.numbers.workload_count; ++w) {
    append_members(key, data.workloads[static_cast<std::size_t>(firm.workload_begin + w)]);
  }
  return key;
}

std::string reliability_key(const kernels::ReliabilitySpec& spec) {
  std::string key;
  append_members(key, spec);
  return key;
}

}  // namespace

std::int32_t StatePlan::schedule(kernels::ScheduleSpec spec,
                                 const std::vector<kernels::PermissionSpec>& permissions) {
  // State columns and ranges are not set yet.
  std::string key;
  append_members(key, spec);
  for (const kernels::PermissionSpec& permission : permissions) append_members(key, permission);
  const auto [found, is_new] = schedules_.try_emplace(key, size_of(data_.schedules));
  if (!is_new) return found->second;
  spec.permission_begin = size_of(data_.permissions);
  data_.permissions.insert(data_.permissions.end(), permissions.begin(), permissions.end());
  spec.permission_end = size_of(data_.permissions);
  spec.arrival_columns = columns_.state(std::max(spec.batches, 1));
  spec.granted_column = columns_.state();
  spec.fraction = columns_.state();
  if (spec.closure_count > 0) {
    spec.closures = columns_.state(2 * spec.closure_count);
    spec.on_the_way = columns_.state();
    spec.is_open = columns_.state();
    spec.looked_at = columns_.state();
  }
  if (spec.idle_count > 0) {
    spec.idle_closures = columns_.state(2 * spec.idle_count);
    spec.in_use = columns_.state();
  }
  spec.past_steps = past_steps_;
  if (past_steps_ > 0) spec.past_columns = columns_.state(past_steps_);
  data_.schedules.push_back(spec);
  return found->second;
}

StatePlan::Place StatePlan::shared(const std::string& key, std::int32_t count) {
  const auto [found, is_new] = shared_.try_emplace(key, 0);
  if (is_new) found->second = columns_.state(count);
  return {found->second, is_new};
}

void StatePlan::give_columns(const kernels::VariantSpec& variant,
                             const std::vector<Stocks>& stocks) {
  for (std::int32_t f = 0; f < data_.numbers.firm_count; ++f) {
    const std::int32_t index = variant.firm_begin + f;
    kernels::FirmSpec& firm = data_.firms[static_cast<std::size_t>(index)];
    const std::string name = fmt::format("{}", f);
    give_columns(firm, name);
    const Stocks own = stocks[static_cast<std::size_t>(f)];
    if (own.begin != own.end) firm.stock_group = stock_group(index, variant.reliability, name, own);
  }
}

void StatePlan::give_columns(kernels::FirmSpec& firm, const std::string& name) {
  const std::int32_t workloads = data_.numbers.workload_count;
  firm.survival_step = columns_.state();
  firm.flop_cumulative = columns_.state();
  firm.energy_cumulative = columns_.state();
  firm.energy_cost = columns_.state();
  if (firm.is_delayed != 0) firm.lag = columns_.state(2);
  if (firm.is_curtailed != 0) firm.powered = columns_.state();
  for (std::int32_t l = firm.allotment_begin; l < firm.allotment_end; ++l) {
    const kernels::AllotmentSpec& allotment = data_.allotments[static_cast<std::size_t>(l)];
    const auto schedule = static_cast<std::size_t>(allotment.schedule);
    if (firm.idle_chips < 0 && data_.schedules[schedule].idle_count > 0)
      firm.idle_chips = columns_.state(2);
  }

  std::string shares = name + "shares";
  append(shares, data_, firm.workload_share_begin, firm.workload_share_begin + workloads);
  shares += '/';
  append(shares, data_, firm.share_sum_begin, firm.share_sum_end);
  const Place share_columns = shared(shares, workloads);
  firm.workload_shares = share_columns.column;
  firm.sets_up_shares = share_columns.is_new ? 1 : 0;

  const std::string work = workloads_key(data_, firm);
  for (std::int32_t l = firm.allotment_begin; l < firm.allotment_end; ++l)
    give_columns(data_.allotments[static_cast<std::size_t>(l)], firm,
                 fmt::format("{}.{}", name, l - firm.allotment_begin), work);
}

std::int32_t StatePlan::stock_group(std::int32_t index, const kernels::ReliabilitySpec& reliability,
                                    const std::string& name, Stocks stocks) {
  const kernels::FirmSpec& firm = data_.firms[static_cast<std::size_t>(index)];
  const std::string work = workloads_key(data_, firm);
  std::string key =
      fmt::format("{}stock{}{}/{}", name, work, reliability_key(reliability), firm.workload_shares);
  append(key, {firm.availability, firm.retirement});
  for (std::int32_t s = stocks.begin; s < stocks.end; ++s) {
    append_members(key, data_.stocks[static_cast<std::size_t>(s)]);  // columns are not set yet
  }
  const auto [found, is_new] = stock_groups_.try_emplace(key, size_of(data_.stock_groups));
  if (!is_new) return found->second;
  kernels::StockGroupSpec group;
  group.firm = index;
  group.variant = size_of(data_.variants);  // the variant being lowered
  group.stock_begin = stocks.begin;
  group.stock_end = stocks.end;
  group.survival = columns_.state();
  const std::int32_t sums =
      kernels::fixed_sums + data_.numbers.yardstick_count + data_.numbers.workload_count;
  group.sums = columns_.state(sums);
  group.source_sums = columns_.state(sums);
  for (std::int32_t s = stocks.begin; s < stocks.end; ++s) {
    kernels::StockSpec& spec = data_.stocks[static_cast<std::size_t>(s)];
    spec.in_service = columns_.state();
    const Place rates =
        shared(fmt::format("{}rates{}", name, spec.chip) + work, data_.numbers.workload_count);
    spec.rates = rates.column;
    spec.sets_up_rates = rates.is_new ? 1 : 0;
  }
  data_.stock_groups.push_back(group);
  return found->second;
}

void StatePlan::give_columns(kernels::AllotmentSpec& allotment, const kernels::FirmSpec& firm,
                             const std::string& name, const std::string& workloads) {
  allotment.delivered = columns_.state();
  allotment.installed_ever = columns_.state();
  allotment.in_service = columns_.state();
  allotment.limit = columns_.state();
  allotment.rank = columns_.state();
  if (allotment.cost_changes != 0) allotment.paid = columns_.state(2);
  if (firm.is_delayed != 0) allotment.past_columns = columns_.state(past_steps_);

  std::string share = name + "allotted";
  append(share, {allotment.quantity, allotment.share});
  append(share, data_, allotment.share_sum_begin, allotment.share_sum_end);
  const Place allotted = shared(share, 2);
  allotment.allotted = allotted.column;
  allotment.share_column = allotted.column + 1;
  allotment.sets_up_allotted = allotted.is_new ? 1 : 0;

  std::string price = name + "cost";
  append(price, {allotment.unit_cost, allotment.tariff});
  const Place cost = shared(price, 1);
  allotment.cost = cost.column;
  allotment.sets_up_cost = cost.is_new ? 1 : 0;

  std::string power = fmt::format("{}watts{}", name, allotment.chip);
  append(power, {firm.server_overhead, firm.pue});
  const Place watts = shared(power, 1);
  allotment.watts = watts.column;
  allotment.sets_up_watts = watts.is_new ? 1 : 0;

  const Place rates = shared(fmt::format("{}rates{}", name, allotment.chip) + workloads,
                             data_.numbers.workload_count);
  allotment.rates = rates.column;
  allotment.sets_up_rates = rates.is_new ? 1 : 0;
}

}  // namespace tranche
