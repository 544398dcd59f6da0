#include "sim/sensitivity/morris.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "sim/sensitivity/design_items.hpp"
#include "sim/sensitivity/sobol_points.hpp"

namespace tranche {
namespace {

constexpr double step = 0.5;  // of probability

struct EffectSums {
  double effect = 0, magnitude = 0, square = 0;
};

// The middle of level `level` of morris_levels.
std::uint32_t word_of_level(std::uint32_t level) {
  constexpr std::uint32_t width = 0x80000000u / (morris_levels / 2);
  return level * width + width / 2;
}

// Both points of each place: the numbers of a group start in the same half and change to
// the same place of the other half.
struct StartingPoints {
  std::vector<std::uint32_t> a, b;
  std::vector<bool> upwards;  // groups x points_per_batch: B is above A
};

StartingPoints starting_points(const GroupedModel& model, const SobolPoints& points,
                               std::uint64_t first) {
  const std::vector<std::size_t>& group_of = model.group_of_number();
  constexpr std::size_t batch = points_per_batch;
  StartingPoints start{std::vector<std::uint32_t>(group_of.size() * batch),
                       std::vector<std::uint32_t>(group_of.size() * batch),
                       std::vector<bool>(model.groups() * batch)};
  std::vector<std::uint32_t> words(batch);
  for (std::size_t g = 0; g < model.groups(); ++g) {
    points.fill(first, batch, group_of.size() + g, words.data());
    for (std::size_t j = 0; j < batch; ++j) start.upwards[g * batch + j] = words[j] >> 31 == 0;
  }
  constexpr std::uint32_t half = morris_levels / 2;
  for (std::size_t n = 0; n < group_of.size(); ++n) {
    points.fill(first, batch, n, words.data());
    for (std::size_t j = 0; j < batch; ++j) {
      const auto place = static_cast<std::uint32_t>(std::uint64_t{words[j]} * half >> 32);
      const bool up = start.upwards[group_of[n] * batch + j];
      start.a[n * batch + j] = word_of_level(up ? place : place + half);
      start.b[n * batch + j] = word_of_level(up ? place + half : place);
    }
  }
  return start;
}

// Adds the effects of some groups at `count` places of one batch to sums (outputs x groups).
void run_batch(const GroupedModel& model, ModelEvaluator& evaluator, const SobolPoints& points,
               std::uint64_t first, int count, GroupRange groups, std::vector<EffectSums>& sums,
               const std::function<void()>& one_run_done) {
  constexpr std::size_t batch = points_per_batch;
  const StartingPoints start = starting_points(model, points, first);
  std::vector<float> from(model.outputs() * batch);
  evaluator.set_points(start.a.data(), start.b.data(), count);
  evaluator.at_a([&](std::size_t output, const float* values, int n) {
    std::copy_n(values, n, from.data() + output * batch);
  });
  one_run_done();
  for (std::size_t group = groups.first; group < groups.end; ++group) {
    evaluator.at_mixture(group, [&](std::size_t output, const float* values, int n) {
      EffectSums& sum = sums[output * model.groups() + group];
      const float* const before = from.data() + output * batch;
      for (int j = 0; j < n; ++j) {
        const double change =
            (static_cast<double>(values[j]) - static_cast<double>(before[j])) / step;
        const double effect =
            start.upwards[group * batch + static_cast<std::size_t>(j)] ? change : -change;
        sum.effect += effect;
        sum.magnitude += std::fabs(effect);
        sum.square += effect * effect;
      }
    });
    one_run_done();
  }
}

}  // namespace

MorrisResult morris_effects(const GroupedModel& model, const DesignControl& control) {
  const std::size_t numbers = model.group_of_number().size();
  const SobolPoints points(numbers + model.groups(), control.seed);
  const std::uint64_t batches = (control.points + points_per_batch - 1) / points_per_batch;
  std::vector<std::vector<EffectSums>> sums(
      batches, std::vector<EffectSums>(model.outputs() * model.groups()));
  const DesignItems items(control, batches, 1, model.groups());
  items.run([&](const DesignItems::CountRun& one_run_done) -> DesignItems::Worker {
    return [&, evaluator = std::shared_ptr(model.evaluator())](std::uint64_t b, GroupRange groups) {
      const std::uint64_t first = b * points_per_batch;
      const int count =
          static_cast<int>(std::min<std::uint64_t>(points_per_batch, control.points - first));
      run_batch(model, *evaluator, points, first, count, groups, sums[b], one_run_done);
    };
  });
  items.exchange([&](std::uint64_t b, GroupRange groups, const DesignItems::Visit& visit) {
    for (std::size_t output = 0; output < model.outputs(); ++output)
      for (std::size_t group = groups.first; group < groups.end; ++group) {
        EffectSums& sum = sums[b][output * model.groups() + group];
        visit(sum.effect);
        visit(sum.magnitude);
        visit(sum.square);
      }
  });

  MorrisResult result;
  result.points = control.points;
  result.groups = model.groups();
  const auto n = static_cast<double>(control.points);
  for (std::size_t i = 0; i < model.outputs() * model.groups(); ++i) {
    EffectSums sum;
    for (const std::vector<EffectSums>& batch : sums) {
      sum.effect += batch[i].effect;
      sum.magnitude += batch[i].magnitude;
      sum.square += batch[i].square;
    }
    ElementaryEffects effects;
    effects.mu = sum.effect / n;
    effects.mu_star = sum.magnitude / n;
    const auto spread = [&](double mean) {
      return n > 1 ? std::sqrt(std::max(0.0, (sum.square - n * mean * mean) / (n - 1))) : 0.0;
    };
    effects.sigma = spread(effects.mu);
    effects.mu_star_error = spread(effects.mu_star) / std::sqrt(n);
    result.effects.push_back(effects);
  }
  return result;
}

}  // namespace tranche
