// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/throughput.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "kernels/engine/fleet/month.hpp"
#include "sim/simulate/lowering/workload_formats.hpp"

namespace tranche {
namespace {

static_assert(throughput_sizes == kernels::throughput_points,
              "tables of the models have the sizes of the fleet simulation");

std::optional<double> certain_if_given(const std::optional<Input>& input, const char* key) {
  return input ? std::optional(certain(input, key)) : std::nullopt;
}

StatedWork::Kind kind_of(Workload::Kind kind) {
  switch (kind) {
    case Workload::Kind::training:
      return StatedWork::Kind::training;
    case Workload::Kind::decode:
      return StatedWork::Kind::decode;
    case Workload::Kind::memory_bound:
      break;
  }
  return StatedWork::Kind::memory_bound;
}

StatedWork stated_work(const Workload& workload, const Catalogue& catalogue) {
  return {.kind = kind_of(workload.kind),
          .model = catalogue.find_model(workload.model),
          .workload = catalogue.find_workload(workload.catalogue),
          .formats = formats_of(workload),
          .narrow_cache = sets_narrow_cache(software_of(workload)),
          .unit = workload.unit,
          .flop_per_unit = certain_if_given(workload.flop_per_unit, "flop_per_unit"),
          .bytes_per_unit = certain_if_given(workload.bytes_per_unit, "bytes_per_unit"),
          .weight_bytes = certain_if_given(workload.weight_bytes, "weight_bytes"),
          .kv_bytes_per_sequence =
              certain_if_given(workload.kv_bytes_per_sequence, "kv_bytes_per_sequence"),
          .batch_sequences = certain_if_given(workload.batch_sequences, "batch"),
          .context_tokens = certain(workload.context_tokens, "context"),
          .sequence_tokens = certain_if_given(workload.sequence_tokens, "sequence")};
}

// Sequences and tokens are counted in whole numbers.
std::optional<double> whole(const std::optional<double>& value) {
  return value ? std::optional(std::round(*value)) : std::nullopt;
}

std::array<kernels::ThroughputPoint, throughput_sizes> training_points(
    const ThroughputTable& table) {
  std::array<kernels::ThroughputPoint, throughput_sizes> points;
  for (std::size_t k = 0; k < throughput_sizes; ++k)
    points[k] = fleet_point(table.points[k], Workload::Kind::training);
  return points;
}

double units_per_s_of(const std::array<kernels::ThroughputPoint, throughput_sizes>& points,
                      double chips) {
  const kernels::ThroughputPoint point =
      kernels::interpolate(points.data(), static_cast<float>(chips));
  return chips * static_cast<double>(kernels::units_per_s(point, {1.0f, 1.0f, 1.0f}));
}

}  // namespace

WorkQuestion question_of(const Workload& workload, const ChipEntry& chip,
                         const Catalogue& catalogue) {
  if (workload.performance == Workload::Performance::stated)
    return {&chip, stated_work(workload, catalogue)};
  switch (workload.kind) {
    case Workload::Kind::training:
      return {&chip, TrainingWork{.model = catalogue.find_model(workload.model),
                                  .job = {.precision = precision_of(workload),
                                          .sequence_tokens = whole(certain_if_given(
                                              workload.sequence_tokens, "sequence")),
                                          .global_batch = whole(certain_if_given(
                                              workload.global_batch, "global_batch"))}}};
    case Workload::Kind::decode:
      return {&chip,
              ServedWork{.model = catalogue.find_model(workload.model),
                         .formats = formats_of(workload),
                         .software = named_software_of(workload),
                         .context_tokens = certain(workload.context_tokens, "context"),
                         .batch_sequences = certain_if_given(workload.batch_sequences, "batch"),
                         .max_tpot_s = {},
                         .layout = layout_of(workload)}};
    case Workload::Kind::memory_bound:
      break;
  }
  return {&chip, CatalogueWork{catalogue.find_workload(workload.catalogue)}};
}

UnitWork unit_work(const Workload& workload, const Catalogue& catalogue) {
  UnitWork work = unit_work(stated_work(workload, catalogue));
  if (work.flop > 0.0 || work.bytes > 0.0) return work;
  Problems problems;
  problems.error(
      workload.where,
      fmt::format("workload `{}` does not say what one unit of work costs", workload.name),
      {"give `model`, `catalogue`, or `flop_per_unit` and `bytes_per_unit`"});
  problems.throw_if_errors();
  return work;
}

kernels::ThroughputPoint fleet_point(const WorkPoint& point, Workload::Kind kind) {
  if (!point.works) return {kernels::no_throughput_s, 0, 0, 0};
  const auto seconds = [&](double step_s) {
    return static_cast<float>(step_s * point.chips_per_unit);
  };
  const kernels::TimeParts& s = point.step;
  const bool is_training = kind == Workload::Kind::training;
  const double compute_host_s = is_training ? s.host_s : 0.0;
  const double other_host_s = is_training ? 0.0 : s.host_s;
  return {seconds(s.compute_s + compute_host_s + s.straggler_s + s.power_s), seconds(s.memory_s),
          seconds(s.network_s), seconds(s.launch_s + other_host_s + s.bubble_s)};
}

double share_that_adds_nothing(const ThroughputTable& table, double chips) {
  constexpr double kept = 0.95;
  const auto points = training_points(table);
  const double enough = kept * units_per_s_of(points, chips);
  if (!(enough > 0.0)) return 0.0;
  // Fewest chips that keep it, to a thousandth; throughput need not be monotonic in size.
  constexpr int steps = 1000;
  for (int step = 1; step < steps; ++step) {
    const double part = static_cast<double>(step) / steps;
    if (part * chips >= 1.0 && units_per_s_of(points, part * chips) >= enough) return 1.0 - part;
  }
  return 0.0;
}

}  // namespace tranche
