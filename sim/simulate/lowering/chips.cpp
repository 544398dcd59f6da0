// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/chips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/simulate/lowering/clusters.hpp"
#include "sim/simulate/lowering/models_with_runs.hpp"
#include "sim/simulate/lowering/workload_formats.hpp"

namespace tranche {
namespace {

constexpr double largest_size_chips = 1 << (throughput_sizes - 1);

// Key of everything that a throughput table depends on. Every member of a workload is named, so
// that a new one does not compile until it is placed here. Not part of the key: names and places,
// and the efficiencies, `achieved` and `job_chips`, which are applied outside of the table.
std::string throughput_key(const Workload& workload, const ChipEntry& chip) {
  const auto& [kind, performance, name, title, model, checkpoint, catalogue, precision,
               kv_precision, software, tensor_ways, pipeline_ways, expert_ways, attention_data_ways,
               unit, flop_per_unit, bytes_per_unit, weight_bytes, kv_bytes_per_sequence,
               batch_sequences, context_tokens, sequence_tokens, global_batch, compute_efficiency,
               bandwidth_efficiency, network_efficiency, achieved, job_chips, where] = workload;
  std::string key = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", chip.name, static_cast<int>(kind),
                                static_cast<int>(performance), model, checkpoint, catalogue,
                                precision, kv_precision, software, unit);
  for (const std::optional<Input>* const input :
       {&tensor_ways, &pipeline_ways, &expert_ways, &attention_data_ways, &flop_per_unit,
        &bytes_per_unit, &weight_bytes, &kv_bytes_per_sequence, &batch_sequences, &context_tokens,
        &sequence_tokens, &global_batch})
    key += *input ? fmt::format("|{}", (*input)->distribution.parameters.at(0)) : "|";
  return key;
}

// Medians of clusters cost as much as the rest of lowering, and only these need them.
bool is_served_by_model(const Workload& workload) {
  return workload.kind == Workload::Kind::decode &&
         workload.performance == Workload::Performance::model;
}

}  // namespace

ChipPlan::ChipPlan(kernels::FleetData& data, const Catalogue& catalogue,
                   std::vector<const Yardstick*> yardsticks, ColumnPlan& columns,
                   LoweringCache& cache)
    : data_(data),
      catalogue_(catalogue),
      yardsticks_(std::move(yardsticks)),
      columns_(columns),
      cache_(cache) {}

const ModelErrors& ChipPlan::set_variant(const Scenario& scenario) {
  if (variant_ == &scenario) return errors_;
  variant_ = &scenario;
  widest_chips_.clear();
  for (const Workload& workload : scenario.workloads) {
    if (!is_served_by_model(workload)) continue;
    for (const auto& [chip, cluster] : clusters_of(scenario, workload))
      widest_chips_[{workload.name, catalogue_.find_chip(chip)->name}] =
          widest_replica_chips(cluster);
  }
  std::set<std::string> chips;
  for (const Firm& firm : scenario.firms)
    for (const Stock& stock : firm.stock) chips.insert(catalogue_.find_chip(stock.chip)->name);
  for (const Tranche& tranche : scenario.tranches)
    chips.insert(catalogue_.find_chip(tranche.chip)->name);
  std::vector<PredictedWork> works;
  for (const Workload& workload : scenario.workloads) {
    if (!draws_model_error(workload)) continue;
    for (const std::string& chip : chips) {
      const ThroughputTable& table = throughput(workload, *catalogue_.find_chip(chip));
      if (table.possible && table.how.traits && table.how.prediction)
        works.push_back({&workload, chip, *table.how.traits, *table.how.prediction});
    }
  }
  errors_ =
      works.empty()
          ? ModelErrors{}
          : model_errors(works, models_with_runs(scenario.own_runs, catalogue_, cache_).evidence);
  return errors_;
}

void ChipPlan::add_work(const Workload& workload, const ChipEntry& chip,
                        const ThroughputTable& table, const SourceSpan& where) {
  ChipWork work{.workload = workload.name,
                .chip = chip.name,
                .is_possible = table.possible,
                .reason = table.reason,
                .how = table.how,
                .where = where};
  if (table.possible) {
    if (table.size_dependent) {
      const double job = workload.job_chips ? median_of(*workload.job_chips)
                                            : static_cast<double>(table.largest_job_chips);
      work.job_chips = std::clamp(std::round(job), smallest_job(table), largest_size_chips);
    }
    const WorkPoint& point = point_at(table, std::max(work.job_chips, 1.0));
    work.binds = point.binds;
    work.step = point.step;
  }
  const bool is_known = std::any_of(works_.begin(), works_.end(), [&](const ChipWork& other) {
    return other.workload == work.workload && other.chip == work.chip &&
           other.is_possible == work.is_possible && other.reason == work.reason &&
           other.how == work.how && other.job_chips == work.job_chips;
  });
  if (!is_known) works_.push_back(std::move(work));
}

