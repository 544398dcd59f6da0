// SPDX-License-Identifier: Apache-2.0

// Makes the quantile tables that kernels sample from.
//
// A distribution becomes segments of the 32-bit words: one for each point mass (its
// probability is exact to 2^-32), one for each continuous stretch between them. A
// stretch becomes a table with knots on the exact quantile and a monotone cubic between
// them: slopes 1 / density, limited after Fritsch and Carlson, "Monotone piecewise cubic
// interpolation", SIAM J. Numer. Anal. 17, 1980.
#pragma once

#include <map>
#include <vector>

#include "kernels/random/quantile_table.hpp"
#include "sim/distribution/distribution.hpp"
#include "sim/distribution/shape.hpp"

namespace tranche {

// How many segments the distribution needs; kernels::maximum_segments are allowed.
int segment_count(const Shape& shape);

// Tables that were made, for later runs to use again: making one takes a thousand times
// longer than copying it.
class QuantileCache {
 public:
  struct Made {
    kernels::VariableTable table;  // offsets count from the first of `coefficients`
    std::vector<float> coefficients;
  };
  const Made* find(const std::vector<double>& signature) const;
  // Keeps it, unless there are many already.
  void add(const std::vector<double>& signature, Made made);

 private:
  std::map<std::vector<double>, Made> made_;
};

// The tables of all variables of a run, one after the other. Equal distributions share
// one table; a constant needs none.
class QuantileTables {
 public:
  // The cache, where there is one, must outlive the tables.
  explicit QuantileTables(QuantileCache* cache = nullptr) : cache_(cache) {}

  // Requires problem_of(distribution) to be empty.
  kernels::VariableTable add(const Distribution& distribution);
  // What the offsets of the VariableTables count in; floats_per_table for each table.
  const std::vector<float>& coefficients() const { return coefficients_; }
  std::size_t table_count() const { return coefficients_.size() / kernels::floats_per_table; }

 private:
  kernels::VariableTable append(const QuantileCache::Made& made);

  QuantileCache* cache_;
  std::map<std::vector<double>, kernels::VariableTable> known_;  // by all its numbers
  std::vector<float> coefficients_;
};

}  // namespace tranche
