// SPDX-License-Identifier: Apache-2.0

// Fills the input columns of a batch of draws: constants, independent inputs from
// their quantile tables, and correlated inputs through a Gaussian copula.
//
// Lanes is the execution model. It has
//   float* column(int)       one float per draw of the batch
//   double* score(int)       one normal score per draw
//   uint32_t* word(int)      one of four random words per draw
//   single_words(seed, variable)  random words of a variable with one instance per draw
//   four_words(seed, address)  optional: a faster way to fill the four words
//   first_draw()             number of the batch's first draw
//   each(body)               body(j) for every draw of the batch
//   look_up(table, coefficients, words, values)
//   any_above_zero(a, b)     true if a draw of the batch, or one that runs with it, is above 0
//                            in one of two columns of non-negative values
//   with_few(column, body)   body(lanes) with lanes of the draws that are above 0 in the column,
//                            if that is less work than all draws; else with all
// On the CPU a batch is some hundreds of draws and `each` is a vectorised loop; on the
// GPU a batch is one draw of one thread.
#pragma once

#include "kernels/engine/fleet/view.hpp"
#include "kernels/random/philox.hpp"
#include "kernels/random/quantile_table.hpp"

namespace tranche::kernels {

// Loops over the words of a block are unrolled on a GPU to keep the words in registers.
inline constexpr std::int32_t words_of_block = 4;
#if defined(__CUDA_ARCH__)
#define TRANCHE_UNROLL_ON_GPU _Pragma("unroll")
#else
#define TRANCHE_UNROLL_ON_GPU
#endif

template <class Lanes>
TRANCHE_HD_INLINE void fill_constants(const FleetView& view, const Lanes& lanes) {
  for (std::int32_t i = 0; i < view.constant_count; ++i) {
    const ConstantSpec spec = view.constants[i];
    float* const out = lanes.column(spec.column);
    lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = spec.value; });
  }
}

// Random words of the instances 4 * block ... 4 * block + 3 of a variable, into the four word
// columns.
template <class Lanes>
TRANCHE_HD_INLINE void fill_words(std::uint64_t seed, RandomAddress address, const Lanes& lanes) {
  if constexpr (requires { lanes.four_words(seed, address); }) {
    lanes.four_words(seed, address);
    return;
  }
  const std::uint64_t first = lanes.first_draw();
  std::uint32_t* const word0 = lanes.word(0);
  std::uint32_t* const word1 = lanes.word(1);
  std::uint32_t* const word2 = lanes.word(2);
  std::uint32_t* const word3 = lanes.word(3);
  lanes.each([=](int j) TRANCHE_INLINE_BODY {
    const Philox4x32 r = random_block(seed, address, first + static_cast<std::uint64_t>(j));
    word0[j] = r.x;
    word1[j] = r.y;
    word2[j] = r.z;
    word3[j] = r.w;
  });
}

template <class Lanes>
TRANCHE_HD_INLINE void draw_independent(const FleetView& view, const Lanes& lanes) {
  for (std::int32_t i = 0; i < view.draw_count; ++i) {
    const DrawSpec spec = view.draws[i];
    const VariableTable& table = view.tables[spec.table];
    if (spec.is_single != 0) {
      lanes.look_up(table, view.coefficients, lanes.single_words(view.seed, spec.variable),
                    lanes.column(spec.first_column));
      continue;
    }
    fill_words(view.seed, {spec.variable, spec.block}, lanes);
    TRANCHE_UNROLL_ON_GPU
    for (std::int32_t k = 0; k < words_of_block; ++k)
      if (k < spec.count)
        lanes.look_up(table, view.coefficients, lanes.word(k), lanes.column(spec.first_column + k));
  }
}

// Correlated inputs: copula over the independent scores.
template <class Lanes>
TRANCHE_HD_INLINE void correlate(const FleetView& view, const Lanes& lanes) {
  double* const sum = lanes.score(view.score_count);  // one scratch column
  std::uint32_t* const word = lanes.word(0);
  for (std::int32_t i = 0; i < view.copula_count; ++i) {
    const CopulaSpec spec = view.copulas[i];
    lanes.each([=](int j) TRANCHE_INLINE_BODY { sum[j] = 0.0; });
    for (std::int32_t t = spec.term_begin; t < spec.term_end; ++t) {
      const CopulaTerm term = view.copula_terms[t];
      const double* const score = lanes.score(term.score);
      lanes.each([=](int j) TRANCHE_INLINE_BODY { sum[j] = sum[j] + term.weight * score[j]; });
    }
    lanes.each([=](int j) TRANCHE_INLINE_BODY { word[j] = word_of_normal_score(sum[j]); });
    lanes.look_up(view.tables[spec.table], view.coefficients, word, lanes.column(spec.column));
  }
}

template <class Lanes>
TRANCHE_HD_INLINE void draw_correlated(const FleetView& view, const Lanes& lanes) {
  for (std::int32_t i = 0; i < view.score_spec_count; ++i) {
    const ScoreSpec spec = view.scores[i];
    if (spec.is_single == 0) fill_words(view.seed, {spec.variable, spec.block}, lanes);
    TRANCHE_UNROLL_ON_GPU
    for (std::int32_t k = 0; k < words_of_block; ++k) {
      if (k >= spec.count) continue;
      const std::uint32_t* const random =
          spec.is_single != 0 ? lanes.single_words(view.seed, spec.variable) : lanes.word(k);
      double* const out = lanes.score(spec.first_score + k);
      lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = normal_score(random[j]); });
    }
  }
  correlate(view, lanes);
}

// Random words that are given instead of generated: one array of words for each random number of a
// draw, `stride` words apart. draw_numbers[i] is the random number of the first column of
// view.draws[i], score_numbers[i] that of view.scores[i]; the next columns of a specification take
// the next numbers.
struct GivenWords {
  const std::uint32_t* words;
  std::int64_t stride;
  const std::int32_t* draw_numbers;
  const std::int32_t* score_numbers;

  TRANCHE_HD_INLINE const std::uint32_t* at(std::int32_t number) const {
    return words + number * stride;
  }
};

// Fills the same columns as draw_independent and draw_correlated together.
template <class Lanes>
TRANCHE_HD_INLINE void take_given(const FleetView& view, const Lanes& lanes,
                                  const GivenWords& given) {
  for (std::int32_t i = 0; i < view.draw_count; ++i) {
    const DrawSpec spec = view.draws[i];
    for (std::int32_t k = 0; k < spec.count; ++k)
      lanes.look_up(view.tables[spec.table], view.coefficients, given.at(given.draw_numbers[i] + k),
                    lanes.column(spec.first_column + k));
  }
  for (std::int32_t i = 0; i < view.score_spec_count; ++i) {
    const ScoreSpec spec = view.scores[i];
    for (std::int32_t k = 0; k < spec.count; ++k) {
      const std::uint32_t* const random = given.at(given.score_numbers[i] + k);
      double* const out = lanes.score(spec.first_score + k);
      lanes.each([=](int j) TRANCHE_INLINE_BODY { out[j] = normal_score(random[j]); });
    }
  }
  correlate(view, lanes);
}

}  // namespace tranche::kernels
