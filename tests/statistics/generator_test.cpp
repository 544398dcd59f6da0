// SPDX-License-Identifier: Apache-2.0

// Random words of a run: uniform, independent between neighbouring draws, variables and instances,
// with the spacings of random birthdays. Each bound is five standard errors of the statistic under
// the hypothesis (one false alarm in 1.7 million); the words are always the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "kernels/random/philox.hpp"

namespace tranche::kernels {
namespace {

constexpr double deviations = 5;

// Word of a variable with one instance per draw, and of an instance of one drawn anew.
std::uint32_t once(std::uint64_t seed, std::uint64_t variable, std::uint64_t draw) {
  return word_of(random_block_of_four_draws(seed, variable, draw),
                 static_cast<std::uint32_t>(draw % 4));
}
std::uint32_t anew(std::uint64_t seed, std::uint64_t variable, std::uint32_t instance,
                   std::uint64_t draw) {
  return word_of(random_block(seed, {variable, instance / 4}, draw), instance % 4);
}

// Chi-square of counts that should be equal, in standard deviations from its mean: it has
// bins - 1 degrees of freedom, mean bins - 1, variance 2 (bins - 1).
double chi_square_deviation(const std::vector<double>& counts) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const double count : counts) sum += (count - expected) * (count - expected) / expected;
  const double freedom = static_cast<double>(counts.size() - 1);
  return (sum - freedom) / std::sqrt(2 * freedom);
}

using Word = std::function<std::uint32_t(std::uint64_t)>;
constexpr std::uint64_t words_per_test = 1 << 18;

// Tests the highest and the lowest byte.
void expect_uniform(const Word& word) {
  std::vector<double> high(256, 0.0), low(256, 0.0);
  for (std::uint64_t i = 0; i < words_per_test; ++i) {
    ++high[word(i) >> 24];
    ++low[word(i) & 0xFFu];
  }
  EXPECT_LT(std::fabs(chi_square_deviation(high)), deviations);
  EXPECT_LT(std::fabs(chi_square_deviation(low)), deviations);
}

// Tests that every pair of the top five bits of both is equally frequent, and that the bits of
// their exclusive or are even.
void expect_independent(const Word& a, const Word& b) {
  std::vector<double> pairs(1024, 0.0);
  std::vector<double> equal_bits(32, 0.0);
  for (std::uint64_t i = 0; i < words_per_test; ++i) {
    const std::uint32_t x = a(i), y = b(i);
    ++pairs[(x >> 27) * 32 + (y >> 27)];
    for (std::uint32_t bit = 0; bit < 32; ++bit) equal_bits[bit] += ((x ^ y) >> bit & 1u) == 0;
  }
  EXPECT_LT(std::fabs(chi_square_deviation(pairs)), deviations);
  const double n = static_cast<double>(words_per_test);
  for (const double equal : equal_bits)
    EXPECT_LT(std::fabs(equal - n / 2), deviations * std::sqrt(n) / 2);
}

const std::vector<std::uint64_t> seeds{0, 1, 2026, 0x8000'0000'0000'0000};

TEST(Generator, IsUniformOverDrawsVariablesAndInstances) {
  for (const std::uint64_t seed : seeds) {
    expect_uniform([&](std::uint64_t i) { return once(seed, 7, i); });
    expect_uniform([&](std::uint64_t i) { return once(seed, i, 7); });
    expect_uniform(
        [&](std::uint64_t i) { return anew(seed, 7, static_cast<std::uint32_t>(i % 64), i / 64); });
  }
}

TEST(Generator, IsIndependentBetweenNeighbouringDraws) {
  // Within a block of four, between blocks, between batches of the CPU.
  for (const std::uint64_t lag : {1u, 2u, 3u, 4u, 512u})
    expect_independent([&](std::uint64_t i) { return once(1, 7, i); },
                       [&](std::uint64_t i) { return once(1, 7, i + lag); });
}

TEST(Generator, IsIndependentBetweenVariables) {
  // A variable's number is a hash of its name; numbers that differ in one bit are harder.
  for (std::uint64_t bit = 0; bit < 64; bit += 7)
    expect_independent([&](std::uint64_t i) { return once(1, 7, i); },
                       [&](std::uint64_t i) { return once(1, 7 ^ std::uint64_t{1} << bit, i); });
}

TEST(Generator, IsIndependentBetweenInstancesOfAVariable) {
  for (const std::uint32_t other : {1u, 3u, 4u, 5u, 36u})
    expect_independent([&](std::uint64_t i) { return anew(1, 7, 0, i); },
                       [&](std::uint64_t i) { return anew(1, 7, other, i); });
}

TEST(Generator, IsIndependentBetweenSeeds) {
  for (const std::uint64_t bit : {0u, 1u, 31u, 32u, 63u})
    expect_independent([&](std::uint64_t i) { return once(2026, 7, i); },
                       [&](std::uint64_t i) { return once(2026 ^ std::uint64_t{1} << bit, 7, i); });
}

// 4,096 birthdays in a year of 2^32 days: equal spacings are Poisson with mean m^3 / (4 d) = 4
// (Marsaglia and Tsang, "Some difficult-to-pass tests of randomness", Journal of Statistical
// Software 7(3), 2002). Summed over many samples, against 5 standard deviations.
void expect_birthday_spacings(
    const std::function<std::uint32_t(std::uint64_t, std::uint64_t)>& word) {
  constexpr std::uint64_t birthdays = 4096, samples = 128;
  std::uint64_t equal = 0;
  for (std::uint64_t sample = 0; sample < samples; ++sample) {
    std::vector<std::uint32_t> days, spacings;
    for (std::uint64_t i = 0; i < birthdays; ++i) days.push_back(word(sample, i));
    std::sort(days.begin(), days.end());
    for (std::size_t i = 1; i < days.size(); ++i) spacings.push_back(days[i] - days[i - 1]);
    std::sort(spacings.begin(), spacings.end());
    for (std::size_t i = 1; i < spacings.size(); ++i) equal += spacings[i] == spacings[i - 1];
  }
  const double mean = 4.0 * static_cast<double>(samples);
  EXPECT_NEAR(static_cast<double>(equal), mean, deviations * std::sqrt(mean));
}

TEST(Generator, SpacesBirthdaysOverEveryPartOfTheCounter) {
  expect_birthday_spacings([](std::uint64_t s, std::uint64_t i) { return once(1, s, i); });
  expect_birthday_spacings([](std::uint64_t s, std::uint64_t i) { return once(1, i, s); });
  expect_birthday_spacings([](std::uint64_t s, std::uint64_t i) { return once(i, 7, s); });
  expect_birthday_spacings([](std::uint64_t s, std::uint64_t i) {
    return anew(1, 7, static_cast<std::uint32_t>(i), s);
  });
}

}  // namespace
}  // namespace tranche::kernels
