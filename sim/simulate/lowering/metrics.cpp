// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace tranche {
namespace {

using kernels::MetricKind;
using kernels::MetricSpec;
using kernels::Sum;

std::int32_t index_of(Sum sum) { return static_cast<std::int32_t>(sum); }

struct FixedMetric {
  const char* name;
  const char* unit;
  const char* title;
  Sum sum;
  float factor;
  Better better;
};

constexpr FixedMetric counts[] = {
    {"chips_delivered", "chips", "Chips delivered", Sum::delivered, 1.0f, Better::higher},
    {"chips_installed", "chips", "Chips installed", Sum::installed, 1.0f, Better::higher},
    {"chips_available", "chips", "Chips available", Sum::available, 1.0f, Better::higher},
    {"power_mw", "MW", "Facility power", Sum::power_w, 1e-6f, Better::lower},
    {"energy_mwh_cumulative", "MWh", "Energy used so far", Sum::energy_j, 1.0f / 3.6e9f,
     Better::lower},
    {"cost_usd_cumulative", "USD", "Spent so far on chips, tariff and electricity", Sum::cost_usd,
     1.0f, Better::lower},
};

class Builder {
 public:
  std::int32_t store(MetricSpec spec) {
    plan.stored.push_back(spec);
    return static_cast<std::int32_t>(plan.stored.size()) - 1;
  }
  // Index of the stored metric of this sum.
  std::int32_t stored_as(Sum sum) const {
    const auto found =
        std::find_if(plan.stored.begin(), plan.stored.end(), [&](const MetricSpec& spec) {
          return spec.kind == MetricKind::sum && spec.sum == index_of(sum);
        });
    return static_cast<std::int32_t>(found - plan.stored.begin());
  }
  void add(std::string name, std::string unit, std::string title, std::int32_t stored,
           double factor, Better better) {
    plan.metrics.push_back(
        {std::move(name), std::move(unit), std::move(title), stored, factor, better});
  }
  void sum(const std::string& name, const std::string& unit, const std::string& title,
           std::int32_t sum_index, float factor, Better better) {
    add(name, unit, title, store({MetricKind::sum, sum_index, 0, factor}), 1.0, better);
  }
  MetricPlan plan;
};

// FLOP per unit of the workload if all variants agree, else 0.
double common_flop(const std::vector<std::vector<UnitWork>>& works, std::size_t workload) {
  const double flop = works.front()[workload].flop;
  const bool agree = std::all_of(works.begin(), works.end(), [&](const auto& variant) {
    return variant[workload].flop == flop;
  });
  return agree ? flop : 0.0;
}

void add_training(Builder& b, const Scenario& scenario,
                  const std::vector<std::vector<UnitWork>>& works) {
  const std::vector<UnitWork>& work = works.front();
  std::vector<std::size_t> training;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w)
    if (scenario.workloads[w].kind == Workload::Kind::training) training.push_back(w);
  if (training.empty()) return;
  const std::int32_t rate = b.store({MetricKind::sum, index_of(Sum::training_flop_per_s), 0, 1.0f});
  b.add("training_flop_per_s", "FLOP/s", "Training throughput (model FLOP)", rate, 1.0,
        Better::higher);
  b.add("training_flop", "FLOP", "Training FLOP in the step", rate, step_seconds(scenario.step),
        Better::higher);
  b.sum("training_flop_cumulative", "FLOP", "Training FLOP so far", index_of(Sum::training_flop),
        1.0f, Better::higher);
  const bool in_tokens = std::all_of(training.begin(), training.end(),
                                     [&](std::size_t w) { return work[w].unit == "tokens"; });
  const double flop = training.size() == 1 ? common_flop(works, training[0]) : 0.0;
  if (in_tokens && flop > 0.0)
    b.add("training_tokens_per_s", "tokens/s", "Training throughput", rate, 1.0 / flop,
          Better::higher);
  else if (in_tokens)
    b.sum("training_tokens_per_s", "tokens/s", "Training throughput",
          index_of(Sum::training_tokens_per_s), 1.0f, Better::higher);
  b.sum("largest_run_flop_90d", "FLOP", "Largest single training run of 90 days",
        index_of(Sum::largest_run_flop), 1.0f, Better::higher);
  b.add("mfu", "fraction", "Model FLOP utilisation",
        b.store({MetricKind::ratio, index_of(Sum::training_flop_per_s),
                 index_of(Sum::training_peak), 1.0f}),
        1.0, Better::higher);
  b.add("goodput_fraction", "fraction", "Share of training time that is progress",
        b.store({MetricKind::ratio, index_of(Sum::training_chips_goodput),
                 index_of(Sum::training_chips), 1.0f}),
        1.0, Better::higher);
}

