// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/compare/compare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/catalogue/names_in_use.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/performance/compare/training.hpp"
#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/throughput/bounds.hpp"
#include "sim/performance/throughput/memory_bound_work.hpp"
#include "sim/performance/throughput/work_question.hpp"
#include "sim/performance/throughput/work_units.hpp"

namespace tranche {
namespace {

using kernels::Bound;
using kernels::TimeParts;

// In the order of kernels::ArithmeticUnit.
constexpr const char* arithmetic_words[] = {"fp64 arithmetic", "fp32 arithmetic",
                                            "16-bit matrix arithmetic", "8-bit matrix arithmetic"};

std::string reason(const TimeParts& time, Bound bound, const kernels::ChipParams& chip) {
  const double percent = 100.0 * share_of_time(time, bound);
  switch (bound) {
    case Bound::memory:
      return fmt::format("{:.0f} % of time streams memory ({:.2f} TB/s)", percent,
                         chip.memory_bandwidth_bytes_per_s / 1e12);
    case Bound::compute:
      return fmt::format("{:.0f} % of time is arithmetic", percent);
    case Bound::network:
      return fmt::format("{:.0f} % of time crosses links", percent);
    case Bound::launch:
      return fmt::format("{:.0f} % of time starts and drains kernels", percent);
    case Bound::host:
      return fmt::format("{:.0f} % of time waits for the host", percent);
    case Bound::power:
      return fmt::format("clocks lowered at {:.0f} W ({:.0f} % of time)", chip.tdp_w, percent);
    case Bound::bubble:
    case Bound::straggler:
      return fmt::format("{:.0f} % of time is {}", percent, bound_name(bound));
    case Bound::capacity:
      return fmt::format("{:.0f} GB of memory limit it", chip.memory_capacity_bytes / 1e9);
    case Bound::latency:
      break;
  }
  return "single reads wait for each other";
}

struct Measured {
  WorkDescription how;
  double value = 0;
  Bound bound = Bound::capacity;
  std::string why;
  bool possible = false;
};

// Task of a language model in a comparison.
struct LanguageTask {
  std::string kind;  // "train", "prefill", "decode", "serve"
  const ModelEntry* model = nullptr;
  std::string precision;   // stated in the model's name, or empty
  std::string checkpoint;  // named by the model's name, or empty
};

std::optional<LanguageTask> language_task(const std::string& name, const Catalogue& catalogue) {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const NamedModel named = named_model(catalogue.models, name.substr(colon + 1));
  LanguageTask task{name.substr(0, colon), named.model, named.precision,
                    named.checkpoint != nullptr ? named.checkpoint->name : std::string()};
  const bool known = task.kind == "train" || task.kind == "prefill" || task.kind == "decode" ||
                     task.kind == "serve";
  // training has one format for all models; a name with another format does not apply
  const bool has_format = task.kind == "train" && !task.precision.empty();
  if (!known || task.model == nullptr || has_format) return std::nullopt;
  return task;
}

constexpr const char* otherwise_served_in = "fp8";

std::string precision_of(const LanguageTask& task, const ServingOptions& asked) {
  if (!task.precision.empty()) return task.precision;
  if (!asked.formats.precision.empty()) return asked.formats.precision;
  const Checkpoint* const only = only_checkpoint(*task.model);
  return only != nullptr ? only->precision : otherwise_served_in;
}

// Format and layout with the highest throughput per chip.
Measured measure(const LanguageTask& task, const ChipEntry& chip, const ComparisonInputs& inputs) {
  const ServingOptions& asked = inputs.serving;
  ServedWork work{.model = task.model,
                  .formats = asked.formats,
                  .software = asked.software,
                  .task = task.kind == "prefill"  ? ServedTask::prefill
                          : task.kind == "decode" ? ServedTask::decode
                                                  : ServedTask::serve,
                  .context_tokens = asked.input_tokens + 0.5 * asked.output_tokens,
                  .batch_sequences = asked.sequences,
                  .input_tokens = asked.input_tokens,
                  .output_tokens = asked.output_tokens,
                  .max_tpot_s = asked.max_tpot_s,
                  .layout = asked.layout};
  work.formats.precision = precision_of(task, asked);
  if (!task.checkpoint.empty()) work.formats.checkpoint = task.checkpoint;
  const ThroughputTable table = served_throughput(work, chip, inputs.inference);
  Measured m;
  m.possible = table.possible;
  m.why = table.reason;
  if (!table.possible) return m;
  const WorkPoint& point = table.points.front();
  m.value = 1.0 / point.seconds_per_unit();
  m.bound = point.binds;
  m.how = table.how;
  m.why = m.bound == Bound::capacity
              ? fmt::format("weights leave {:.0f} GB a chip for {:.0f} sequences",
                            table.how.cache_bytes / 1e9, table.how.sequences)
              : reason(point.step, m.bound, chip_params(chip));
  return m;
}

// Names the arithmetic rate: bandwidth-bound work is compute-bound on chips with slow fp64.
std::string arithmetic_reason(const kernels::MemoryBoundResult& result,
                              const kernels::MemoryBoundWork& work,
                              const kernels::ChipParams& chip) {
  const double tera = kernels::arithmetic_rate(chip, work.unit) / 1e12;
  const std::string rate = tera < 10.0 ? fmt::format("{:.1f}", tera) : fmt::format("{:.0f}", tera);
  return fmt::format("{:.0f} % of time is {} ({} TFLOP/s)",
                     100.0 * share_of_time(result.time, Bound::compute),
                     arithmetic_words[static_cast<int>(work.unit)], rate);
}

// Dependent reads leave most of the bandwidth unused.
std::string waiting_reason(const kernels::MemoryBoundResult& result,
                           const kernels::MemoryBoundWork& work, const kernels::ChipParams& chip) {
  const double reached = result.units_per_s * work.bytes_per_unit;
  return fmt::format("single reads that wait for each other reach {:.0f} % of {:.2f} TB/s",
                     100.0 * reached / chip.memory_bandwidth_bytes_per_s,
                     chip.memory_bandwidth_bytes_per_s / 1e12);
}

Measured measure(const WorkloadEntry& workload, const ChipEntry& entry,
                 const MemoryBoundModel& model) {
  const kernels::ChipParams chip = chip_params(entry);
  const auto work = work_of(workload);
  const auto result = kernels::run_memory_bound(chip, model.of(entry.name, chip.generation), work);
  Measured m;
  m.value = result.units_per_s;
  m.bound = result.bound;
  m.possible = result.units_per_s > 0.0 && result.rate_known;
  m.how.evidence = memory_bound_evidence;
  m.how.traits = memory_bound_traits(work, 1.0);
  if (std::string note = model.stand_in(entry.name, chip.generation); !note.empty())
    m.how.assumed.push_back(std::move(note));
  m.why = m.possible ? reason(result.time, result.bound, chip)
                     : std::string("a rate of this chip is not known");
  if (m.possible && result.bound == Bound::compute) m.why = arithmetic_reason(result, work, chip);
  if (m.possible && result.bound == Bound::latency) m.why = waiting_reason(result, work, chip);
  if (result.bound == Bound::capacity) {
    m.why = fmt::format("{:.0f} GB resident in {:.0f} GB: spread over more chips",
                        work.resident_bytes / 1e9, chip.memory_capacity_bytes / 1e9);
  }
  return m;
}

Measured measure_training(const ModelEntry& model, const ChipEntry& chip,
                          const ComparisonInputs& inputs) {
  Measured m;
  m.bound = Bound::capacity;
  m.why = "training has not been set up";
  if (inputs.training == nullptr) return m;
  const ComparedTraining t = compare_training(model, chip, *inputs.training);
  m.possible = t.possible;
  m.value = t.tokens_per_s_per_chip;
  m.why = t.why;
  m.bound = t.bound;
  m.how = t.how;
  return m;
}

ComparisonCell cell_of(const ChipEntry& chip, const Measured& m, const ComparisonCell* first) {
  ComparisonCell cell;
  cell.chip = chip.name;
  cell.possible = m.possible;
  cell.value = m.possible ? m.value : 0.0;
  cell.bound = std::string(bound_name(m.bound));
  cell.why = m.why;
  cell.how = m.how;
  if (!m.possible) return cell;
  if (first == nullptr)
    cell.ratio = 1.0;
  else if (first->possible)
    cell.ratio = cell.value / first->value;
  if (chip.price_low_usd && chip.price_high_usd) {
    cell.per_dollar = cell.value / (0.5 * (chip.price_low_usd->value + chip.price_high_usd->value));
  }
  if (chip.tdp_w) cell.per_watt = cell.value / chip.tdp_w->value;
  return cell;
}

// Of the ratio of the last chip to the first.
void add_ratio_interval(ComparisonRow& row, const EvidenceTable& evidence) {
  const WorkDescription& first = row.cells.front().how;
  ComparisonCell& last = row.cells.back();
  if (!last.ratio || !first.prediction || !last.how.prediction) return;
  last.ratio_interval =
      ratio_interval(*first.prediction, *last.how.prediction,
                     error_correlation(*first.traits, *last.how.traits, evidence));
}

// The value in the customary unit; an upper bound is marked as such.
void in_use(const WorkloadEntry& workload, ComparisonCell& cell) {
  cell.customary = customary_text(workload, cell.value);
  if (!workload.max_bytes_per_unit) return;
  cell.min_value = cell.value * workload.bytes_per_unit.value / workload.max_bytes_per_unit->value;
  cell.customary = fmt::format("at most {}, at least {}: {:.0f} to {:.0f} B a unit", cell.customary,
                               customary_text(workload, *cell.min_value),
                               workload.bytes_per_unit.value, workload.max_bytes_per_unit->value);
}

}  // namespace

std::vector<std::string> comparison_names(const Catalogue& catalogue) {
  std::vector<std::string> names = catalogue.workload_names();
  for (const std::string& model : catalogue.model_names()) {
    for (const char* kind : {"train:", "prefill:", "decode:", "serve:"})
      names.push_back(kind + model);
  }
  return names;
}

std::vector<std::string> default_comparison(const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const char* model : {"llama-3.1-8b", "llama-3.1-70b", "deepseek-v3"}) {
    if (catalogue.find_model(model) == nullptr) continue;
    for (const char* kind : {"prefill:", "decode:", "serve:"}) {
      names.push_back(std::string(kind) + model);
    }
  }
  for (const WorkloadEntry& workload : catalogue.workloads) names.push_back(workload.name);
  return names;
}

