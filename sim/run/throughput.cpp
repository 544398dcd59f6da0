#include "sim/run/throughput.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "kernels/performance/model_counts.hpp"

namespace tranche {
namespace {

constexpr double usable_memory = 0.9;  // of capacity; the rest is workspace and fragmentation

double certain(const std::optional<Input>& input, const char* key) {
  if (!input) return 0.0;
  if (!input->distribution.is_constant()) {
    Problems problems;
    problems.error(input->where,
                   fmt::format("`{}` describes the work itself and must be certain", key),
                   {"put the uncertainty into the workload's efficiency"});
    problems.throw_if_errors();
  }
  return input->distribution.parameters.at(0);
}

double bytes_of(const std::string& precision) {
  if (precision == "fp64") return 8.0;
  if (precision == "fp32" || precision == "tf32") return 4.0;
  if (precision == "fp8" || precision == "int8" || precision == "mxfp8") return 1.0;
  if (precision == "fp4") return 0.5;
  return 2.0;
}

[[noreturn]] void fail(const SourceSpan& where, std::string problem,
                       std::vector<std::string> help) {
  Problems problems;
  problems.error(where, std::move(problem), std::move(help));
  problems.throw_if_errors();
  throw std::logic_error("unreachable");
}

// What one decode step reads: all weights once, and the cache of every sequence.
struct DecodeStep {
  double weight_bytes = 0, cache_bytes_per_sequence = 0, batch = 1;
};

// Memory of one replica for weights and cache: all chips of a scale-up domain; 0: unknown.
double replica_memory_bytes(const ChipEntry& chip) {
  const double domain = chip.scale_up_chips ? chip.scale_up_chips->value : 1.0;
  const double capacity = chip.memory_capacity_bytes ? chip.memory_capacity_bytes->value : 0.0;
  return usable_memory * capacity * std::max(domain, 1.0);
}

DecodeStep decode_step(const Workload& workload, const Catalogue& catalogue) {
  DecodeStep step;
  step.batch = workload.batch_sequences ? certain(workload.batch_sequences, "batch") : 1.0;
  step.weight_bytes = certain(workload.weight_bytes, "weight_bytes");
  step.cache_bytes_per_sequence = certain(workload.kv_bytes_per_sequence, "kv_bytes_per_sequence");
  const ModelEntry* const model = catalogue.find_model(workload.model);
  if (model == nullptr) return step;
  const kernels::ModelParams& m = model->shape;
  const double width = bytes_of(workload.precision);
  const double context =
      workload.context_tokens ? certain(workload.context_tokens, "context") : 4096.0;
  if (!workload.weight_bytes) step.weight_bytes = kernels::total_parameters(m) * width;
  if (!workload.kv_bytes_per_sequence)
    step.cache_bytes_per_sequence = kernels::kv_bytes_per_token(m, width) * context;
  return step;
}

}  // namespace

double peak_flop_per_s(const ChipEntry& chip, const std::string& precision) {
  const std::string key = precision == "fp16" ? "bf16" : precision == "mxfp8" ? "fp8" : precision;
  const auto found = chip.dense_flop_per_s.find(key);
  return found == chip.dense_flop_per_s.end() ? 0.0 : found->second.value;
}

UnitWork unit_work(const Workload& workload, const Catalogue& catalogue) {
  UnitWork work;
  work.unit = workload.unit;
  work.flop = certain(workload.flop_per_unit, "flop_per_unit");
  work.bytes = certain(workload.bytes_per_unit, "bytes_per_unit");
  switch (workload.kind) {
    case Workload::Kind::training:
      if (const ModelEntry* const model = catalogue.find_model(workload.model)) {
        const double tokens = workload.sequence_tokens
                                  ? certain(workload.sequence_tokens, "sequence")
                                  : 8192.0;
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
  const std::string precision = workload.precision.empty() ? "bf16" : workload.precision;
  const double peak = peak_flop_per_s(chip, precision);
  const double bandwidth =
      chip.memory_bandwidth_bytes_per_s ? chip.memory_bandwidth_bytes_per_s->value : 0.0;
  if (workload.kind == Workload::Kind::training) {
    if (peak <= 0.0)
      return no_throughput(fmt::format("{} has no published {} rate", chip.name, precision));
    return throughput_of({static_cast<float>(work.flop / peak), 0, 0, 0});
  }
  if (bandwidth <= 0.0)
    return no_throughput(fmt::format("{} has no published memory bandwidth", chip.name));
  if (workload.kind == Workload::Kind::decode) {
    DecodeStep step = decode_step(workload, catalogue);
    const double memory = replica_memory_bytes(chip);
    // Without a batch, as many sequences as fit.
    if (!workload.batch_sequences && !workload.model.empty() &&
        step.cache_bytes_per_sequence > 0.0 && memory > 0.0) {
      const double room = (memory - step.weight_bytes) / step.cache_bytes_per_sequence;
      step.batch = std::max(std::floor(room), 1.0);
      if (!workload.bytes_per_unit)
        work.bytes = step.weight_bytes / step.batch + step.cache_bytes_per_sequence;
    }
    const double needed = step.weight_bytes + step.batch * step.cache_bytes_per_sequence;
    if (memory > 0.0 && needed > memory)
      return no_throughput(
          fmt::format("needs {:.0f} GB; the {:.0f} GB that a replica on {} can use "
                      "are too few",
                      needed * 1e-9, memory * 1e-9, chip.name));
  }
  const double memory_s = work.bytes / bandwidth;
  // A format that the chip lacks is computed in the nearest wider one.
  const double usable_peak = peak > 0.0 ? peak : peak_flop_per_s(chip, "bf16");
  const double compute_s = usable_peak > 0.0 ? work.flop / usable_peak : 0.0;
  if (compute_s > memory_s) return throughput_of({static_cast<float>(compute_s), 0, 0, 0});
  return throughput_of({0, static_cast<float>(memory_s), 0, 0});
}

ThroughputTable modelled_throughput(const Workload& workload, const ChipEntry& chip,
                                    const Catalogue& catalogue, const PerformanceModels& models) {
  const auto maybe = [](const std::optional<Input>& input, const char* key) {
    return input ? std::optional(certain(input, key)) : std::nullopt;
  };
  const std::string precision = workload.precision.empty() ? "bf16" : workload.precision;
  switch (workload.kind) {
    case Workload::Kind::training:
      return training_table({workload.model, precision, maybe(workload.sequence_tokens, "sequence"),
                             maybe(workload.global_batch, "global_batch")},
                            chip, catalogue, models.training);
    case Workload::Kind::decode:
      return decode_table({workload.model, precision, certain(workload.context_tokens, "context"),
                           maybe(workload.batch_sequences, "batch")},
                          chip, catalogue, models.inference);
    case Workload::Kind::memory_bound:
      break;
  }
  return memory_bound_table(*catalogue.find_workload(workload.catalogue), chip,
                            models.memory_bound);
}

}  // namespace tranche
