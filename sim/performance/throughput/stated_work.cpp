// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/stated_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/models/serving/operators.hpp"
#include "sim/catalogue/precisions.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

constexpr double usable_memory = 0.9;  // of capacity; the rest is workspace and fragmentation
constexpr std::uint64_t default_sequence_tokens = 8192;

bool is_narrow(const std::string& precision) {
  const auto format = stored_format(precision);
  return format && kernels::bytes_per_value(*format) < 2.0;
}

// Precision that "best" selects on this chip.
std::string best_on(const ChipEntry& chip, StatedWork::Kind kind) {
  const std::vector<std::string> candidates =
      precision_names(kind == StatedWork::Kind::training ? as_best_trained : as_best);
  std::string best = "bf16";
  for (const std::string& name : candidates)
    if (peak_flop_per_s(chip, name) > peak_flop_per_s(chip, best)) best = name;
  return best;
}

// Traffic of one decode step: the weights that its sequences reach, and the cache of each.
struct DecodeStep {
  double stored_bytes = 0;  // of all weights
  double weight_bytes = 0, batch = 1;
  double cache_bytes_per_sequence = 0;         // read in a step
  double stored_cache_bytes_per_sequence = 0;  // kept; more where a choice is read
};

double scale_up_chips(const ChipEntry& chip) {
  return std::max(chip.scale_up_chips ? chip.scale_up_chips->value : 1.0, 1.0);
}

// Memory of one replica for weights and cache: all chips of a scale-up domain; 0: unknown.
double replica_memory_bytes(const ChipEntry& chip) {
  const double capacity = chip.memory_capacity_bytes ? chip.memory_capacity_bytes->value : 0.0;
  return usable_memory * capacity * scale_up_chips(chip);
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

DecodeStep decode_step(const StatedWork& work, double batch) {
  DecodeStep step;
  step.batch = batch;
  step.weight_bytes = step.stored_bytes = work.weight_bytes.value_or(0.0);
  step.cache_bytes_per_sequence = work.kv_bytes_per_sequence.value_or(0.0);
  step.stored_cache_bytes_per_sequence = step.cache_bytes_per_sequence;
  if (work.model == nullptr) return step;
  const std::optional<kernels::ServedModel> model =
      served_model(*work.model, work.formats, work.narrow_cache);
  if (!model) return step;
  if (!work.weight_bytes) {
    step.stored_bytes = kernels::weight_bytes_per_chip(*model, {});
    step.weight_bytes = bytes_reached(*model, step.batch);
  }
  if (!work.kv_bytes_per_sequence) {
    step.cache_bytes_per_sequence =
        kernels::read_bytes_per_sequence(*model, {}, work.context_tokens);
    step.stored_cache_bytes_per_sequence =
        kernels::kv_bytes_per_sequence(*model, {}, work.context_tokens);
  }
  return step;
}

double token_bytes(const DecodeStep& step) {
  return step.weight_bytes / step.batch + step.cache_bytes_per_sequence;
}

// The slower of arithmetic and memory traffic takes all the time.
WorkPoint roofline_point(double compute_s, double memory_s) {
  WorkPoint point;
  point.works = true;
  point.chips_per_unit = 1.0;
  if (compute_s > memory_s) {
    point.step.compute_s = compute_s;
    point.binds = kernels::Bound::compute;
  } else {
    point.step.memory_s = memory_s;
    point.binds = kernels::Bound::memory;
  }
  return point;
}

// Sets the batch and the size of a replica. Returns the traffic of a token, or the reason why a
// replica does not fit.
struct TokenTraffic {
  double bytes = 0;
  std::string reason;
};
TokenTraffic fit_decode(const StatedWork& work, const ChipEntry& chip, ThroughputTable& table) {
  DecodeStep step = decode_step(work, work.batch_sequences.value_or(1.0));
  const double memory = replica_memory_bytes(chip);
  if (memory > 0.0)
    table.how.assumed.push_back(
        fmt::format("{:.0f} % of the memory is usable", 100.0 * usable_memory));
  if (!work.batch_sequences && work.model != nullptr &&
      step.stored_cache_bytes_per_sequence > 0.0 && memory > 0.0) {
    const double room = (memory - step.stored_bytes) / step.stored_cache_bytes_per_sequence;
    step = decode_step(work, std::max(std::floor(room), 1.0));
    table.how.assumed.push_back(
        fmt::format("as many sequences as fit: {}", human_number(step.batch)));
  }
  const double needed = step.stored_bytes + step.batch * step.stored_cache_bytes_per_sequence;
  if (memory > 0.0 && needed > memory)
    return {0.0, fmt::format("needs {:.0f} GB; the {:.0f} GB that a replica on {} can use "
                             "are too few",
                             needed * 1e-9, memory * 1e-9, chip.name)};
  if (memory > 0.0) {
    const double chips = std::max(std::ceil(needed / (memory / scale_up_chips(chip))), 1.0);
    table.replica_chips = static_cast<float>(chips);
    table.how.replica_chips = chips;
  }
  table.how.sequences = step.batch;
  return {work.bytes_per_unit ? *work.bytes_per_unit : token_bytes(step), {}};
}

}  // namespace

