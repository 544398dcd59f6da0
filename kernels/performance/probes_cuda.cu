// The probes on a CUDA device: own kernels, timed with events. Only run on a machine with
// a GPU; the CPU probes share bodies and sizes.
#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/performance/probe_bodies.hpp"
#include "kernels/performance/probes.hpp"

namespace tranche::kernels {
namespace {

void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

template <class Value>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t size) : size_(size) {
    check(cudaMalloc(&data_, size * sizeof(Value)), "cannot allocate on the device");
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  Value* data() const { return data_; }
  Value at(std::size_t i) const {
    Value value{};
    check(cudaMemcpy(&value, data_ + i, sizeof(Value), cudaMemcpyDeviceToHost), "cannot copy");
    return value;
  }
  std::vector<Value> copy() const {
    std::vector<Value> host(size_);
    check(cudaMemcpy(host.data(), data_, size_ * sizeof(Value), cudaMemcpyDeviceToHost),
          "cannot copy");
    return host;
  }

 private:
  std::size_t size_;
  Value* data_ = nullptr;
};

constexpr int threads = 256;

template <class Body>
__global__ void for_each_index_kernel(std::size_t count, Body body) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += stride) {
    body(i);
  }
}

template <class Body>
void for_each_index(std::size_t count, Body body) {
  const std::size_t blocks = std::min<std::size_t>((count + threads - 1) / threads, 1u << 20);
  for_each_index_kernel<<<static_cast<unsigned>(blocks), threads>>>(count, body);
  check(cudaGetLastError(), "cannot launch a probe");
}

template <class Run>
double median_seconds(const ProbeSettings& settings, Run run) {
  cudaEvent_t start, stop;
  check(cudaEventCreate(&start), "cannot create an event");
  check(cudaEventCreate(&stop), "cannot create an event");
  for (int i = 0; i < settings.warm_ups; ++i) run();
  std::vector<double> seconds;
  for (int i = 0; i < std::max(1, settings.repeats); ++i) {
    check(cudaEventRecord(start), "cannot record an event");
    run();
    check(cudaEventRecord(stop), "cannot record an event");
    check(cudaEventSynchronize(stop), "a probe failed");
    float milliseconds = 0.0f;
    check(cudaEventElapsedTime(&milliseconds, start, stop), "cannot read the time");
    seconds.push_back(1e-3 * milliseconds);
  }
  cudaEventDestroy(start);
  cudaEventDestroy(stop);
  std::nth_element(seconds.begin(), seconds.begin() + seconds.size() / 2, seconds.end());
  return seconds[seconds.size() / 2];
}