const ThroughputTable& ChipPlan::throughput(const Workload& workload, const ChipEntry& chip) {
  const auto limit = widest_chips_.find({workload.name, chip.name});
  const double widest = limit == widest_chips_.end() ? largest_replica_chips : limit->second;
  std::string key = throughput_key(workload, chip);
  if (workload.kind == Workload::Kind::decode) key += fmt::format("|{}", widest);
  for (const std::string& file : variant_->own_runs) key += "|" + file;
  if (const auto found = cache_.throughputs.find(key); found != cache_.throughputs.end())
    return found->second;
  WorkQuestion question = question_of(workload, chip, catalogue_);
  if (auto* const served = std::get_if<ServedWork>(&question.work))
    served->widest_replica_chips = widest;
  const bool is_stated = std::holds_alternative<StatedWork>(question.work);
  ThroughputTable made =
      is_stated ? roofline_throughput(std::get<StatedWork>(question.work), chip)
                : answer(question, models_with_runs(variant_->own_runs, catalogue_, cache_));
  return cache_.throughputs.emplace(std::move(key), std::move(made)).first->second;
}

std::optional<double> known_watts(const Scenario& scenario, const Firm& firm,
                                  const ChipEntry& chip) {
  if (firm.server_overhead) return chip.tdp_w ? std::optional(chip.tdp_w->value) : std::nullopt;
  const auto found = std::find_if(scenario.server_power.begin(), scenario.server_power.end(),
                                  [&](const ServerPower& p) { return p.chip == chip.name; });
  if (found == scenario.server_power.end()) return std::nullopt;
  return found->watts.distribution.parameters.at(0);
}

// A chip without a known power cannot be checked against a power cap.
void ChipPlan::check_power(const Scenario& scenario, const ChipEntry& entry,
                           const SourceSpan& where) const {
  const bool capped = std::any_of(scenario.firms.begin(), scenario.firms.end(),
                                  [](const Firm& firm) { return firm.power_cap_w.has_value(); });
  if (!capped) return;
  Problems problems;
  problems.error(where, fmt::format("the power of chip `{}` is not known", entry.name),
                 {"add `tdp` to the chip in a catalogue file, with its source"});
  problems.throw_if_errors();
}

std::int32_t ChipPlan::chip(const Scenario& scenario, const Firm& firm, const std::string& name,
                            const SourceSpan& where, Use use) {
  const ChipEntry& entry = *catalogue_.find_chip(name);
  const std::optional<double> watts = known_watts(scenario, firm, entry);
  if (!watts && use == Use::in_service) check_power(scenario, entry, where);
  kernels::FleetChip chip;
  chip.server_w = static_cast<float>(watts.value_or(0.0));
  std::vector<ThroughputTable> tables;
  std::vector<kernels::ThroughputPoint> points;  // of all tables
  std::vector<kernels::Slot> errors;             // one for each workload
  std::string key = fmt::format("{}|{}", entry.name, chip.server_w);
  for (const Workload& workload : scenario.workloads) {
    tables.push_back(throughput(workload, entry));
    ThroughputTable& table = tables.back();
    // An explicit job size is used as given.
    if (workload.job_chips) table.largest_job_chips = kernels::unlimited;
    const Input* const error =
        use == Use::in_service ? errors_.find(workload.name, entry.name) : nullptr;
    errors.push_back(error != nullptr ? columns_.input(*error, 1.0, {}) : columns_.constant(1.0));
    key += fmt::format("|{}:{}:{}:{}:{}", table.possible, table.size_dependent,
                       table.largest_job_chips, table.replica_chips, errors.back().column);
    for (const WorkPoint& point : table.points) {
      const kernels::ThroughputPoint p = fleet_point(point, workload.kind);
      key += fmt::format(",{},{},{},{}", p.compute_s, p.memory_s, p.network_s, p.bubble_s);
      points.push_back(p);
    }
    if (workload.kind == Workload::Kind::training)
      chip.peak_training_flop_per_s =
          static_cast<float>(peak_flop_per_s(entry, table.how.arithmetic));
    if (use == Use::in_service) add_work(workload, entry, table, where);
  }
  const auto [found, is_new] =
      chips_.try_emplace(key, static_cast<std::int32_t>(data_.chips.size()));
  if (!is_new) return found->second;

  chip.yardstick_begin = static_cast<std::int32_t>(data_.yardsticks.size());
  for (const Yardstick* const yardstick : yardsticks_)
    data_.yardsticks.push_back(
        static_cast<float>(yardstick_value(*yardstick, entry, catalogue_).value_or(0.0)));
  chip.throughput_begin = static_cast<std::int32_t>(data_.throughputs.size());
  for (std::size_t i = 0; i < tables.size(); ++i)
    data_.throughputs.push_back(
        {static_cast<std::int32_t>(data_.points.size() + i * throughput_sizes),
         tables[i].size_dependent ? 1 : 0, tables[i].possible ? 1 : 0, tables[i].largest_job_chips,
         tables[i].replica_chips, errors[i]});
  data_.points.insert(data_.points.end(), points.begin(), points.end());
  data_.chips.push_back(chip);
  return found->second;
}

}  // namespace tranche
