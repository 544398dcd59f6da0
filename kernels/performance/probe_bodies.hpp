// The bodies of the probes, one output element each, for the CPU and the GPU alike, and
// the sizes that both use. Inputs are simple functions of the index so that results can
// be checked without storing them twice.
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

// A fixed scattering of row numbers: a multiplicative hash (Knuth, TAOCP 3, 6.4).
TRANCHE_HD inline std::size_t scattered(std::size_t i, std::size_t rows) {
  return static_cast<std::size_t>((static_cast<std::uint64_t>(i) * 2654435761u) % rows);
}
// Columns of a band of 27 around the diagonal, kept inside the matrix.
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

// Seven points of an n^3 grid; the boundary is copied.
TRANCHE_HD inline double stencil_point(const double* in, std::size_t i, std::size_t n) {
  const std::size_t x = i % n, y = i / n % n, z = i / (n * n);
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
  std::size_t product;  // edge of the matrix product
};

// The middle one; of an even number the larger of both.
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
  s.stream = bytes / 24;
  s.gather = bytes / (2 * row_values * 4);
  s.sparse = bytes / (row_nonzeros * 12 + 16);
  s.grid = static_cast<std::size_t>(std::cbrt(static_cast<double>(bytes) / 16.0));
  s.matrix = static_cast<std::size_t>(std::sqrt(static_cast<double>(bytes) / 4.0)) / 64 * 64;
  s.context = bytes / (2 * row_values * 4);
  // powers of two: 16-bit results are exact; three matrices of 16 bits stay below `bytes`
  s.product = bytes >= (std::size_t{1} << 30) ? 8192 : bytes >= (std::size_t{1} << 28) ? 4096 : 256;
  return s;
}

}  // namespace tranche::kernels::probe
