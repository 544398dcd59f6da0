// SPDX-License-Identifier: Apache-2.0

// Bodies of the probes, one output element each, common to CPU and GPU, and the sizes that both
// use. Inputs are simple functions of the index, so that results can be checked without storing
// them twice.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/base/host_device.hpp"

namespace tranche::kernels::probe {

inline constexpr double scalar = 0.4;
inline constexpr std::size_t row_values = 128;  // of an embedding row, of a key or value
inline constexpr std::size_t row_nonzeros = 27;

TRANCHE_HD inline double stream_a(std::size_t) { return 0.1; }
TRANCHE_HD inline double stream_b(std::size_t) { return 0.2; }

// Scattered row number below `rows` (at most 2^32): a multiplicative hash (Knuth, TAOCP 3, 6.4),
// scaled by a product, because a remainder would take a GPU longer than the measured memory access.
TRANCHE_HD inline std::size_t scattered(std::size_t i, std::size_t rows) {
  const std::uint32_t hash = static_cast<std::uint32_t>(i) * 2654435761u;
  return static_cast<std::size_t>((static_cast<std::uint64_t>(hash) * rows) >> 32);
}
// Column of a band of 27 around the diagonal, kept inside the matrix.
TRANCHE_HD inline std::int32_t column_of(std::size_t row, std::size_t k, std::size_t rows) {
  return static_cast<std::int32_t>((row + k + rows - row_nonzeros / 2) % rows);
}

TRANCHE_HD inline double spmv_row(const double* values, const std::int32_t* columns,
                                  const double* x, std::size_t row) {
  double sum = 0.0;
  for (std::size_t k = 0; k < row_nonzeros; ++k) {
    sum += values[row * row_nonzeros + k] * x[columns[row * row_nonzeros + k]];
  }
  return sum;
}

// Seven-point stencil on an n^3 grid; the boundary is copied.
TRANCHE_HD inline double stencil_point(const double* in, std::size_t x, std::size_t y,
                                       std::size_t z, std::size_t n) {
  const std::size_t i = (z * n + y) * n + x;
  if (x == 0 || y == 0 || z == 0 || x == n - 1 || y == n - 1 || z == n - 1) return in[i];
  return 0.4 * in[i] +
         0.1 * (in[i - 1] + in[i + 1] + in[i - n] + in[i + n] + in[i - n * n] + in[i + n * n]);
}

struct Sizes {
  std::size_t stream;   // values of each of three fp64 arrays
  std::size_t gather;   // rows of 128 fp32 values
  std::size_t sparse;   // rows with 27 values
  std::size_t grid;     // edge of the stencil's cube
  std::size_t matrix;   // edge of the GEMV's square matrix
  std::size_t context;  // tokens of the cache, one head
  std::size_t product;  // largest edge of the matrix products
};

// Matrix products are measured at these edges, as far as they fit.
inline constexpr std::size_t product_edges[] = {256, 512, 1024, 2048, 4096, 8192};

// Value i of a matrix operand: an integer from -63 to 63, scattered. Its bits vary as in real data
// (a product of equal values draws less power and runs faster), and sums of 8192 products stay
// below 2^24, so that fp32 holds them exactly in any order.
TRANCHE_HD inline float product_value(std::size_t i, std::uint32_t matrix) {
  std::uint32_t h = static_cast<std::uint32_t>(i) * 2654435761u + matrix * 0x9E3779B9u;
  h = (h ^ (h >> 15)) * 0x85EBCA6Bu;
  h ^= h >> 13;
  return static_cast<float>(static_cast<std::int32_t>(h % 127u) - 63);
}

// Exact value (row, column) of the product of two matrices of an edge. Both are stored in
// column-major order if `columns_first`, as in cuBLAS, else in row-major order.
inline double product_expected(std::size_t row, std::size_t column, std::size_t edge,
                               bool columns_first) {
  double sum = 0.0;
  for (std::size_t k = 0; k < edge; ++k) {
    const std::size_t left = columns_first ? k * edge + row : row * edge + k;
    const std::size_t right = columns_first ? column * edge + k : k * edge + column;
    sum +=
        static_cast<double>(product_value(left, 0)) * static_cast<double>(product_value(right, 1));
  }
  return sum;
}

// True if values at a few places of a product equal the exact sum, rounded to operands with
// `digits` binary digits (8 for bf16, 24 for fp32). `value(row, column)` reads the product.
template <class Value>
bool product_is_right(std::size_t edge, bool columns_first, int digits, const Value& value) {
  for (const std::size_t row : {std::size_t{0}, edge / 3, edge - 1}) {
    for (const std::size_t column : {std::size_t{0}, edge / 2 + 1, edge - 1}) {
      const double exact = product_expected(row, column, edge, columns_first);
      const double unit = std::ldexp(std::abs(exact), -digits);  // half a unit in the last place
      if (!(std::abs(value(row, column) - exact) <= unit)) return false;
    }
  }
  return true;
}

// Median; for an even number of values the larger of the middle two.
inline double median(std::vector<double> seconds) {
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

inline bool near(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

inline Sizes sizes_for(std::size_t bytes) {
  Sizes s{};
  s.stream = bytes / 48 * 2;  // even: the GPU takes two at a time
  s.gather = bytes / (2 * row_values * 4);
  s.sparse = bytes / (row_nonzeros * 12 + 16);
  s.grid = static_cast<std::size_t>(std::cbrt(static_cast<double>(bytes) / 16.0));
  s.matrix = static_cast<std::size_t>(std::sqrt(static_cast<double>(bytes) / 4.0)) / 64 * 64;
  s.context = bytes / (2 * row_values * 4);
  // three matrices of 16 bits stay below `bytes`
  s.product = bytes >= (std::size_t{1} << 30) ? 8192 : bytes >= (std::size_t{1} << 28) ? 4096 : 256;
  return s;
}

}  // namespace tranche::kernels::probe
