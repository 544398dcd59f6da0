// SPDX-License-Identifier: Apache-2.0

// CUDA probes of memory: streams, gather, sparse matrix times vector, stencil. Bodies and sizes are
// those of the CPU probes.
#include "kernels/probes/device.cuh"

namespace tranche::kernels {
namespace {

// Two neighbouring values per thread: 16-byte loads use more of the bandwidth.
template <Probe probe>
struct Stream {
  const double2* a;
  const double2* b;
  double2* c;
  __device__ static double value(double x, double y) {
    if constexpr (probe == Probe::copy) return x;
    if constexpr (probe == Probe::scale) return probe::scalar * x;
    if constexpr (probe == Probe::add) return x + y;
    return x + probe::scalar * y;
  }
  __device__ void operator()(std::size_t i) const {
    const double2 x = a[i];
    double2 y = x;
    if constexpr (probe == Probe::add || probe == Probe::triad) y = b[i];
    c[i] = make_double2(value(x.x, y.x), value(x.y, y.y));
  }
};

const double2* pairs(const DeviceBuffer<double>& buffer) {
  return reinterpret_cast<const double2*>(buffer.data());
}

__global__ void dot_kernel(const double* a, const double* b, std::size_t n, double* sums) {
  double sum = 0.0;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < n;
       i += static_cast<std::size_t>(gridDim.x) * blockDim.x) {
    sum += a[i] * b[i];
  }
  const double total = block_sum(sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = total;
}

template <Probe probe>
void add_stream(const ProbeSettings& settings, const DeviceBuffer<double>& a,
                const DeviceBuffer<double>& b, const DeviceBuffer<double>& out, int arrays,
                double flop_per_value, double expected, std::vector<ProbeResult>& results) {
  const std::size_t n = out.size();
  const Stream<probe> body{pairs(a), pairs(b), reinterpret_cast<double2*>(out.data())};
  fill(out, 0.0);
  const double s = median_seconds(settings, [&] { for_each_index(n / 2, body); });
  results.push_back({probe, s, 8.0 * arrays * static_cast<double>(n),
                     flop_per_value * static_cast<double>(n),
                     probe::near(value_at(out, n / 2), expected, 1e-12)});
}

}  // namespace

void CudaProbes::streams(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t n = probe::sizes_for(settings.bytes).stream;
  constexpr unsigned blocks = 2048;
  DeviceBuffer<double> a(n), b(n), c(n), sums(blocks);
  fill(a, 0.1);
  fill(b, 0.2);
  add_stream<Probe::copy>(settings, a, b, c, 2, 0, 0.1, results);
  add_stream<Probe::scale>(settings, a, b, c, 2, 1, 0.04, results);
  add_stream<Probe::add>(settings, a, b, c, 3, 1, 0.3, results);
  add_stream<Probe::triad>(settings, a, b, c, 3, 2, 0.18, results);
  const double s = median_seconds(settings, [&] {
    dot_kernel<<<blocks, probe_threads>>>(a.data(), b.data(), n, sums.data());
    check(cudaGetLastError());
  });
  double sum = 0.0;
  for (const double part : sums.to_host()) sum += part;
  results.push_back({Probe::dot, s, 16.0 * static_cast<double>(n), 2.0 * static_cast<double>(n),
                     probe::near(sum, 0.02 * static_cast<double>(n), 1e-9)});
}

namespace {

struct FillRows {
  float* table;
  __device__ void operator()(std::size_t i) const {
    table[i] = static_cast<float>(i / probe::row_values % 1024);
  }
};
struct Gather {  // neighbouring threads copy neighbouring values of one row, four each
  static constexpr std::size_t quads = probe::row_values / 4;
  const float4* table;
  float4* out;
  std::size_t rows;
  __device__ void operator()(std::size_t i) const {
    out[i] = table[probe::scattered(i / quads, rows) * quads + i % quads];
  }
};

}  // namespace

void CudaProbes::gather(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t rows = probe::sizes_for(settings.bytes).gather;
  const std::size_t values = rows * probe::row_values;
  DeviceBuffer<float> table(values), out(values);
  for_each_index(values, FillRows{table.data()});
  const double s = median_seconds(settings, [&] {
    for_each_index(rows * Gather::quads, Gather{reinterpret_cast<const float4*>(table.data()),
                                                reinterpret_cast<float4*>(out.data()), rows});
  });
  const float expected = static_cast<float>(probe::scattered(rows / 3, rows) % 1024);
  results.push_back({Probe::gather, s, 8.0 * static_cast<double>(values), 0,
                     value_at(out, rows / 3 * probe::row_values) == expected});
}

namespace {

struct FillSparse {
  double* values;
  std::int32_t* columns;
  double* x;
  std::size_t rows;
  __device__ void operator()(std::size_t row) const {
    x[row] = 2.0;
    for (std::size_t k = 0; k < probe::row_nonzeros; ++k) {
      values[row * probe::row_nonzeros + k] = 0.5;
      columns[row * probe::row_nonzeros + k] = probe::column_of(row, k, rows);
    }
  }
};

// One warp per row, so that its values are read together.
__global__ void spmv_kernel(const double* values, const std::int32_t* columns, const double* x,
                            double* y, std::size_t rows) {
  const std::size_t row =
      (static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x) / warpSize;
  const unsigned lane = threadIdx.x % warpSize;
  if (row >= rows) return;
  double sum = 0.0;
  for (std::size_t k = lane; k < probe::row_nonzeros; k += warpSize) {
    sum += values[row * probe::row_nonzeros + k] * x[columns[row * probe::row_nonzeros + k]];
  }
  for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_down_sync(0xffffffffu, sum, offset);
  if (lane == 0) y[row] = sum;
}

}  // namespace

void CudaProbes::sparse(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t rows = probe::sizes_for(settings.bytes).sparse;
  const std::size_t values_count = rows * probe::row_nonzeros;
  DeviceBuffer<double> values(values_count), x(rows), y(rows);
  DeviceBuffer<std::int32_t> columns(values_count);
  for_each_index(rows, FillSparse{values.data(), columns.data(), x.data(), rows});
  const unsigned blocks = static_cast<unsigned>((rows * 32 + probe_threads - 1) / probe_threads);
  const double s = median_seconds(settings, [&] {
    spmv_kernel<<<blocks, probe_threads>>>(values.data(), columns.data(), x.data(), y.data(), rows);
    check(cudaGetLastError());
  });
  const double per_row = static_cast<double>(probe::row_nonzeros);
  results.push_back({Probe::spmv, s, (12.0 * per_row + 16.0) * static_cast<double>(rows),
                     2.0 * per_row * static_cast<double>(rows),
                     probe::near(value_at(y, rows / 2), per_row, 1e-12)});
}

namespace {

// One block per 32 by 8 points of a plane, to avoid index divisions.
constexpr unsigned stencil_width = 32, stencil_height = 8;

__global__ void stencil_kernel(const double* in, double* out, std::size_t edge) {
  const std::size_t x = blockIdx.x * stencil_width + threadIdx.x;
  const std::size_t y = blockIdx.y * stencil_height + threadIdx.y;
  if (x >= edge || y >= edge) return;
  out[(blockIdx.z * edge + y) * edge + x] = probe::stencil_point(in, x, y, blockIdx.z, edge);
}

}  // namespace

void CudaProbes::stencil(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t edge = probe::sizes_for(settings.bytes).grid;
  const std::size_t points = edge * edge * edge;
  DeviceBuffer<double> in(points), out(points);
  fill(in, 3.0);
  const auto tiles = [&](unsigned points_of_tile) {
    return (static_cast<unsigned>(edge) + points_of_tile - 1) / points_of_tile;
  };
  const dim3 grid(tiles(stencil_width), tiles(stencil_height), static_cast<unsigned>(edge));
  const double s = median_seconds(settings, [&] {
    stencil_kernel<<<grid, dim3(stencil_width, stencil_height)>>>(in.data(), out.data(), edge);
    check(cudaGetLastError());
  });
  results.push_back({Probe::stencil, s, 16.0 * static_cast<double>(points),
                     8.0 * static_cast<double>(points),
                     probe::near(value_at(out, points / 2), 3.0, 1e-12)});
}

}  // namespace tranche::kernels
