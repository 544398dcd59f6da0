// Fills the input columns of a batch of draws: constants, independent inputs from
// their quantile tables, and correlated inputs through a Gaussian copula.
//
// Lanes says where it runs. It has
//   float* column(int)       one float per draw of the batch
//   double* score(int)       one normal score per draw
//   draw(int j)              the number of draw j
//   each(body)               body(j) for every draw of the batch
// On the CPU a batch is some hundreds of draws and `each` is a vectorised loop; on the
// GPU a batch is one draw of one thread.
#pragma once

#include "kernels/fleet_spec.hpp"
#include "kernels/philox.hpp"
#include "kernels/quantile_table.hpp"

namespace tranche::kernels {

template <class Lanes>
TRANCHE_HD_INLINE void fill_constants(const FleetView& view, const Lanes& lanes) {
  for (std::int32_t i = 0; i < view.constant_count; ++i) {
    const ConstantSpec spec = view.constants[i];
    float* const out = lanes.column(spec.column);
    lanes.each([=](int j) { out[j] = spec.value; });
  }
}

// Words to values. The usual table has one segment, which saves the search.
template <class Lanes>
TRANCHE_HD_INLINE void look_up(const VariableTable& table, const float* coefficients,
                               const Lanes& lanes, const std::uint32_t* word, float* out) {
  if (table.stretch[0] == 0 && table.offset[0] >= 0) {
    const float* const own = coefficients + table.offset[0];
    lanes.each([=](int j) { out[j] = table_value(own, word[j]); });
  } else {
    const VariableTable* const all = &table;
    lanes.each([=](int j) { out[j] = variable_value(*all, coefficients, word[j]); });
  }
}

template <class Lanes>
TRANCHE_HD_INLINE void draw_independent(const FleetView& view, const Lanes& lanes) {
  const std::uint64_t seed = view.seed;
  const float* const coefficients = view.coefficients;
  for (std::int32_t i = 0; i < view.draw_count; ++i) {
    const DrawSpec spec = view.draws[i];
    const VariableTable& table = view.tables[spec.table];
    const RandomAddress address{spec.variable, spec.block};
    std::uint32_t* const word0 = lanes.word(0);
    std::uint32_t* const word1 = lanes.word(1);
    std::uint32_t* const word2 = lanes.word(2);
    std::uint32_t* const word3 = lanes.word(3);
    const std::uint64_t first = lanes.first_draw();
    lanes.each([=](int j) {
      const Philox4x32 r = random_block(seed, address, first + static_cast<std::uint64_t>(j));
      word0[j] = r.x;
      word1[j] = r.y;
      word2[j] = r.z;
      word3[j] = r.w;
    });
    for (std::int32_t k = 0; k < spec.count; ++k) {
      const std::uint32_t* const word = lanes.word(k);
      float* const out = lanes.column(spec.first_column + k);
      look_up(table, coefficients, lanes, word, out);
    }
  }
}

template <class Lanes>
TRANCHE_HD_INLINE void draw_correlated(const FleetView& view, const Lanes& lanes) {
  const std::uint64_t seed = view.seed;
  const std::uint64_t first = lanes.first_draw();
  for (std::int32_t i = 0; i < view.score_spec_count; ++i) {
    const ScoreSpec spec = view.scores[i];
    const RandomAddress address{spec.variable, spec.block};
    for (std::int32_t k = 0; k < spec.count; ++k) {
      double* const out = lanes.score(spec.first_score + k);
      lanes.each([=](int j) {
        const Philox4x32 r = random_block(seed, address, first + static_cast<std::uint64_t>(j));
        const std::uint32_t word = k == 0 ? r.x : k == 1 ? r.y : k == 2 ? r.z : r.w;
        out[j] = normal_score(word);
      });
    }
  }
  double* const sum = lanes.score(view.score_count);  // one spare column
  std::uint32_t* const word = lanes.word(0);
  for (std::int32_t i = 0; i < view.copula_count; ++i) {
    const CopulaSpec spec = view.copulas[i];
    lanes.each([=](int j) { sum[j] = 0.0; });
    for (std::int32_t t = spec.term_begin; t < spec.term_end; ++t) {
      const CopulaTerm term = view.copula_terms[t];
      const double* const score = lanes.score(term.score);
      lanes.each([=](int j) { sum[j] = sum[j] + term.weight * score[j]; });
    }
    lanes.each([=](int j) { word[j] = word_of_normal_score(sum[j]); });
    look_up(view.tables[spec.table], view.coefficients, lanes, word, lanes.column(spec.column));
  }
}

}  // namespace tranche::kernels