void add_workloads(Builder& b, const Scenario& scenario,
                   const std::vector<std::vector<UnitWork>>& works, std::size_t yardstick_count) {
  const std::vector<UnitWork>& work = works.front();
  const auto count = [&](Workload::Kind kind) {
    return std::count_if(scenario.workloads.begin(), scenario.workloads.end(),
                         [&](const Workload& w) { return w.kind == kind; });
  };
  std::int32_t decode = -1;
  if (count(Workload::Kind::decode) > 0) {
    decode = b.store({MetricKind::sum, index_of(Sum::decode_units_per_s), 0, 1.0f});
    b.add("decode_tokens_per_s", "tokens/s", "Decode throughput", decode, 1.0, Better::higher);
  }
  if (count(Workload::Kind::memory_bound) > 0)
    b.sum("memory_bound_bytes_per_s", "B/s", "Memory traffic of memory-bound work",
          index_of(Sum::memory_bytes_per_s), 1.0f, Better::higher);
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const Workload& workload = scenario.workloads[w];
    const std::string& name = workload.name;
    const std::string title = workload.title.empty() ? workload.name : workload.title;
    if (workload.kind == Workload::Kind::decode && count(Workload::Kind::decode) == 1) {
      b.add(name, work[w].unit + "/s", title, decode, 1.0, Better::higher);
      continue;
    }
    if (workload.kind == Workload::Kind::training && count(Workload::Kind::training) == 1 &&
        common_flop(works, w) > 0.0) {
      b.add(name, work[w].unit + "/s", title, b.stored_as(Sum::training_flop_per_s),
            1.0 / common_flop(works, w), Better::higher);
      continue;
    }
    b.sum(name, work[w].unit + "/s", title,
          static_cast<std::int32_t>(static_cast<std::size_t>(kernels::fixed_sums) +
                                    yardstick_count + w),
          1.0f, Better::higher);
  }
}

// Drops unused stored metrics.
void drop_unused(MetricPlan& plan) {
  std::vector<MetricSpec> stored;
  std::vector<std::int32_t> moved(plan.stored.size(), -1);
  for (MetricInfo& metric : plan.metrics) {
    std::int32_t& to = moved[static_cast<std::size_t>(metric.stored)];
    if (to < 0) {
      to = static_cast<std::int32_t>(stored.size());
      stored.push_back(plan.stored[static_cast<std::size_t>(metric.stored)]);
    }
    metric.stored = to;
  }
  plan.stored = std::move(stored);
}

void keep_only(MetricPlan& plan, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return;
  std::erase_if(plan.metrics, [&](const MetricInfo& metric) {
    return std::find(wanted.begin(), wanted.end(), metric.name) == wanted.end();
  });
  drop_unused(plan);
}

}  // namespace

