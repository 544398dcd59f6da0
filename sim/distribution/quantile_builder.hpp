// SPDX-License-Identifier: Apache-2.0

// Builds the quantile tables that kernels sample from.
//
// A distribution is divided into segments of the 32-bit words: one for each point mass (its
// probability is exact to 2^-32), one for each continuous interval between them. An interval
// becomes a table with knots on the exact quantile and a monotone cubic between them: slopes 1 /
// density, limited after Fritsch and Carlson, "Monotone piecewise cubic interpolation", SIAM J.
// Numer. Anal. 17, 1980.
#pragma once

#include <map>
#include <vector>

#include "kernels/random/quantile_table.hpp"
#include "sim/distribution/distribution.hpp"
#include "sim/distribution/shape.hpp"

namespace tranche {

// Number of segments of the distribution; at most kernels::maximum_segments are allowed.
int segment_count(const Shape& shape);

// Cache of tables for later runs: building one takes a thousand times longer than copying it.
class QuantileCache {
 public:
  struct Made {
    kernels::VariableTable table;  // offsets are relative to the start of `coefficients`
    std::vector<float> coefficients;
  };
  const Made* find(const std::vector<double>& signature) const;
  // Adds a table, unless the cache is full.
  void add(const std::vector<double>& signature, Made made);

 private:
  std::map<std::vector<double>, Made> made_;
};

// Tables of all variables of a run, consecutive. Equal distributions share one table; a constant
// needs none.
class QuantileTables {
 public:
  // The cache, if given, must outlive the tables.
  explicit QuantileTables(QuantileCache* cache = nullptr) : cache_(cache) {}

  // Requires problem_of(distribution) to be empty.
  kernels::VariableTable add(const Distribution& distribution);
  // Array that the offsets of VariableTables refer to; floats_per_table per table.
  const std::vector<float>& coefficients() const { return coefficients_; }
  std::size_t table_count() const { return coefficients_.size() / kernels::floats_per_table; }

 private:
  kernels::VariableTable append(const QuantileCache::Made& made);

  QuantileCache* cache_;
  std::map<std::vector<double>, kernels::VariableTable> known_;  // by all parameters
  std::vector<float> coefficients_;
};

}  // namespace tranche
