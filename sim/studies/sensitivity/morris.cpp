// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/morris.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "sim/base/parallel_for.hpp"
#include "sim/studies/sensitivity/design_items.hpp"
#include "sim/studies/sensitivity/sobol_points.hpp"

namespace tranche {
namespace {

using kernels::EffectSums;

// Middle of level `level` of morris_levels.
std::uint32_t word_of_level(std::uint32_t level) {
  constexpr std::uint32_t width = 0x80000000u / (morris_levels / 2);
  return level * width + width / 2;
}

// Both points of each place of a batch: the numbers of a group start in the same half and move to
// the same place in the other half. Rows of words, `stride` apart: A's of every number, B's, and
// one for each group whose upper half states that B is below A.
void fill_starting_points(const GroupedModel& model, const SobolPoints& points, std::uint64_t first,
                          std::uint32_t* words, std::size_t stride) {
  const std::vector<std::size_t>& group_of = model.group_of_number();
  const std::size_t numbers = group_of.size();
  constexpr std::size_t batch = points_per_batch;
  std::uint32_t* const directions = words + 2 * numbers * stride;
  for (std::size_t g = 0; g < model.groups(); ++g)
    points.fill(first, batch, numbers + g, directions + g * stride);
  constexpr std::uint32_t half = morris_levels / 2;
  for (std::size_t n = 0; n < numbers; ++n) {
    std::uint32_t *const a = words + n * stride, *const b = words + (numbers + n) * stride;
    points.fill(first, batch, n, a);
    for (std::size_t j = 0; j < batch; ++j) {
      const auto place = static_cast<std::uint32_t>(std::uint64_t{a[j]} * half >> 32);
      const bool up = directions[group_of[n] * stride + j] >> 31 == 0;
      a[j] = word_of_level(up ? place : place + half);
      b[j] = word_of_level(up ? place + half : place);
    }
  }
}

// Adds the effects of some groups at `count` places of one batch to sums (outputs x groups).
void run_batch(const GroupedModel& model, ModelEvaluator& evaluator, const SobolPoints& points,
               std::uint64_t first, int count, GroupRange groups, EffectSums* sums,
               const std::function<void()>& one_run_done) {
  constexpr std::size_t batch = points_per_batch;
  const std::size_t numbers = model.group_of_number().size();
  std::vector<std::uint32_t> words((2 * numbers + model.groups()) * batch);
  fill_starting_points(model, points, first, words.data(), batch);
  std::vector<float> from(model.outputs() * batch);
  evaluator.set_points(words.data(), words.data() + numbers * batch, count);
  evaluator.at_a([&](std::size_t output, const float* values, int n) {
    std::copy_n(values, n, from.data() + output * batch);
  });
  one_run_done();
  for (std::size_t group = groups.first; group < groups.end; ++group) {
    evaluator.at_mixture(group, [&](std::size_t output, const float* values, int n) {
      EffectSums& sum = sums[output * model.groups() + group];
      const float* const before = from.data() + output * batch;
      const std::uint32_t* const direction = words.data() + (2 * numbers + group) * batch;
      for (int j = 0; j < n; ++j)
        kernels::add_effect(sum, before[j], values[j], direction[j] >> 31 == 0);
    });
    one_run_done();
  }
}

kernels::DesignWork::FillWords fill_effects(const GroupedModel& model, const SobolPoints& points,
                                            int threads) {
  return [&model, &points, threads](std::span<const kernels::DesignSegment> segments,
                                    std::uint32_t* words, std::size_t stride) {
    const auto fill_segment = [&](std::size_t s) {
      for (std::int32_t at = 0; at < segments[s].room(); at += points_per_batch)
        fill_starting_points(model, points,
                             segments[s].first_point + static_cast<std::uint64_t>(at),
                             words + segments[s].first + at, stride);
    };
    parallel_for(segments.size(), threads, fill_segment);
  };
}

}  // namespace

MorrisResult morris_effects(const GroupedModel& model, const DesignControl& control) {
  const std::size_t numbers = model.group_of_number().size();
  const SobolPoints points(numbers + model.groups(), control.seed);
  const std::uint64_t batches = (control.points + points_per_batch - 1) / points_per_batch;
  const std::size_t effects = model.outputs() * model.groups();  // per batch
  std::vector<EffectSums> sums(batches * effects);
  const DesignItems items(control, model, batches, 1);
  if (const auto whole = model.whole_designs()) {
    items.run_whole(control.points, [&](kernels::DesignWork& work) {
      work.fill_words = fill_effects(model, points, control.execution.threads);
      whole->runner->sum_effects(whole->model, work, {sums});
    });
  } else {
    items.run([&](const DesignItems::CountRun& one_run_done) -> DesignItems::Worker {
      return
          [&, evaluator = std::shared_ptr(model.evaluator())](std::uint64_t b, GroupRange groups) {
            const std::uint64_t first = b * points_per_batch;
            const int count =
                static_cast<int>(std::min<std::uint64_t>(points_per_batch, control.points - first));
            run_batch(model, *evaluator, points, first, count, groups, sums.data() + b * effects,
                      one_run_done);
          };
    });
  }
  items.exchange([&](std::uint64_t b, GroupRange groups, const DesignItems::Visit& visit) {
    for (std::size_t output = 0; output < model.outputs(); ++output)
      for (std::size_t group = groups.first; group < groups.end; ++group) {
        EffectSums& sum = sums[b * effects + output * model.groups() + group];
        visit(sum.effect);
        visit(sum.magnitude);
        visit(sum.square);
      }
  });

  MorrisResult result;
  result.points = control.points;
  result.groups = model.groups();
  const auto n = static_cast<double>(control.points);
  for (std::size_t i = 0; i < effects; ++i) {
    EffectSums sum;
    for (std::uint64_t b = 0; b < batches; ++b) kernels::add_to(sum, sums[b * effects + i]);
    ElementaryEffects found;
    found.mu = sum.effect / n;
    found.mu_star = sum.magnitude / n;
    const auto spread = [&](double mean) {
      return n > 1 ? std::sqrt(std::max(0.0, (sum.square - n * mean * mean) / (n - 1))) : 0.0;
    };
    found.sigma = spread(found.mu);
    found.mu_star_error = spread(found.mu_star) / std::sqrt(n);
    result.effects.push_back(found);
  }
  return result;
}

}  // namespace tranche
