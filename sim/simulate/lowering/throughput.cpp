// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/throughput.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "kernels/models/serving/operators.hpp"
#include "sim/simulate/lowering/workload_formats.hpp"

namespace tranche {
namespace {

constexpr double usable_memory = 0.9;  // of capacity; the rest is workspace and fragmentation

[[noreturn]] void fail(const SourceSpan& where, std::string problem,
                       std::vector<std::string> help) {
  Problems problems;
  problems.error(where, std::move(problem), std::move(help));
  problems.throw_if_errors();
  throw std::logic_error("unreachable");
}

// Traffic of one decode step: the weights that its sequences reach, and the cache of each.
struct DecodeStep {
  double stored_bytes = 0;  // of all weights
  double weight_bytes = 0, cache_bytes_per_sequence = 0, batch = 1;
};

// Memory of one replica for weights and cache: all chips of a scale-up domain; 0: unknown.
double replica_memory_bytes(const ChipEntry& chip) {
  const double domain = chip.scale_up_chips ? chip.scale_up_chips->value : 1.0;
  const double capacity = chip.memory_capacity_bytes ? chip.memory_capacity_bytes->value : 0.0;
  return usable_memory * capacity * std::max(domain, 1.0);
}

// The model in the formats of the workload; empty if it names no model or a format in which none is
// stored.
std::optional<kernels::ServedModel> model_of(const Workload& workload, const Catalogue& catalogue) {
  const ModelEntry* const model = catalogue.find_model(workload.model);
  if (model == nullptr) return std::nullopt;
  return served_model(*model, formats_of(workload), sets_narrow_cache(software_of(workload)));
}

// Weight bytes that a step of `batch` sequences reads: for an MoE model only the experts that the
// tokens are routed to, evenly.
double bytes_reached(const kernels::ServedModel& model, double batch) {
  const kernels::ModelParams& m = model.shape;
  const double all = kernels::weight_bytes_per_chip(model, {});
  if (!kernels::is_mixture(m)) return all;
  const double expert =
      kernels::one_expert_parameters(m) * kernels::weight_bytes(model.expert_weights);
  const double idle = m.experts - kernels::experts_touched(m.experts, m.experts_active, batch, 1.0);
  return all - kernels::moe_layers(m) * idle * expert;
}

DecodeStep decode_step(const Workload& workload, const Catalogue& catalogue,
                       std::optional<double> batch = std::nullopt) {
  DecodeStep step;
  step.batch = batch                      ? *batch
               : workload.batch_sequences ? certain(workload.batch_sequences, "batch")
                                          : 1.0;
  step.weight_bytes = step.stored_bytes = certain(workload.weight_bytes, "weight_bytes");
  step.cache_bytes_per_sequence = certain(workload.kv_bytes_per_sequence, "kv_bytes_per_sequence");
  const std::optional<kernels::ServedModel> model = model_of(workload, catalogue);
  if (!model) return step;
  if (!workload.weight_bytes) {
    step.stored_bytes = kernels::weight_bytes_per_chip(*model, {});
    step.weight_bytes = bytes_reached(*model, step.batch);
  }
  if (!workload.kv_bytes_per_sequence)
    step.cache_bytes_per_sequence =
        kernels::kv_bytes_per_sequence(*model, {}, certain(workload.context_tokens, "context"));
  return step;
}

}  // namespace

UnitWork unit_work(const Workload& workload, const Catalogue& catalogue) {
  UnitWork work;
  work.unit = workload.unit;
  work.flop = certain(workload.flop_per_unit, "flop_per_unit");
  work.bytes = certain(workload.bytes_per_unit, "bytes_per_unit");
  switch (workload.kind) {
    case Workload::Kind::training:
      if (const ModelEntry* const model = catalogue.find_model(workload.model)) {
        const double tokens =
            workload.sequence_tokens ? certain(workload.sequence_tokens, "sequence") : 8192.0;
        if (!workload.flop_per_unit)
          work.flop = kernels::training_flop_per_token(model->shape, tokens,
                                                       kernels::AttentionCount::causal);
        if (work.unit.empty()) work.unit = "tokens";
      } else if (work.flop == 0.0) {
        work.flop = 1.0;
        work.unit = "FLOP";
      }
      break;
    case Workload::Kind::decode: {
      const DecodeStep step = decode_step(workload, catalogue);
      if (work.bytes == 0.0)
        work.bytes = step.weight_bytes / step.batch + step.cache_bytes_per_sequence;
      if (const ModelEntry* const model = catalogue.find_model(workload.model);
          model != nullptr && !workload.flop_per_unit)
        work.flop = 2.0 * kernels::matrix_parameters(model->shape);
      if (work.unit.empty()) work.unit = "tokens";
      break;
    }
    case Workload::Kind::memory_bound:
      if (const WorkloadEntry* const entry = catalogue.find_workload(workload.catalogue)) {
        if (!workload.bytes_per_unit) work.bytes = entry->bytes_per_unit.value;
        if (!workload.flop_per_unit && entry->flop_per_unit)
          work.flop = entry->flop_per_unit->value;
        if (work.unit.empty()) work.unit = entry->unit_of_work;
      }
      if (work.unit.empty()) work.unit = "units";
      break;
  }
  if (work.flop <= 0.0 && work.bytes <= 0.0)
    fail(workload.where,
         fmt::format("workload `{}` does not say what one unit of work costs", workload.name),
         {"give `model`, `catalogue`, or `flop_per_unit` and `bytes_per_unit`"});
  return work;
}

ThroughputTable roofline_throughput(const Workload& workload, const ChipEntry& chip,
                                    const Catalogue& catalogue) {
  UnitWork work = unit_work(workload, catalogue);
  const StatedFormat format = stated_format(workload, chip);
  const double peak = peak_flop_per_s(chip, format.arithmetic);
  const double bandwidth =
      chip.memory_bandwidth_bytes_per_s ? chip.memory_bandwidth_bytes_per_s->value : 0.0;
  // Work without arithmetic needs no peak rate.
  if (work.flop > 0.0 && !(peak > 0.0))
    return no_throughput(
        fmt::format("{} has no published {} rate", chip.name, precision_of(workload)));
  ThroughputTable table;
  table.how.formats = format.stored;
  table.how.arithmetic = format.arithmetic;
  table.how.widened = format.widened;
  if (const ModelEntry* const model = catalogue.find_model(workload.model))
    table.how.not_modelled = model->not_modelled;
  const auto compute_s = work.flop > 0.0 ? static_cast<float>(work.flop / peak) : 0.0f;
  if (workload.kind == Workload::Kind::training) {
    table.points.fill({compute_s, 0, 0, 0});
    return table;
  }
  if (bandwidth <= 0.0)
    return no_throughput(fmt::format("{} has no published memory bandwidth", chip.name));
  if (workload.kind == Workload::Kind::decode) {
    DecodeStep step = decode_step(workload, catalogue);
    const double memory = replica_memory_bytes(chip);
    // Without a batch, the largest number of sequences that fits.
    if (!workload.batch_sequences && !workload.model.empty() &&
        step.cache_bytes_per_sequence > 0.0 && memory > 0.0) {
      const double room = (memory - step.stored_bytes) / step.cache_bytes_per_sequence;
      step = decode_step(workload, catalogue, std::max(std::floor(room), 1.0));
    }
    if (!workload.bytes_per_unit)
      work.bytes = step.weight_bytes / step.batch + step.cache_bytes_per_sequence;
    const double needed = step.stored_bytes + step.batch * step.cache_bytes_per_sequence;
    if (memory > 0.0 && needed > memory)
      return no_throughput(
          fmt::format("needs {:.0f} GB; the {:.0f} GB that a replica on {} can use "
                      "are too few",
                      needed * 1e-9, memory * 1e-9, chip.name));
    if (memory > 0.0) {
      const double domain = chip.scale_up_chips ? chip.scale_up_chips->value : 1.0;
      const double chips = std::max(std::ceil(needed / (memory / std::max(domain, 1.0))), 1.0);
      table.copy_chips = static_cast<float>(chips);
      table.how.copy_chips = chips;
    }
    table.how.sequences = step.batch;
  }
  const auto memory_s = static_cast<float>(work.bytes / bandwidth);
  table.points.fill(compute_s > memory_s ? kernels::ThroughputPoint{compute_s, 0, 0, 0}
                                         : kernels::ThroughputPoint{0, memory_s, 0, 0});
  return table;
}

ThroughputTable modelled_throughput(const Workload& workload, const ChipEntry& chip,
                                    const Catalogue& catalogue, const PerformanceModels& models) {
  const auto maybe = [](const std::optional<Input>& input, const char* key) {
    return input ? std::optional(certain(input, key)) : std::nullopt;
  };
  switch (workload.kind) {
    case Workload::Kind::training:
      return training_table(
          {workload.model, precision_of(workload), maybe(workload.sequence_tokens, "sequence"),
           maybe(workload.global_batch, "global_batch")},
          chip, catalogue, models.training);
    case Workload::Kind::decode:
      return decode_table({.model = workload.model,
                           .formats = formats_of(workload),
                           .software = software_of(workload),
                           .context_tokens = certain(workload.context_tokens, "context"),
                           .batch_sequences = maybe(workload.batch_sequences, "batch"),
                           .layout = layout_of(workload)},
                          chip, catalogue, models.inference);
    case Workload::Kind::memory_bound:
      break;
  }
  return memory_bound_table(*catalogue.find_workload(workload.catalogue), chip,
                            models.memory_bound);
}

}  // namespace tranche