std::vector<ComparisonRow> compare(const std::vector<std::string>& chips,
                                   const std::vector<std::string>& workloads,
                                   const ComparisonInputs& inputs) {
  Problems problems;
  const Catalogue& catalogue = inputs.catalogue;
  for (const std::string& name : chips) {
    if (catalogue.find_chip(name) != nullptr) continue;
    problems.error({}, "unknown chip `" + name + "`",
                   name_help(name, catalogue.chip_names(), "chips known"));
  }
  for (const std::string& name : workloads) {
    if (catalogue.find_workload(name) != nullptr || language_task(name, catalogue)) continue;
    problems.error({}, "unknown workload `" + name + "`",
                   name_help(name, comparison_names(catalogue), "workloads known"));
  }
  problems.throw_if_errors();
  std::vector<ComparisonRow> rows;
  for (const std::string& name : workloads) {
    const WorkloadEntry* workload = catalogue.find_workload(name);
    const auto task = language_task(name, catalogue);
    ComparisonRow row;
    row.workload = workload != nullptr ? workload->name : name;
    row.unit = workload != nullptr ? workload->unit_of_work + "/s" : "tokens/s";
    for (const std::string& chip_name : chips) {
      const ChipEntry& chip = *catalogue.find_chip(chip_name);
      Measured m = workload != nullptr     ? measure(*workload, chip, inputs.memory_bound)
                   : task->kind == "train" ? measure_training(*task->model, chip, inputs)
                                           : measure(*task, chip, inputs);
      if (m.possible && inputs.evidence != nullptr) {
        add_evidence(m.how, chip, *inputs.evidence);
        if (m.how.prediction) {
          m.value *= own_rate_factor(*m.how.prediction);
          if (m.how.prediction->own_runs > 0) m.why += " (before own runs)";
        }
      }
      row.cells.push_back(cell_of(chip, m, row.cells.empty() ? nullptr : &row.cells.front()));
      if (inputs.evidence != nullptr) add_ratio_interval(row, *inputs.evidence);
      if (workload != nullptr && m.possible) in_use(*workload, row.cells.back());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tranche
