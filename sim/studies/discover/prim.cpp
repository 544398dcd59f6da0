// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/discover/prim.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <numeric>

#include "sim/base/parallel_for.hpp"

namespace tranche {
namespace {

using Draws = std::vector<std::uint32_t>;

bool within(const BoxLimit& limit, float value) {
  return (!limit.low || value >= *limit.low) && (!limit.high || value <= *limit.high);
}

Draws draws_in(const PrimData& data, const std::vector<BoxLimit>& limits,
               std::optional<std::size_t> but = {}) {
  if (data.before_pass) data.before_pass();
  Draws draws;
  for (std::uint32_t j = 0; j < data.outcome.size(); ++j) {
    const bool inside = std::all_of(limits.begin(), limits.end(), [&](const BoxLimit& limit) {
      return (but && limit.input == *but) || within(limit, data.inputs[limit.input][j]);
    });
    if (inside) draws.push_back(j);
  }
  return draws;
}

std::size_t hits(const PrimData& data, const Draws& draws) {
  return static_cast<std::size_t>(
      std::count_if(draws.begin(), draws.end(), [&](std::uint32_t j) { return data.outcome[j]; }));
}

BoxLimit& limit_of(Box& box, std::size_t input) {
  const auto at = std::find_if(box.limits.begin(), box.limits.end(),
                               [&](const BoxLimit& limit) { return limit.input >= input; });
  if (at != box.limits.end() && at->input == input) return *at;
  BoxLimit fresh;
  fresh.input = input;
  return *box.limits.insert(at, fresh);
}

void set_figures(const PrimData& data, const Draws& draws, Box& box) {
  const std::size_t with = hits(data, draws);
  const auto all_with = static_cast<double>(
      std::count_if(data.outcome.begin(), data.outcome.end(), [](char o) { return o != 0; }));
  box.mass = static_cast<double>(draws.size()) / static_cast<double>(data.outcome.size());
  box.density = draws.empty() ? 0.0 : static_cast<double>(with) / static_cast<double>(draws.size());
  box.coverage = all_with > 0 ? static_cast<double>(with) / all_with : 0.0;
}

// A candidate peel of a box.
struct Cut {
  bool is_low = true;  // true: the lowest values are removed
  float limit = 0;     // the extreme value that remains
  std::size_t left = 0, hits_left = 0;
  double gain = -1;  // gain of density per fraction of draws removed
};

// Peels the fraction `peel` off one side, with all draws of equal value.
Cut cut_off(const PrimData& data, std::size_t input, const Draws& draws, std::size_t hits_before,
            bool is_low, double peel) {
  if (data.before_pass) data.before_pass();
  const std::span<const float> column = data.inputs[input];
  const auto n = draws.size();
  const auto cut =
      std::max<std::size_t>(1, static_cast<std::size_t>(peel * static_cast<double>(n) + 0.5));
  if (cut >= n) return {};
  std::vector<float> values(n);
  for (std::size_t j = 0; j < n; ++j) values[j] = column[draws[j]];
  const std::size_t rank = is_low ? cut : n - 1 - cut;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank),
                   values.end());
  float limit = values[rank];
  const auto extreme = is_low ? *std::min_element(values.begin(), values.end())
                              : *std::max_element(values.begin(), values.end());
  if (limit == extreme) {
    // If nothing would be removed, all draws of the extreme value are.
    bool found = false;
    for (const float value : values) {
      const bool stays = is_low ? value > extreme : value < extreme;
      if (stays && (!found || (is_low ? value < limit : value > limit))) limit = value;
      found = found || stays;
    }
    if (!found) return {};
  }
  Cut made;
  made.is_low = is_low;
  made.limit = limit;
  for (const std::uint32_t j : draws) {
    const bool stays = is_low ? column[j] >= limit : column[j] <= limit;
    if (!stays) continue;
    ++made.left;
    if (data.outcome[j]) ++made.hits_left;
  }
  if (made.left == 0 || made.left == n) return {};
  const auto size = static_cast<double>(n);
  const double density_before = static_cast<double>(hits_before) / size;
  const double density = static_cast<double>(made.hits_left) / static_cast<double>(made.left);
  made.gain = (density - density_before) / (static_cast<double>(n - made.left) / size);
  return made;
}

}  // namespace

Box evaluated(const PrimData& data, Box box) {
  set_figures(data, draws_in(data, box.limits), box);
  return box;
}

