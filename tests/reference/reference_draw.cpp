// SPDX-License-Identifier: Apache-2.0

// docs/methods/fleet.md, sections 1 (power, energy, cost), 2 (rates), 3 (goodput) and 4 (counting).
#include "tests/reference/reference_draw.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/reference/reference_state.hpp"

namespace tranche::reference {

const char* constraint_name(Constraint constraint) {
  static const char* const names[] = {"none",
                                      "permission",
                                      "rule",
                                      "schedule",
                                      "per_buyer_cap",
                                      "total_cap",
                                      "aggregate_share_cap",
                                      "supply",
                                      "budget",
                                      "demand",
                                      "installation_delay",
                                      "installation_rate",
                                      "site",
                                      "power"};
  return names[static_cast<int>(constraint)];
}

void Sums::add(const Sums& o) {
  delivered += o.delivered;
  installed += o.installed;
  available += o.available;
  power_w += o.power_w;
  energy_j += o.energy_j;
  cost_usd += o.cost_usd;
  training_flop_per_s += o.training_flop_per_s;
  training_flop += o.training_flop;
  training_tokens_per_s += o.training_tokens_per_s;
  training_peak += o.training_peak;
  training_chips += o.training_chips;
  training_chips_goodput += o.training_chips_goodput;
  largest_run_flop = std::max(largest_run_flop, o.largest_run_flop);
  decode_units_per_s += o.decode_units_per_s;
  memory_bytes_per_s += o.memory_bytes_per_s;
  yardsticks.resize(std::max(yardsticks.size(), o.yardsticks.size()));
  workloads.resize(std::max(workloads.size(), o.workloads.size()));
  for (std::size_t y = 0; y < o.yardsticks.size(); ++y) yardsticks[y] += o.yardsticks[y];
  for (std::size_t w = 0; w < o.workloads.size(); ++w) workloads[w] += o.workloads[w];
}

namespace {

// Fraction of a training job's time that is progress.
double goodput(const std::optional<Reliability>& reliability, double job_chips) {
  if (!reliability) return 1;
  const Reliability& r = *reliability;
  const double rate = r.failures_per_node_s * job_chips / r.chips_per_node + r.job_failures_per_s;
  const double d = r.checkpoint_write_s;
  double t = 0;
  if (r.checkpoint_interval_s) {
    t = *r.checkpoint_interval_s;
  } else {
    if (rate <= 0) return 1;  // never a checkpoint
    const double mean_time = 1 / rate, x = d / (2 * mean_time);
    t = d < 2 * mean_time ? std::sqrt(2 * d * mean_time) * (1 + std::sqrt(x) / 3 + x / 9) - d
                          : mean_time;
  }
  if (t <= 0) return rate > 0 ? std::exp(-rate * r.recovery_s) : 1;  // no time for checkpoints
  if (rate <= 0) return t / (t + d);
  return t * rate / (std::exp(rate * r.recovery_s) * std::expm1(rate * (t + d)));
}

struct Source {
  const Chip& chip;
  double installed = 0, delivered = 0, spent_usd = 0;
  double powered = 1;               // fraction of its chips that has power
  const UnitTime* times = nullptr;  // by workload
};

// Sums of one source at one step; cumulative energy, electricity and FLOP continue `before`.
Sums sums_of(const Case& numbers, const Firm& firm, std::size_t step, const Source& source,
             const Sums& before, double& electricity_usd) {
  Sums s;
  s.delivered = source.delivered;
  s.installed = source.installed;
  s.available = source.installed * firm.availability[step];
  s.power_w = source.installed * firm.watts(source.chip) * source.powered;
  const double energy_j = s.power_w * firm.power_utilisation[step] * numbers.step_seconds;
  s.energy_j = before.energy_j + energy_j;
  electricity_usd += energy_j * firm.electricity_usd_per_j[step];
  s.cost_usd = source.spent_usd + electricity_usd;
  for (const double yardstick : source.chip.yardsticks)
    s.yardsticks.push_back(source.installed * yardstick);
  for (std::size_t w = 0; w < numbers.workloads.size(); ++w) {
    const Workload& workload = numbers.workloads[w];
    const Use& use = firm.uses[w];
    const UnitTime& time = source.times[w];
    double chips = s.available * use.share[step];
    // Whole replicas; one that lacks less than a millionth counts as whole.
    if (time.replica_chips > 1)
      chips =
          std::min(chips, std::floor(chips * (1 + 1e-6) / time.replica_chips) * time.replica_chips);
    const double seconds = time.compute_s / use.compute_efficiency[step] +
                           time.memory_s / use.bandwidth_efficiency[step];
    double rate = chips > 0 && seconds > 0 ? 1 / seconds : 0;  // units per second of a chip
    // Jobs keep their size, and all run for the same fraction of the time.
    rate *= source.powered;
    if (workload.kind == Workload::Kind::training) {
      const double job_chips = std::min(use.job_chips, chips);
      // A job has at least one chip.
      const double progress = goodput(numbers.reliability, std::max(job_chips, 1.0));
      rate *= progress;
      const double flop_per_s = rate * workload.flop_per_unit;
      s.training_flop_per_s += chips * flop_per_s;
      if (workload.counts_tokens) s.training_tokens_per_s += chips * rate;
      // The MFU does not include restarts.
      s.training_peak += chips * time.peak_flop_per_s * progress * source.powered;
      s.training_chips += chips * source.powered;
      s.training_chips_goodput += chips * progress * source.powered;
      s.largest_run_flop = std::max(s.largest_run_flop, job_chips * flop_per_s * 90 * 86400);
    } else if (workload.kind == Workload::Kind::decode) {
      s.decode_units_per_s += chips * rate;
    } else {
      s.memory_bytes_per_s += chips * rate * workload.bytes_per_unit;
    }
    s.workloads.push_back(chips * rate);
  }
  s.available *= source.powered;
  s.training_flop = before.training_flop + s.training_flop_per_s * numbers.step_seconds;
  return s;
}

}  // namespace

State::State(const Case& numbers) {
  const Matrix zero(numbers.tranches.size(), std::vector<double>(numbers.firms.size(), 0.0));
  arrived = paid_usd = installed = in_service = zero;
  delivered.push_back(zero);
  delivery_bound.assign(numbers.tranches.size(),
                        std::vector<Constraint>(numbers.firms.size(), Constraint::none));
  installation_bound.assign(numbers.tranches.size(),
                            std::vector<std::optional<Constraint>>(numbers.firms.size()));
}

Draw simulate(const Case& numbers) {
  State state(numbers);
  Draw draw;
  draw.firms.resize(numbers.firms.size());
  std::vector<std::vector<double>> electricity_usd(numbers.firms.size());
  for (std::size_t i = 0; i < numbers.firms.size(); ++i)
    electricity_usd[i].resize(numbers.firms[i].stocks.size() + numbers.tranches.size());
  for (int step = 0; step < numbers.steps; ++step) {
    deliver(numbers, step, state);
    Sums all;
    for (std::size_t i = 0; i < numbers.firms.size(); ++i) {
      const Firm& firm = numbers.firms[i];
      install(numbers, step, i, state);
      FirmStep out;
      out.binding = binding_of(numbers, step, i, state);
      std::vector<Source> sources;
      for (std::size_t k = 0; k < firm.stocks.size(); ++k) {
        const double left = std::exp(-firm.retirement * (step + 1.0));
        sources.push_back({firm.stocks[k].chip, firm.stocks[k].units_chips * left, 0, 0, 1,
                           &numbers.stock_times[i][k * numbers.workloads.size()]});
      }
      for (std::size_t j = 0; j < numbers.tranches.size(); ++j) {
        const double delivered = state.delivered.back()[j][i];
        sources.push_back({numbers.tranches[j].chip, state.in_service[j][i], delivered,
                           state.paid_usd[j][i], 1, numbers.tranche_times[j].data()});
      }
      if (firm.is_curtailed) {
        double watts = 0;
        for (const Source& source : sources) watts += source.installed * firm.watts(source.chip);
        const double cap = firm.power_cap_w[static_cast<std::size_t>(step)];
        for (Source& source : sources) source.powered = watts > cap ? cap / watts : 1.0;
      }
      for (std::size_t k = 0; k < sources.size(); ++k) {
        const Sums before = step > 0 ? draw.firms[i].back().sources[k] : Sums{};
        out.sources.push_back(sums_of(numbers, firm, static_cast<std::size_t>(step), sources[k],
                                      before, electricity_usd[i][k]));
        out.all.add(out.sources.back());
      }
      all.add(out.all);
      draw.firms[i].push_back(std::move(out));
    }
    draw.all.push_back(std::move(all));
  }
  return draw;
}

double metric_value(const Case& numbers, const Sums& s, const std::string& metric, double t) {
  const auto ratio = [](double a, double b) { return b > 0 ? a / b : 0.0; };
  if (metric == "chips_delivered") return s.delivered;
  if (metric == "chips_installed") return s.installed;
  if (metric == "chips_available") return s.available;
  if (metric == "power_mw") return s.power_w / 1e6;
  if (metric == "energy_mwh_cumulative") return s.energy_j / 3.6e9;
  if (metric == "cost_usd_cumulative") return s.cost_usd;
  if (metric == "training_flop_per_s") return s.training_flop_per_s;
  if (metric == "training_flop") return s.training_flop_per_s * numbers.step_seconds;
  if (metric == "training_flop_cumulative") return s.training_flop;
  if (metric == "training_tokens_per_s") return s.training_tokens_per_s;
  if (metric == "largest_run_flop_90d") return s.largest_run_flop;
  if (metric == "mfu") return ratio(s.training_flop_per_s, s.training_peak);
  if (metric == "goodput_fraction") return ratio(s.training_chips_goodput, s.training_chips);
  if (metric == "decode_tokens_per_s") return s.decode_units_per_s;
  if (metric == "memory_bound_bytes_per_s") return s.memory_bytes_per_s;
  for (std::size_t y = 0; y < numbers.yardsticks.size(); ++y)
    if (metric == numbers.yardsticks[y]) return s.yardsticks.empty() ? 0 : s.yardsticks[y];
  for (std::size_t w = 0; w < numbers.workloads.size(); ++w)
    if (metric == numbers.workloads[w].name) return s.workloads.empty() ? 0 : s.workloads[w];
  if (numbers.counterpart) {
    const Counterpart& other = *numbers.counterpart;
    const double own = metric_value(numbers, s, other.metric, t);
    double grown = 0;
    for (std::size_t step = 0; step < static_cast<std::size_t>(t); ++step)
      grown += other.growth[step];
    const double level = other.level * std::exp(grown);
    if (metric == "counterpart_ratio") return own / level;
    if (metric == "months_behind") {
      // Time since the counterpart had the firm's present level, along its growth: before the start
      // at that of the first step, after t at that of the last.
      double steps = unlimited;
      if (own > 0) {
        const double wanted = std::log(own / other.level);
        const std::size_t now = static_cast<std::size_t>(t) - 1;
        double left = grown - wanted;  // growth since then
        steps = left < 0 ? left / other.growth[now] : 0;
        for (std::size_t back = now + 1; left > 0 && back-- > 0;) {
          const double taken = std::min(left, other.growth[back]);
          steps += taken / other.growth[back];
          left -= taken;
        }
        if (left > 0) steps += left / other.growth.front();
      }
      return std::clamp(steps * other.months_per_step, -240.0, 240.0);
    }
  }
  throw std::logic_error("the reference knows no metric " + metric);
}

}  // namespace tranche::reference
