// SPDX-License-Identifier: Apache-2.0

// Bins of an output from its pilot values.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

#include "kernels/engine/tally/tally.hpp"

namespace tranche::kernels {
namespace {

Cell cell_of(const std::vector<float>& values) {
  return cell_for(values.data(), static_cast<int>(values.size()));
}

TEST(CellFor, NamesTheDrawWithoutANumber) {
  for (const float wrong :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    std::vector<float> values(512, 1.0f);
    values[300] = wrong;
    try {
      cell_of(values);
      ADD_FAILURE() << wrong << " was taken";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "a simulated value is not a finite number (draw 300)");
    }
  }
}

TEST(CellFor, HasBinsOnTheSidesThatOccur) {
  const Cell none = cell_of(std::vector<float>(512, 0.0f));
  EXPECT_EQ(none.positive_bins, 0);
  EXPECT_EQ(none.negative_bins, 0);
  std::vector<float> values(512, 0.0f);
  values[7] = 2.0f;
  EXPECT_GT(cell_of(values).positive_bins, 0);
  EXPECT_EQ(cell_of(values).negative_bins, 0);
  values[8] = -2.0f;
  EXPECT_GT(cell_of(values).negative_bins, 0);
  values[7] = 0.0f;
  EXPECT_EQ(cell_of(values).positive_bins, 0);
}

TEST(CellFor, BeginsAtHalfOfTheSmallestPartsOfThePilot) {
  // 512 values without 0: the third smallest magnitude is their 0.5 % quantile.
  std::vector<float> values(512, 64.0f);
  values[10] = -1.0f;
  values[20] = 2.0f;
  values[30] = -4.0f;
  EXPECT_EQ(cell_of(values).first_key, bin_key(2.0f));
  EXPECT_EQ(bin_key(64.0f) + 64, cell_of(values).first_key + cell_of(values).positive_bins - 1);
  // If all are equal: half of the value.
  EXPECT_EQ(cell_of(std::vector<float>(512, -8.0f)).first_key, bin_key(4.0f));
}

TEST(Tally, AddsInPartsWhatItAddsAtOnce) {
  std::vector<Cell> cells(7, cell_of({1.0f, 2.0f, 3.0f}));  // no multiple of the parts
  lay_out_cells(cells);
  Tally more(cells, 11);
  std::uint32_t next = 1;
  for (std::uint32_t& count : more.counts) count = next++;
  for (CellSums& sums : more.sums) sums = {static_cast<std::int64_t>(next++), 5, 6};
  for (std::uint64_t& binding : more.bindings) binding = next++;
  more.draws = 9;
  for (const std::size_t parts : {1u, 2u, 3u, 64u}) {
    SCOPED_TRACE(parts);
    Tally sum(cells, 11);
    for (std::size_t part = 0; part < parts; ++part) sum.add_part(more, part, parts);
    EXPECT_EQ(sum.draws, 9u);
    EXPECT_EQ(sum.counts, more.counts);
    EXPECT_EQ(sum.bindings, more.bindings);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      EXPECT_EQ(sum.sums[i].units, more.sums[i].units);
      EXPECT_EQ(sum.sums[i].low_squares, 5u);
      EXPECT_EQ(sum.sums[i].high_squares, 6u);
    }
  }
}

}  // namespace
}  // namespace tranche::kernels