const MetricInfo* find_metric(const std::vector<MetricInfo>& metrics, std::string_view name) {
  const auto found = std::find_if(metrics.begin(), metrics.end(),
                                  [&](const MetricInfo& metric) { return metric.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

std::vector<std::string> fixed_metric_names() {
  return {"chips_delivered",          "chips_installed",
          "chips_available",          "power_mw",
          "energy_mwh_cumulative",    "cost_usd_cumulative",
          "training_flop_per_s",      "training_flop",
          "training_flop_cumulative", "training_tokens_per_s",
          "largest_run_flop_90d",     "mfu",
          "goodput_fraction",         "decode_tokens_per_s",
          "memory_bound_bytes_per_s", "months_behind",
          "counterpart_ratio"};
}

MetricPlan plan_metrics(const Scenario& scenario, const std::vector<std::vector<UnitWork>>& works,
                        const std::vector<const Yardstick*>& yardsticks) {
  Builder b;
  for (const FixedMetric& m : counts)
    b.sum(m.name, m.unit, m.title, index_of(m.sum), m.factor, m.better);
  add_training(b, scenario, works);
  add_workloads(b, scenario, works, yardsticks.size());
  for (std::size_t y = 0; y < yardsticks.size(); ++y) {
    b.sum(yardsticks[y]->name, yardsticks[y]->name.substr(0, yardsticks[y]->name.find('_')),
          yardsticks[y]->definition, kernels::fixed_sums + static_cast<std::int32_t>(y), 1.0f,
          Better::higher);
    b.plan.metrics.back().source = yardsticks[y]->source;
    b.plan.metrics.back().as_of = yardsticks[y]->as_of;
  }
  if (scenario.counterpart) {
    const std::string& compared = scenario.counterpart->metric;
    const MetricInfo* const found = find_metric(b.plan.metrics, compared);
    if (found != nullptr &&
        b.plan.stored[static_cast<std::size_t>(found->stored)].kind == MetricKind::sum) {
      const MetricSpec own = b.plan.stored[static_cast<std::size_t>(found->stored)];
      const std::string name = scenario.counterpart->title.empty() ? scenario.counterpart->name
                                                                   : scenario.counterpart->title;
      b.add("months_behind", "months", "Months behind " + name + " in " + compared,
            b.store({MetricKind::months_behind, own.sum, 0, 1.0f}), 1.0, Better::lower);
      b.add("counterpart_ratio", "fraction", "Share of the level of " + name + " in " + compared,
            b.store({MetricKind::counterpart_ratio, own.sum, 0, 1.0f}), 1.0, Better::higher);
    }
  }
  keep_only(b.plan, scenario.metrics);
  return std::move(b.plan);
}

void share_proportional_yardsticks(MetricPlan& plan, const std::vector<float>& chip_values,
                                   std::size_t yardstick_count) {
  constexpr double same = 1e-6;  // a few roundings of a float, far below the width of a bin
  const auto yardstick_of = [&](const MetricInfo& metric) -> std::optional<std::size_t> {
    const MetricSpec& spec = plan.stored[static_cast<std::size_t>(metric.stored)];
    const std::int32_t index = spec.sum - kernels::fixed_sums;
    if (spec.kind != MetricKind::sum || index < 0 ||
        index >= static_cast<std::int32_t>(yardstick_count))
      return std::nullopt;
    return static_cast<std::size_t>(index);
  };
  // ratio of the later to the earlier, if it is equal for all chips; else 0
  const auto ratio = [&](std::size_t earlier, std::size_t later) {
    double found = 0;
    for (std::size_t chip = 0; chip < chip_values.size(); chip += yardstick_count) {
      const double a = chip_values[chip + earlier], b = chip_values[chip + later];
      if (a == 0.0 && b == 0.0) continue;
      if (a == 0.0 || b == 0.0) return 0.0;
      if (found != 0.0 && std::fabs(b / a / found - 1.0) > same) return 0.0;
      if (found == 0.0) found = b / a;
    }
    return found;
  };
  for (std::size_t m = 0; m < plan.metrics.size(); ++m) {
    const auto later = yardstick_of(plan.metrics[m]);
    for (std::size_t before = 0; later && before < m; ++before) {
      const auto earlier = yardstick_of(plan.metrics[before]);
      if (!earlier || *earlier == *later) continue;
      if (const double factor = ratio(*earlier, *later); factor > 0.0) {
        plan.metrics[m].stored = plan.metrics[before].stored;
        plan.metrics[m].factor = plan.metrics[before].factor * factor;
        break;
      }
    }
  }
  drop_unused(plan);
}

}  // namespace tranche