bool near(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

struct Fill {
  double* a;
  double* b;
  __device__ void operator()(std::size_t i) const {
    a[i] = 0.1;
    b[i] = 0.2;
  }
};
template <Probe probe>
struct Stream {
  const double* a;
  const double* b;
  double* c;
  __device__ void operator()(std::size_t i) const {
    if constexpr (probe == Probe::copy) c[i] = a[i];
    if constexpr (probe == Probe::scale) c[i] = probe::scalar * a[i];
    if constexpr (probe == Probe::add) c[i] = a[i] + b[i];
    if constexpr (probe == Probe::triad) c[i] = a[i] + probe::scalar * b[i];
  }
};

// Sum over the threads of a block, in shared memory; valid in thread 0.
__device__ double block_sum(double value) {
  __shared__ double parts[threads];
  parts[threadIdx.x] = value;
  __syncthreads();
  for (int half = threads / 2; half > 0; half /= 2) {
    if (threadIdx.x < static_cast<unsigned>(half)) parts[threadIdx.x] += parts[threadIdx.x + half];
    __syncthreads();
  }
  const double sum = parts[0];
  __syncthreads();
  return sum;
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
void add_stream(const ProbeSettings& settings, std::size_t n, Stream<probe> body, int arrays,
                double flop_per_value, double expected, const DeviceArray<double>& out,
                std::vector<ProbeResult>& results) {
  const double s = median_seconds(settings, [&] { for_each_index(n, body); });
  results.push_back({probe, s, 8.0 * arrays * static_cast<double>(n),
                     flop_per_value * static_cast<double>(n),
                     near(out.at(n / 2), expected, 1e-12)});
}

void run_streams(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t n = probe::sizes_for(settings.bytes).stream;
  constexpr unsigned blocks = 2048;
  DeviceArray<double> a(n), b(n), c(n), sums(blocks);
  for_each_index(n, Fill{a.data(), b.data()});
  add_stream(settings, n, Stream<Probe::copy>{a.data(), b.data(), c.data()}, 2, 0, 0.1, c, results);
  add_stream(settings, n, Stream<Probe::scale>{a.data(), b.data(), c.data()}, 2, 1, 0.04, c,
             results);
  add_stream(settings, n, Stream<Probe::add>{a.data(), b.data(), c.data()}, 3, 1, 0.3, c, results);
  add_stream(settings, n, Stream<Probe::triad>{a.data(), b.data(), c.data()}, 3, 2, 0.18, c,
             results);
  const double s = median_seconds(settings, [&] {
    dot_kernel<<<blocks, threads>>>(a.data(), b.data(), n, sums.data());
    check(cudaGetLastError(), "cannot launch a probe");
  });
  double sum = 0.0;
  for (const double part : sums.copy()) sum += part;
  results.push_back({Probe::dot, s, 16.0 * static_cast<double>(n), 2.0 * static_cast<double>(n),
                     near(sum, 0.02 * static_cast<double>(n), 1e-9)});
}

struct FillRows {
  float* table;
  __device__ void operator()(std::size_t i) const {
    table[i] = static_cast<float>(i / probe::row_values % 1024);
  }
};
struct Gather {  // neighbouring threads copy neighbouring values of one row
  const float* table;
  float* out;
  std::size_t rows;
  __device__ void operator()(std::size_t i) const {
    const std::size_t row = i / probe::row_values;
    out[i] = table[probe::scattered(row, rows) * probe::row_values + i % probe::row_values];
  }
};

void run_gather(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t rows = probe::sizes_for(settings.bytes).gather;
  const std::size_t values = rows * probe::row_values;
  DeviceArray<float> table(values), out(values);
  for_each_index(values, FillRows{table.data()});
  const double s = median_seconds(settings, [&] {
    for_each_index(values, Gather{table.data(), out.data(), rows});
  });
  const float expected = static_cast<float>(probe::scattered(rows / 3, rows) % 1024);
  results.push_back({Probe::gather, s, 8.0 * static_cast<double>(values), 0,
                     out.at(rows / 3 * probe::row_values) == expected});
}

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

// A warp takes a row, so that its values are read together.
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

void run_sparse(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t rows = probe::sizes_for(settings.bytes).sparse;
  const std::size_t values_count = rows * probe::row_nonzeros;
  DeviceArray<double> values(values_count), x(rows), y(rows);
  DeviceArray<std::int32_t> columns(values_count);
  for_each_index(rows, FillSparse{values.data(), columns.data(), x.data(), rows});
  const unsigned blocks = static_cast<unsigned>((rows * 32 + threads - 1) / threads);
  const double s = median_seconds(settings, [&] {
    spmv_kernel<<<blocks, threads>>>(values.data(), columns.data(), x.data(), y.data(), rows);
    check(cudaGetLastError(), "cannot launch a probe");
  });
  const double per_row = static_cast<double>(probe::row_nonzeros);
  results.push_back({Probe::spmv, s, (12.0 * per_row + 16.0) * static_cast<double>(rows),
                     2.0 * per_row * static_cast<double>(rows),
                     near(y.at(rows / 2), per_row, 1e-12)});
}

struct FillValue {
  double* out;
  double value;
  __device__ void operator()(std::size_t i) const { out[i] = value; }
};
struct FillFloat {
  float* out;
  float value;
  __device__ void operator()(std::size_t i) const { out[i] = value; }
};
struct StencilBody {
  const double* in;
  double* out;
  std::size_t edge;
  __device__ void operator()(std::size_t i) const { out[i] = probe::stencil_point(in, i, edge); }
};

void run_stencil(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t edge = probe::sizes_for(settings.bytes).grid;
  const std::size_t points = edge * edge * edge;
  DeviceArray<double> in(points), out(points);
  for_each_index(points, FillValue{in.data(), 3.0});
  const double s = median_seconds(settings, [&] {
    for_each_index(points, StencilBody{in.data(), out.data(), edge});
  });
  results.push_back({Probe::stencil, s, 16.0 * static_cast<double>(points),
                     8.0 * static_cast<double>(points), near(out.at(points / 2), 3.0, 1e-12)});
}

// A block takes a row; loads are four values wide (the edge is a multiple of 64).
__global__ void gemv_kernel(const float4* matrix, const float4* x, float* y, std::size_t quads) {
  double sum = 0.0;
  for (std::size_t k = threadIdx.x; k < quads; k += blockDim.x) {
    const float4 m = matrix[static_cast<std::size_t>(blockIdx.x) * quads + k];
    const float4 v = x[k];
    sum += m.x * v.x + m.y * v.y + m.z * v.z + m.w * v.w;
  }
  const double total = block_sum(sum);
  if (threadIdx.x == 0) y[blockIdx.x] = static_cast<float>(total);
}

void run_gemv(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t n = probe::sizes_for(settings.bytes).matrix;
  DeviceArray<float> matrix(n * n), x(n), y(n);
  for_each_index(n * n, FillFloat{matrix.data(), 0.5f});
  for_each_index(n, FillFloat{x.data(), 2.0f});
  const double s = median_seconds(settings, [&] {
    gemv_kernel<<<static_cast<unsigned>(n), threads>>>(
        reinterpret_cast<const float4*>(matrix.data()), reinterpret_cast<const float4*>(x.data()),
        y.data(), n / 4);
    check(cudaGetLastError(), "cannot launch a probe");
  });
  const double size = static_cast<double>(n);
  results.push_back({Probe::gemv, s, 4.0 * size * (size + 2.0), 2.0 * size * size,
                     near(y.at(n / 2), size, 1e-5)});
}

// A warp takes a token: 32 lanes read its 128 key values and 128 value values at once. The
// scores are bounded, so the exponentials need no running maximum.
__global__ void attention_kernel(const float4* keys, const float4* cache_values,
                                 std::size_t context, double* sums, double* weights) {
  const unsigned lane = threadIdx.x % 32;
  const std::size_t warps = static_cast<std::size_t>(gridDim.x) * blockDim.x / 32;
  double sum = 0.0, weight = 0.0;
  for (std::size_t t = (static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
       t < context; t += warps) {
    const float4 k = keys[t * 32 + lane];
    const float4 v = cache_values[t * 32 + lane];
    float score = k.x + k.y + k.z + k.w;
    for (int offset = 16; offset > 0; offset /= 2)
      score += __shfl_xor_sync(0xffffffffu, score, offset);
    const double w = exp(static_cast<double>(score) / sqrt(128.0));
    if (lane == 0) weight += w;
    sum += w * static_cast<double>(v.x + v.y + v.z + v.w) / 128.0;
  }
  const double total = block_sum(sum);
  const double total_weight = block_sum(weight);
  if (threadIdx.x == 0) {
    sums[blockIdx.x] = total;
    weights[blockIdx.x] = total_weight;
  }
}

void run_attention(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t context = probe::sizes_for(settings.bytes).context;
  const std::size_t count = context * probe::row_values;
  constexpr unsigned blocks = 2048;
  DeviceArray<float> keys(count), cache_values(count);
  DeviceArray<double> sums(blocks), weights(blocks);
  for_each_index(count, FillFloat{keys.data(), 0.01f});
  for_each_index(count, FillFloat{cache_values.data(), 1.5f});
  const double s = median_seconds(settings, [&] {
    attention_kernel<<<blocks, threads>>>(reinterpret_cast<const float4*>(keys.data()),
                                          reinterpret_cast<const float4*>(cache_values.data()),
                                          context, sums.data(), weights.data());
    check(cudaGetLastError(), "cannot launch a probe");
  });
  double sum = 0.0, weight = 0.0;
  for (const double part : sums.copy()) sum += part;
  for (const double part : weights.copy()) weight += part;
  const double values = static_cast<double>(count);
  results.push_back(
      {Probe::kv_attention, s, 8.0 * values, 4.0 * values, near(sum / weight, 1.5, 1e-5)});
}

// Tiles of 32 x 32 through shared memory: a floor for the vector rate, not for the matrix engine.
__global__ void gemm_kernel(const float* a, const float* b, float* c, std::size_t n) {
  __shared__ float left[32][33];
  __shared__ float right[32][33];
  const std::size_t row = static_cast<std::size_t>(blockIdx.y) * 32 + threadIdx.y;
  const std::size_t column = static_cast<std::size_t>(blockIdx.x) * 32 + threadIdx.x;
  float sum = 0.0f;
  for (std::size_t k = 0; k < n; k += 32) {
    left[threadIdx.y][threadIdx.x] = a[row * n + k + threadIdx.x];
    right[threadIdx.y][threadIdx.x] = b[(k + threadIdx.y) * n + column];
    __syncthreads();
    for (int i = 0; i < 32; ++i) sum += left[threadIdx.y][i] * right[i][threadIdx.x];
    __syncthreads();
  }
  c[row * n + column] = sum;
}

void run_gemm(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t n = probe::sizes_for(settings.bytes).product;  // a multiple of 32
  DeviceArray<float> a(n * n), b(n * n), c(n * n);
  for_each_index(n * n, FillFloat{a.data(), 0.5f});
  for_each_index(n * n, FillFloat{b.data(), 2.0f});
  const dim3 grid(static_cast<unsigned>(n / 32), static_cast<unsigned>(n / 32));
  const double s = median_seconds(settings, [&] {
    gemm_kernel<<<grid, dim3(32, 32)>>>(a.data(), b.data(), c.data(), n);
    check(cudaGetLastError(), "cannot launch a probe");
  });
  const double size = static_cast<double>(n);
  results.push_back({Probe::gemm, s, 12.0 * size * size, 2.0 * size * size * size,
                     near(c.at(n * n / 2), size, 1e-5)});
}

}  // namespace

ProbeDevice probe_device_cuda() {
  int device = 0, runtime = 0, driver = 0;
  check(cudaGetDevice(&device), "no CUDA device");
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, device), "cannot ask the device for its name");
  check(cudaRuntimeGetVersion(&runtime), "cannot ask for the version of CUDA");
  check(cudaDriverGetVersion(&driver), "cannot ask for the version of the driver");
  const auto version = [](int v) {  // 13020 is 13.2
    return std::to_string(v / 1000) + "." + std::to_string(v % 1000 / 10);
  };
  return {properties.name, "CUDA " + version(runtime) + ", driver for CUDA " + version(driver),
          static_cast<double>(properties.totalGlobalMem)};
}

std::vector<ProbeResult> run_probes_cuda(const ProbeSettings& settings) {
  std::vector<ProbeResult> results;
  run_streams(settings, results);
  run_gather(settings, results);
  run_sparse(settings, results);
  run_stencil(settings, results);
  run_gemv(settings, results);
  run_attention(settings, results);
  run_gemm(settings, results);
  return results;
}

}  // namespace tranche::kernels