std::vector<Box> peel_boxes(const PrimData& data, const PrimSettings& settings) {
  Draws draws(data.outcome.size());
  std::iota(draws.begin(), draws.end(), 0u);
  std::vector<Box> boxes(1);
  set_figures(data, draws, boxes.back());
  const auto smallest = std::max<std::size_t>(
      2, static_cast<std::size_t>(settings.smallest_mass * static_cast<double>(draws.size())));
  while (boxes.back().density < 1) {
    const std::size_t before = hits(data, draws);
    std::vector<Cut> cuts(2 * data.inputs.size());
    const auto make_cut = [&](std::size_t c) {
      cuts[c] = cut_off(data, c / 2, draws, before, c % 2 == 0, settings.peel);
    };
    parallel_for(cuts.size(), settings.threads, make_cut);
    std::size_t best = cuts.size();
    for (std::size_t c = 0; c < cuts.size(); ++c)
      if (cuts[c].left >= smallest && cuts[c].gain > 0 &&
          (best == cuts.size() || cuts[c].gain > cuts[best].gain))
        best = c;
    if (best == cuts.size()) break;
    Box box = boxes.back();
    BoxLimit& limit = limit_of(box, best / 2);
    (cuts[best].is_low ? limit.low : limit.high) = cuts[best].limit;
    const std::span<const float> column = data.inputs[best / 2];
    std::erase_if(draws, [&](std::uint32_t j) { return !within(limit, column[j]); });
    set_figures(data, draws, box);
    boxes.push_back(std::move(box));
  }
  return boxes;
}

Box pasted(const PrimData& data, const PrimSettings& settings, Box box) {
  for (;;) {
    Box best = box;
    for (std::size_t l = 0; l < box.limits.size(); ++l)
      for (const bool is_low : {true, false}) {
        const BoxLimit& limit = box.limits[l];
        if (!(is_low ? limit.low : limit.high)) continue;
        // Draws just beyond this end, and inside all other limits.
        BoxLimit open = limit;
        (is_low ? open.low : open.high).reset();
        std::vector<BoxLimit> limits = box.limits;
        limits[l] = open;
        std::vector<float> beyond;
        for (const std::uint32_t j : draws_in(data, limits)) {
          const float value = data.inputs[limit.input][j];
          if (!within(limit, value)) beyond.push_back(value);
        }
        if (beyond.empty()) continue;
        const double inside = box.mass * static_cast<double>(data.outcome.size());
        const auto wanted = std::clamp<std::size_t>(
            static_cast<std::size_t>(settings.peel * inside + 0.5), 1, beyond.size());
        std::sort(beyond.begin(), beyond.end());
        Box larger = box;
        if (wanted == beyond.size())
          larger.limits[l] = open;
        else if (is_low)
          larger.limits[l].low = beyond[beyond.size() - wanted];
        else
          larger.limits[l].high = beyond[wanted - 1];
        larger = evaluated(data, std::move(larger));
        if (larger.density >= box.density && larger.mass > best.mass) best = std::move(larger);
      }
    if (best.mass <= box.mass) return box;
    box = std::move(best);
    std::erase_if(box.limits, [](const BoxLimit& limit) { return !limit.low && !limit.high; });
    box.is_pasted = true;
  }
}

std::vector<LimitTest> limit_tests(const PrimData& data, const Box& box) {
  std::vector<LimitTest> tests;
  const Draws inside = draws_in(data, box.limits);
  const auto inside_hits = hits(data, inside);
  for (const BoxLimit& limit : box.limits) {
    Box larger = box;
    std::erase_if(larger.limits, [&](const BoxLimit& l) { return l.input == limit.input; });
    larger = evaluated(data, std::move(larger));
    LimitTest test;
    test.density_without = larger.density;
    test.coverage_without = larger.coverage;
    if (inside.empty() || inside_hits == 0 || larger.density >= 1) {
      test.quasi_p = 1;
    } else {
      const boost::math::binomial_distribution<double> by_chance(static_cast<double>(inside.size()),
                                                                 larger.density);
      test.quasi_p = boost::math::cdf(
          boost::math::complement(by_chance, static_cast<double>(inside_hits) - 1));
    }
    tests.push_back(test);
  }
  return tests;
}

Box pruned(const PrimData& data, Box box, double most) {
  for (;;) {
    const std::vector<LimitTest> tests = limit_tests(data, box);
    const auto weakest = std::max_element(
        tests.begin(), tests.end(),
        [](const LimitTest& a, const LimitTest& b) { return a.quasi_p < b.quasi_p; });
    if (weakest == tests.end() || weakest->quasi_p <= most) return box;
    box.limits.erase(box.limits.begin() + (weakest - tests.begin()));
    box = evaluated(data, std::move(box));
  }
}

std::size_t balanced_box(const std::vector<Box>& boxes) {
  const auto balance = [](const Box& box) {
    const double sum = box.coverage + box.density;
    return sum > 0 ? 2 * box.coverage * box.density / sum : 0.0;
  };
  std::size_t best = 0;
  for (std::size_t b = 1; b < boxes.size(); ++b)
    if (balance(boxes[b]) > balance(boxes[best])) best = b;
  return best;
}

}  // namespace tranche