UnitWork unit_work(const StatedWork& work) {
  UnitWork unit{work.flop_per_unit.value_or(0.0), work.bytes_per_unit.value_or(0.0), work.unit};
  const auto name_unit = [&](const std::string& name) {
    if (unit.unit.empty()) unit.unit = name;
  };
  switch (work.kind) {
    case StatedWork::Kind::training:
      if (work.model != nullptr) {
        if (!work.flop_per_unit)
          unit.flop = kernels::training_flop_per_token(
              work.model->shape,
              work.sequence_tokens.value_or(static_cast<double>(default_sequence_tokens)),
              kernels::AttentionCount::causal);
        name_unit("tokens");
      } else if (unit.flop == 0.0) {
        unit.flop = 1.0;
        unit.unit = "FLOP";
      }
      break;
    case StatedWork::Kind::decode:
      if (unit.bytes == 0.0)
        unit.bytes = token_bytes(decode_step(work, work.batch_sequences.value_or(1.0)));
      if (work.model != nullptr && !work.flop_per_unit)
        unit.flop = 2.0 * kernels::matrix_parameters(work.model->shape);
      name_unit("tokens");
      break;
    case StatedWork::Kind::memory_bound:
      if (const WorkloadEntry* const entry = work.workload) {
        if (!work.bytes_per_unit) unit.bytes = entry->bytes_per_unit.value;
        if (!work.flop_per_unit && entry->flop_per_unit) unit.flop = entry->flop_per_unit->value;
        name_unit(entry->unit_of_work);
      }
      name_unit("units");
      break;
  }
  return unit;
}

ThroughputTable roofline_throughput(const StatedWork& work, const ChipEntry& chip) {
  UnitWork unit = unit_work(work);
  const StatedFormat format = stated_format(work, chip);
  const double peak = peak_flop_per_s(chip, format.arithmetic);
  const double bandwidth =
      chip.memory_bandwidth_bytes_per_s ? chip.memory_bandwidth_bytes_per_s->value : 0.0;
  // Work without arithmetic needs no peak rate.
  if (unit.flop > 0.0 && !(peak > 0.0))
    return no_throughput(
        fmt::format("{} has no published {} rate", chip.name, work.formats.precision));
  ThroughputTable table;
  table.how.formats = format.stored;
  table.how.arithmetic = format.arithmetic;
  table.how.widened = format.widened;
  if (work.model != nullptr) table.how.not_modelled = work.model->not_modelled;
  const double compute_s = unit.flop > 0.0 ? unit.flop / peak : 0.0;
  if (work.kind == StatedWork::Kind::training) {
    if (work.model != nullptr && !work.flop_per_unit && !work.sequence_tokens)
      table.how.assumed.push_back(
          fmt::format("sequences of {} tokens", with_separators(default_sequence_tokens)));
    table.points.fill(roofline_point(compute_s, 0.0));
    return table;
  }
  if (bandwidth <= 0.0)
    return no_throughput(fmt::format("{} has no published memory bandwidth", chip.name));
  if (work.kind == StatedWork::Kind::decode) {
    const TokenTraffic traffic = fit_decode(work, chip, table);
    if (!traffic.reason.empty()) return no_throughput(traffic.reason);
    unit.bytes = traffic.bytes;
  }
  table.points.fill(roofline_point(compute_s, unit.bytes / bandwidth));
  return table;
}

StatedFormat stated_format(const StatedWork& work, const ChipEntry& chip) {
  const std::string& asked = work.formats.precision;
  if (asked == "best") {
    const std::string best = best_on(chip, work.kind);
    return {best, best, ""};
  }
  if (peak_flop_per_s(chip, asked) > 0.0) return {asked, asked, ""};
  if (!is_narrow(asked) || !(peak_flop_per_s(chip, "bf16") > 0.0)) return {asked, "", ""};
  const bool is_read = work.kind == StatedWork::Kind::decode;
  return {is_read ? asked : "bf16", "bf16",
          fmt::format("{} has no {} rate: {}", chip.name, asked,
                      is_read ? fmt::format("read as {}, multiplied in bf16", asked)
                              : std::string("computed in bf16"))};
}

double peak_flop_per_s(const ChipEntry& chip, const std::string& precision) {
  const PrecisionInfo* const info = precision_info(precision);
  if (info == nullptr) return 0.0;
  const auto found = chip.dense_flop_per_s.find(std::string(info->rate));
  return found == chip.dense_flop_per_s.end() ? 0.0 : found->second.value;
}

}  // namespace tranche
