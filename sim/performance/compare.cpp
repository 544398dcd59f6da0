#include "sim/performance/compare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/performance/serving.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/performance/compare_training.hpp"
#include "sim/performance/memory_bound_cases.hpp"

namespace tranche {
namespace {

using kernels::Bound;
using kernels::PhaseTime;

constexpr const char* bound_names[] = {"compute", "bandwidth", "network", "latency",
                                       "host",    "capacity",  "power"};

// In the order of kernels::ArithmeticUnit.
constexpr const char* arithmetic_words[] = {"fp64 arithmetic", "fp32 arithmetic",
                                            "16-bit matrix arithmetic", "8-bit matrix arithmetic"};

std::string bound_name(Bound bound) { return bound_names[static_cast<int>(bound)]; }

// Share of the time that the binding part takes.
double share_of(const PhaseTime& time, Bound bound) {
  const double parts[] = {time.compute_s, time.bandwidth_s, time.network_s,
                          time.latency_s, time.host_s,      0.0,
                          time.power_s};
  const double total = time.total_s();
  return total > 0.0 ? parts[static_cast<int>(bound)] / total : 0.0;
}

std::string reason(const PhaseTime& time, Bound bound, const kernels::ChipParams& chip) {
  const double percent = 100.0 * share_of(time, bound);
  switch (bound) {
    case Bound::bandwidth:
      return fmt::format("{:.0f} % of time streams memory ({:.2f} TB/s)", percent,
                         chip.memory_bandwidth_bytes_per_s / 1e12);
    case Bound::compute:
      return fmt::format("{:.0f} % of time is arithmetic", percent);
    case Bound::network:
      return fmt::format("{:.0f} % of time crosses links", percent);
    case Bound::latency:
      return fmt::format("{:.0f} % of time starts kernels or waits for single reads", percent);
    case Bound::host:
      return fmt::format("{:.0f} % of time waits for the host", percent);
    case Bound::power:
      return fmt::format("clocks lowered at {:.0f} W ({:.0f} % of time)", chip.tdp_w, percent);
    case Bound::capacity:
      return fmt::format("{:.0f} GB of memory limit it", chip.memory_capacity_bytes / 1e9);
  }
  return {};
}

struct Measured {
  double value = 0;
  PhaseTime time;
  Bound bound = Bound::bandwidth;
  std::string why;
  bool possible = false;
};

// How a language model is put to work in a comparison.
struct LanguageTask {
  std::string kind;  // "train", "prefill", "decode", "serve"
  const ModelEntry* model = nullptr;
};

std::optional<LanguageTask> language_task(const std::string& name, const Catalogue& catalogue) {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return std::nullopt;
  LanguageTask task{name.substr(0, colon), catalogue.find_model(name.substr(colon + 1))};
  const bool known = task.kind == "train" || task.kind == "prefill" || task.kind == "decode" ||
                     task.kind == "serve";
  if (!known || task.model == nullptr) return std::nullopt;
  return task;
}

// The plan is the fewest chips of one server per copy that give the most per chip; 8-bit
// weights where the matrix engine takes them, else 16-bit ones.
Measured measure(const LanguageTask& task, const kernels::ChipParams& chip,
                 const InferenceCoefficients& coefficients) {
  kernels::InferenceSetup setup;
  setup.chip = chip;
  setup.on_chip = coefficients.of(chip.generation);
  setup.software = coefficients.of(ServingSoftware::tensorrt_llm_pytorch);
  setup.model.shape = task.model->shape;
  const bool narrow = kernels::peak(chip, kernels::Precision::fp8) > 0.0;
  setup.model.weights = setup.model.expert_weights = setup.model.cache =
      narrow ? kernels::Precision::fp8 : kernels::Precision::bf16;
  Measured best;
  best.bound = Bound::capacity;
  best.why =
      fmt::format("does not fit into eight chips of {:.0f} GB", chip.memory_capacity_bytes / 1e9);
  if (!(chip.memory_bandwidth_bytes_per_s > 0.0) ||
      !(kernels::peak(chip, kernels::Precision::bf16) > 0.0)) {
    best.why = "a rate of this chip is not known";
    return best;
  }
  constexpr double input_tokens = compared_input_tokens, output_tokens = compared_output_tokens,
                   users = compared_decode_sequences;
  for (std::int32_t tensor = 1; tensor <= 8; tensor *= 2) {
    setup.plan.tensor = tensor;
    const kernels::ServingCase load{.load = kernels::Load::saturated,
                                    .input_tokens = input_tokens,
                                    .output_tokens = output_tokens};
    const auto saturated = kernels::serve(setup, load);
    if (!saturated.fits) continue;
    PhaseTime time = saturated.decode;
    double value = saturated.tokens_per_s;
    bool capacity = saturated.limited_by_memory &&
                    saturated.memory.weights_bytes > 0.5 * saturated.memory.capacity_bytes;
    if (task.kind == "prefill") {
      time = kernels::step_time(setup, {0, 0, setup.software.chunk_tokens, input_tokens});
      value = setup.software.chunk_tokens / time.total_s();
      capacity = false;
    } else if (task.kind == "decode") {
      const double sequences = std::min(users, saturated.memory.sequences);
      time = kernels::decode_step(setup, load, sequences);
      value = sequences / time.total_s();
      capacity = sequences < users;
    }
    if (best.possible && value / tensor <= best.value) continue;
    best.possible = true;
    best.value = value / tensor;
    best.time = time;
    best.bound = capacity ? Bound::capacity : kernels::binding_part(time);
    best.why = capacity ? fmt::format("weights leave {:.0f} GB a chip for {:.0f} sequences",
                                      saturated.memory.cache_bytes / 1e9, saturated.sequences)
                        : reason(time, best.bound, chip);
    if (tensor > 1) best.why += fmt::format("; {} chips a copy", tensor);
  }
  return best;
}

// Names the rate, since what is bandwidth-bound elsewhere is not where fp64 is slow.
std::string arithmetic_reason(const kernels::MemoryBoundResult& result,
                              const kernels::MemoryBoundWork& work,
                              const kernels::ChipParams& chip) {
  const double tera = kernels::arithmetic_rate(chip, work.unit) / 1e12;
  const std::string rate = tera < 10.0 ? fmt::format("{:.1f}", tera) : fmt::format("{:.0f}", tera);
  return fmt::format("{:.0f} % of time is {} ({} TFLOP/s)",
                     100.0 * share_of(result.time, Bound::compute),
                     arithmetic_words[static_cast<int>(work.unit)], rate);
}

Measured measure(const WorkloadEntry& workload, const kernels::ChipParams& chip,
                 const MemoryBoundModel& model) {
  const auto work = work_of(workload);
  const auto result = kernels::run_memory_bound(chip, model.of(chip.generation), work);
  Measured m;
  m.value = result.units_per_s;
  m.time = result.time;
  m.bound = result.bound;
  m.possible = result.units_per_s > 0.0 && result.rate_known;
  m.why = m.possible ? reason(result.time, result.bound, chip)
                     : std::string("a rate of this chip is not known");
  if (m.possible && result.bound == Bound::compute) m.why = arithmetic_reason(result, work, chip);
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
  const ComparedTraining t =
      compare_training(model.name, chip.name, inputs.catalogue, *inputs.training);
  m.possible = t.possible;
  m.value = t.tokens_per_s_per_chip;
  m.why = t.why;
  const auto* const named = std::find(std::begin(bound_names), std::end(bound_names), t.bound);
  m.bound = static_cast<Bound>(named - std::begin(bound_names));
  return m;
}

ComparisonCell cell_of(const ChipEntry& chip, const Measured& m, const ComparisonCell* first) {
  ComparisonCell cell;
  cell.chip = chip.name;
  cell.possible = m.possible;
  cell.value = m.possible ? m.value : 0.0;
  cell.bound = bound_name(m.bound);
  cell.why = m.why;
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
      const auto params = chip_params(chip);
      const Measured m = workload != nullptr     ? measure(*workload, params, inputs.memory_bound)
                         : task->kind == "train" ? measure_training(*task->model, chip, inputs)
                                                 : measure(*task, params, inputs.inference);
      row.cells.push_back(cell_of(chip, m, row.cells.empty() ? nullptr : &row.cells.front()));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tranche
