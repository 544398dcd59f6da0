// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/scenario/metrics.hpp"

namespace tranche {
namespace {

using kernels::MetricKind;
using kernels::MetricSpec;
using kernels::Sum;

std::int32_t index_of(Sum sum) { return static_cast<std::int32_t>(sum); }

// The metrics of one scenario, from the rows of metric_table, its workloads and yardsticks.
class Builder {
 public:
  Builder(const Scenario& scenario, const std::vector<std::vector<UnitWork>>& works)
      : scenario_(scenario), works_(works) {}

  void add_table(bool of_counterpart) {
    for (const MetricRow& row : metric_table)
      if ((row.needs == MetricNeeds::counterpart) == of_counterpart && has(row.needs)) add(row);
  }
  void add_workloads(std::size_t yardstick_count);
  void add_yardsticks(const std::vector<const Yardstick*>& yardsticks);

  MetricPlan plan;

 private:
  using Kind = Workload::Kind;

  std::vector<std::size_t> of_kind(Kind kind) const {
    std::vector<std::size_t> found;
    for (std::size_t w = 0; w < scenario_.workloads.size(); ++w)
      if (scenario_.workloads[w].kind == kind) found.push_back(w);
    return found;
  }
  // FLOP of a unit of the workload where all variants agree, else 0.
  double common_flop(std::size_t workload) const {
    const double flop = works_.front()[workload].flop;
    const bool agree = std::all_of(works_.begin(), works_.end(), [&](const auto& variant) {
      return variant[workload].flop == flop;
    });
    return agree ? flop : 0.0;
  }
  bool has(MetricNeeds needs) const;
  void add(const MetricRow& row);
  void add_counterpart(const MetricRow& row);

  // Index of the stored metric; the same one for the same spec.
  std::int32_t store(MetricSpec spec) {
    const auto same = [&](const MetricSpec& other) {
      return other.kind == spec.kind && other.sum == spec.sum &&
             other.denominator == spec.denominator && other.factor == spec.factor;
    };
    const auto found = std::find_if(plan.stored.begin(), plan.stored.end(), same);
    const auto index = static_cast<std::int32_t>(found - plan.stored.begin());
    if (found == plan.stored.end()) plan.stored.push_back(spec);
    return index;
  }
  void add(std::string name, std::string unit, std::string title, MetricSpec spec,
           double factor = 1.0, Better better = Better::higher) {
    plan.metrics.push_back(
        {std::move(name), std::move(unit), std::move(title), store(spec), factor, better});
  }

  const Scenario& scenario_;
  const std::vector<std::vector<UnitWork>>& works_;
};

bool Builder::has(MetricNeeds needs) const {
  switch (needs) {
    case MetricNeeds::nothing:
      return true;
    case MetricNeeds::training:
      return !of_kind(Kind::training).empty();
    case MetricNeeds::training_tokens: {
      const std::vector<std::size_t> training = of_kind(Kind::training);
      return !training.empty() && std::all_of(training.begin(), training.end(), [&](std::size_t w) {
        return works_.front()[w].unit == "tokens";
      });
    }
    case MetricNeeds::decode:
      return !of_kind(Kind::decode).empty();
    case MetricNeeds::memory_bound:
      return !of_kind(Kind::memory_bound).empty();
    case MetricNeeds::counterpart:
      return scenario_.counterpart.has_value();
  }
  return false;
}

void Builder::add(const MetricRow& row) {
  if (row.needs == MetricNeeds::counterpart) return add_counterpart(row);
  MetricSpec spec{row.kind, index_of(row.sum),
                  row.kind == MetricKind::ratio ? index_of(row.denominator) : 0, row.factor};
  double factor = 1.0;
  if (row.scale == MetricScale::step_seconds) factor = step_seconds(scenario_.step);
  if (row.scale == MetricScale::tokens_per_flop) {
    const std::vector<std::size_t> training = of_kind(Kind::training);
    const double flop = training.size() == 1 ? common_flop(training[0]) : 0.0;
    if (flop > 0.0) {
      spec.sum = index_of(Sum::training_flop_per_s);
      factor = 1.0 / flop;
    }
  }
  add(std::string(row.name), std::string(row.unit), std::string(row.title), spec, factor,
      row.better);
}

void Builder::add_counterpart(const MetricRow& row) {
  const Counterpart& counterpart = *scenario_.counterpart;
  const MetricInfo* const compared = find_metric(plan.metrics, counterpart.metric);
  if (compared == nullptr) return;
  const MetricSpec own = plan.stored[static_cast<std::size_t>(compared->stored)];
  if (own.kind != MetricKind::sum) return;
  const std::string& name = counterpart.title.empty() ? counterpart.name : counterpart.title;
  add(std::string(row.name), std::string(row.unit),
      fmt::format(fmt::runtime(row.title), name, counterpart.metric),
      {row.kind, own.sum, 0, row.factor}, 1.0, row.better);
}

void Builder::add_workloads(std::size_t yardstick_count) {
  const std::vector<UnitWork>& work = works_.front();
  for (std::size_t w = 0; w < scenario_.workloads.size(); ++w) {
    const Workload& workload = scenario_.workloads[w];
    const bool is_only = of_kind(workload.kind).size() == 1;
    MetricSpec spec{MetricKind::sum,
                    kernels::fixed_sums + static_cast<std::int32_t>(yardstick_count + w), 0, 1.0f};
    double factor = 1.0;
    if (is_only && workload.kind == Kind::decode) spec.sum = index_of(Sum::decode_tokens_per_s);
    if (is_only && workload.kind == Kind::training && common_flop(w) > 0.0) {
      spec.sum = index_of(Sum::training_flop_per_s);
      factor = 1.0 / common_flop(w);
    }
    add(workload.name, work[w].unit + "/s", workload.title.empty() ? workload.name : workload.title,
        spec, factor);
  }
}

void Builder::add_yardsticks(const std::vector<const Yardstick*>& yardsticks) {
  for (std::size_t y = 0; y < yardsticks.size(); ++y) {
    const Yardstick& yardstick = *yardsticks[y];
    add(yardstick.name, yardstick.name.substr(0, yardstick.name.find('_')), yardstick.definition,
        {MetricKind::sum, kernels::fixed_sums + static_cast<std::int32_t>(y), 0, 1.0f});
    plan.metrics.back().source = yardstick.source;
    plan.metrics.back().as_of = yardstick.as_of;
  }
}

// Drops stored metrics that nothing uses.
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

MetricPlan plan_metrics(const Scenario& scenario, const std::vector<std::vector<UnitWork>>& works,
                        const std::vector<const Yardstick*>& yardsticks) {
  Builder builder(scenario, works);
  builder.add_table(false);
  builder.add_workloads(yardsticks.size());
  builder.add_yardsticks(yardsticks);
  builder.add_table(true);
  keep_only(builder.plan, scenario.metrics);
  return std::move(builder.plan);
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
  // the later over the earlier, where that is one number for all chips; else 0
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
