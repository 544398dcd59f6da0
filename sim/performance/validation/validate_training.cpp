// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/validate_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/validation/case_columns.hpp"

namespace tranche {
namespace {

using kernels::Recompute;

// Lower bound of the memory of a layout, independent of recompute and offloading: weights,
// gradients in 16 bit, optimizer. Experts may also be split over the chips of TP, which has no
// column.
double min_state_bytes(const TrainingCase& c, const kernels::TrainingMemory& m) {
  const double bytes = m.weights_bytes + 0.5 * m.gradients_bytes + m.optimizer_bytes;
  return c.model.experts > 1 ? bytes / c.plan.tensor : bytes;
}

template <class T>
std::vector<T> candidates(bool known, T own, std::initializer_list<T> others) {
  return known ? std::vector<T>{own} : std::vector<T>(others);
}

struct RecomputeChoice {
  Recompute recompute;
  double share;
};

// Stacks that recompute whole layers do so for as many as memory requires.
std::vector<RecomputeChoice> recompute_choices(const TrainingCase& c) {
  if (c.recompute_known) return {{c.plan.recompute, c.plan.recompute_share}};
  return {{Recompute::none, 1.0},  {Recompute::selective, 1.0}, {Recompute::modules, 1.0},
          {Recompute::full, 0.25}, {Recompute::full, 0.5},      {Recompute::full, 0.75},
          {Recompute::full, 1.0}};
}

bool usable(const TrainingCase& c, const kernels::TrainingPlan& p) {
  const double count = kernels::micro_batches(p, c.job);
  if (!c.micro_batch_known && (count < 1.0 || count != std::floor(count))) return false;
  if (!c.virtual_stages_known && p.virtual_stages > 1) {
    const bool even = c.model.layers % (p.pipeline * p.virtual_stages) == 0 ||
                      (c.model.layers + 2) % (p.pipeline * p.virtual_stages) == 0;
    // an interleaved schedule needs whole rounds of the pipeline
    if (!even || std::fmod(count, p.pipeline) != 0.0) return false;
  }
  return true;
}

const char* recompute_name(Recompute r) {
  switch (r) {
    case Recompute::none:
      return "none";
    case Recompute::selective:
      return "selective";
    case Recompute::elementwise:
      return "elementwise";
    case Recompute::alternate:
      return "alternate";
    case Recompute::full:
      return "full";
    case Recompute::modules:
      return "of modules";
  }
  return "";
}

// Layout whose memory is counted. A row does not say whether the experts are also split over the
// chips of TP (there is no column for it), and some do not say how states are sharded: what lets
// the states of the run fit is assumed, because it ran.
kernels::TrainingPlan layout_that_fits(const TrainingCase& c, const kernels::TrainingSystem& system,
                                       double node_ranks, std::vector<std::string>& assumed) {
  kernels::TrainingPlan plan = c.plan;
  const auto fits = [&] {
    return kernels::state_bytes(c.model, c.job, plan, node_ranks) <
           system.chip.memory_capacity_bytes;
  };
  if (fits()) return plan;
  const double ranks = static_cast<double>(plan.tensor) * plan.context * plan.data;
  if (c.model.experts > 1 && plan.tensor > 1 &&
      static_cast<double>(plan.expert) * plan.tensor <= ranks) {
    plan.expert *= plan.tensor;
    if (fits()) {
      assumed.push_back("experts split over TP");
      return plan;
    }
    plan.expert = c.plan.expert;
  }
  if (!c.sharding_known && ranks > 1) {
    plan.sharding = kernels::Sharding::weights;
    if (fits()) {
      assumed.push_back("ZeRO-3");
      return plan;
    }
  }
  return c.plan;
}

}  // namespace

kernels::TrainingSystem case_machine(const TrainingCase& c, kernels::ChipParams chip,
                                     std::vector<std::string>& assumed) {
  if (c.memory_bandwidth_bytes_per_s) {
    chip.memory_bandwidth_bytes_per_s = *c.memory_bandwidth_bytes_per_s;
  }
  if (c.memory_capacity_bytes) chip.memory_capacity_bytes = *c.memory_capacity_bytes;
  if (c.tdp_w) chip.tdp_w = *c.tdp_w;
  if (c.scale_up.bytes_per_s) chip.scale_up_bytes_per_s = *c.scale_up.bytes_per_s;
  chip.scale_up_chips = static_cast<std::int32_t>(c.scale_up.chips.value_or(c.chips_per_node));
  if (c.network_bytes_per_s) {
    chip.scale_out_bytes_per_s = *c.network_bytes_per_s;
  } else if (kernels::chips(c.plan) > chip.scale_up_chips) {
    // one adapter per chip: 200 Gb/s with A100, 400 Gb/s with later chips
    if (chip.scale_out_bytes_per_s <= 0) {
      chip.scale_out_bytes_per_s = chip.generation == kernels::ChipGeneration::ampere ? 25e9 : 50e9;
    }
    assumed.push_back("network " + std::to_string(std::lround(chip.scale_out_bytes_per_s / 1e9)) +
                      " GB/s per chip");
  }
  if (chip.scale_out_bytes_per_s <= 0) chip.scale_out_bytes_per_s = 50e9;
  kernels::TrainingSystem system{.chip = chip};
  if (c.pods) {
    system.oversubscription = c.pods->oversubscription;
    system.pod_chips = c.pods->pod_chips;
  }
  return system;
}

TrainingPrediction predict_training(const TrainingCase& c, kernels::ChipParams chip,
                                    const kernels::Coefficients& coefficients) {
  TrainingPrediction best;
  std::vector<std::string> assumed = c.assumed;
  const kernels::TrainingSystem system = case_machine(c, chip, assumed);
  const double node_ranks =
      std::max(1.0, system.chip.scale_up_chips / static_cast<double>(c.plan.tensor));
  const kernels::TrainingPlan kept = layout_that_fits(c, system, node_ranks, assumed);
  bool any = false;
  for (const RecomputeChoice r : recompute_choices(c)) {
    for (const int b : candidates(c.micro_batch_known, c.plan.micro_batch, {1, 2, 4, 8})) {
      for (const int v : candidates(c.virtual_stages_known, c.plan.virtual_stages,
                                    {1, 2, 3, 4, 5, 6, 7, 8, 10, 12})) {
        TrainingPrediction p;
        p.plan = c.plan;
        p.plan.sharding = kept.sharding;
        p.plan.recompute = r.recompute;
        p.plan.recompute_share = r.share;
        p.plan.micro_batch = b;
        p.plan.virtual_stages = v;
        if (!usable(c, p.plan)) continue;
        // more virtual stages need little memory, so they do not decide the fit
        kernels::TrainingPlan plain = p.plan;
        plain.virtual_stages = c.plan.virtual_stages;
        plain.expert = kept.expert;
        p.memory = kernels::training_memory(c.model, c.job, plain, node_ranks);
        p.fits = kernels::total_bytes(p.memory) <= system.chip.memory_capacity_bytes;
        if (any && best.fits && !p.fits) continue;
        p.step = kernels::training_step(c.model, c.job, p.plan, system, coefficients);
        p.tokens_per_s_per_chip = kernels::tokens_per_s_per_chip(c.job, p.plan, p.step);
        const double less = kernels::total_bytes(p.memory) - kernels::total_bytes(best.memory);
        const bool faster = p.tokens_per_s_per_chip > best.tokens_per_s_per_chip;
        const bool better = p.fits != best.fits     ? p.fits
                            : p.fits || less == 0.0 ? faster
                                                    : less < 0.0;
        if (!any || better) best = p;
        any = true;
      }
    }
  }
  if (!c.recompute_known) {
    std::string text = std::string("recompute ") + recompute_name(best.plan.recompute);
    if (best.plan.recompute == Recompute::full && best.plan.recompute_share < 1.0) {
      text +=
          " of " + std::to_string(std::lround(100.0 * best.plan.recompute_share)) + " % of layers";
    }
    assumed.push_back(text);
  }
  if (!c.micro_batch_known) {
    assumed.push_back("micro-batch " + std::to_string(best.plan.micro_batch));
  }
  if (!c.virtual_stages_known) {
    assumed.push_back("virtual stages " + std::to_string(best.plan.virtual_stages));
  }
  if (!best.fits) assumed.push_back("memory is short by the estimate");
  best.assumed = assumed;
  return best;
}

std::string layout_text(const kernels::TrainingPlan& plan) {
  std::string text;
  const auto add = [&](const char* name, std::int32_t ways) {
    if (ways > 1) text += (text.empty() ? "" : ", ") + std::string(name) + std::to_string(ways);
  };
  add("TP ", plan.tensor);
  add("PP ", plan.pipeline);
  add("CP ", plan.context);
  add("EP ", plan.expert);
  add("DP ", plan.data);
  return text.empty() ? "one chip" : text;
}

const ChipEntry* case_chip_entry(const Catalogue& catalogue, const std::string& name) {
  std::string shorter = name;
  while (!shorter.empty()) {
    if (const ChipEntry* entry = catalogue.find_chip(shorter)) return entry;
    const std::size_t dash = shorter.rfind('-');
    if (dash == std::string::npos) break;
    shorter.resize(dash);
  }
  return nullptr;
}

std::optional<kernels::ChipParams> case_chip(const Catalogue& catalogue, const std::string& name) {
  const ChipEntry* const entry = case_chip_entry(catalogue, name);
  return entry != nullptr ? std::optional(chip_params(*entry)) : std::nullopt;
}

std::vector<CaseResult> validate_training(const std::vector<TrainingCase>& cases,
                                          const Catalogue& catalogue,
                                          const kernels::Coefficients& coefficients) {
  std::vector<CaseResult> results;
  for (TrainingCase c : cases) {
    if (const ChipEntry* entry = catalogue.find_chip(c.chip)) date_software(c, entry->available);
    CaseResult r;
    r.id = c.id;
    r.source = c.source;
    r.chip = c.chip;
    r.precision = c.precision;
    r.group = c.family;
    r.unit = "tokens/s/GPU";
    r.metric = "training_tokens_per_s";
    r.model = c.model_name;
    r.layout = layout_text(c.plan);
    r.measured = c.measured_tokens_per_s_per_chip;
    const auto chip = case_chip(catalogue, c.chip);
    r.status = "ok";
    if (!c.skipped.empty()) {
      r.status = "skipped: " + c.skipped;
    } else if (!chip) {
      r.status = "skipped: " + unknown_chip(catalogue, c.chip);
    } else if (kernels::sustained_peak(*chip, c.job.precision) <= 0) {
      r.status = "skipped: `" + c.chip + "` has no " + c.precision + " rate";
    } else {
      const TrainingPrediction p = predict_training(c, *chip, coefficients);
      for (const std::string& a : p.assumed) r.assumed += (r.assumed.empty() ? "" : "; ") + a;
      const double need_bytes = min_state_bytes(c, p.memory);
      const double capacity_bytes = c.memory_capacity_bytes.value_or(chip->memory_capacity_bytes);
      if (need_bytes > capacity_bytes) {
        r.status = fmt::format(
            "skipped: the memory is too small: needs {:.0f} GB for weights, gradients and "
            "optimizer on a chip of {:.0f} GB",
            need_bytes / 1e9, capacity_bytes / 1e9);
      } else if (!std::isfinite(p.tokens_per_s_per_chip) || p.tokens_per_s_per_chip <= 0) {
        r.status = "skipped: no plan can use this batch";
      } else {
        r.predicted = p.tokens_per_s_per_chip;
        r.traits = training_traits(c.model, c.job, p.plan);
        if (r.measured && *r.measured > 0)
          r.error_percent = 100.0 * (*r.predicted / *r.measured - 1.0);
      }
    }
    results.push_back(std::move(r));
  }
  return results;
}

std::vector<FamilySummary> summarise_families(
    const std::vector<CaseResult>& results,
    const std::function<std::string(const CaseResult&)>& label) {
  std::map<std::string, std::map<std::string, std::vector<double>>> groups;
  for (const CaseResult& r : results) {
    if (r.error_percent) groups[label(r)][r.group].push_back(*r.error_percent);
  }
  std::vector<FamilySummary> out;
  for (const auto& [name, families] : groups) {
    FamilySummary s;
    s.label = name;
    s.families = families.size();
    std::vector<double> all;
    for (const auto& [family, errors] : families) {
      double sum = 0, absolute = 0;
      for (const double e : errors) {
        sum += e;
        absolute += std::abs(e);
        all.push_back(std::abs(e));
      }
      const double share = 1.0 / static_cast<double>(errors.size() * families.size());
      s.bias_percent += sum * share;
      s.mean_absolute_error_percent += absolute * share;
    }
    std::sort(all.begin(), all.end());
    s.rows = all.size();
    s.median_absolute_error_percent = 0.5 * (all[(all.size() - 1) / 2] + all[all.size() / 2]);
    out.push_back(s);
  }
  return out;
}

}  // namespace tranche
