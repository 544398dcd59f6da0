// The CUDA probes of products: matrix times vector, attention over a cache, and a matrix
// product by cuBLAS on the matrix engine.
#include <cublas_v2.h>
#include <cuda_bf16.h>

#include <string>

#include "kernels/performance/probe_device.cuh"

namespace tranche::kernels {
namespace {

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

}  // namespace

void CudaProbes::gemv(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t n = probe::sizes_for(settings.bytes).matrix;
  DeviceBuffer<float> matrix(n * n), x(n), y(n);
  fill(matrix, 0.5f);
  fill(x, 2.0f);
  const double s = median_seconds(settings, [&] {
    gemv_kernel<<<static_cast<unsigned>(n), probe_threads>>>(
        reinterpret_cast<const float4*>(matrix.data()), reinterpret_cast<const float4*>(x.data()),
        y.data(), n / 4);
    check(cudaGetLastError());
  });
  const double size = static_cast<double>(n);
  results.push_back({Probe::gemv, s, 4.0 * size * (size + 2.0), 2.0 * size * size,
                     probe::near(value_at(y, n / 2), size, 1e-5)});
}

namespace {

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

}  // namespace

void CudaProbes::attention(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t context = probe::sizes_for(settings.bytes).context;
  const std::size_t count = context * probe::row_values;
  constexpr unsigned blocks = 2048;
  DeviceBuffer<float> keys(count), cache_values(count);
  DeviceBuffer<double> sums(blocks), weights(blocks);
  fill(keys, 0.01f);
  fill(cache_values, 1.5f);
  const double s = median_seconds(settings, [&] {
    attention_kernel<<<blocks, probe_threads>>>(
        reinterpret_cast<const float4*>(keys.data()),
        reinterpret_cast<const float4*>(cache_values.data()), context, sums.data(), weights.data());
    check(cudaGetLastError());
  });
  double sum = 0.0, weight = 0.0;
  for (const double part : sums.to_host()) sum += part;
  for (const double part : weights.to_host()) weight += part;
  const double values = static_cast<double>(count);
  results.push_back(
      {Probe::kv_attention, s, 8.0 * values, 4.0 * values, probe::near(sum / weight, 1.5, 1e-5)});
}

namespace {

void check(cublasStatus_t status) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw CudaError(std::string("cuBLAS: ") + cublasGetStatusString(status));
}

class BlasHandle {
 public:
  BlasHandle() { check(cublasCreate(&handle_)); }
  ~BlasHandle() { static_cast<void>(cublasDestroy(handle_)); }  // a destructor does not throw
  BlasHandle(const BlasHandle&) = delete;
  BlasHandle& operator=(const BlasHandle&) = delete;
  cublasHandle_t get() const { return handle_; }

 private:
  cublasHandle_t handle_ = nullptr;
};

}  // namespace

// bf16 in and out, sums in fp32: what serving and training multiply with.
void CudaProbes::gemm(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t n = probe::sizes_for(settings.bytes).product;
  const int edge = static_cast<int>(n);
  const BlasHandle blas;
  const DeviceBuffer<__nv_bfloat16> a(n * n), b(n * n), c(n * n);
  fill(a, __float2bfloat16(0.5f));
  fill(b, __float2bfloat16(2.0f));
  const float one = 1.0f, zero = 0.0f;
  const double s = median_seconds(settings, [&] {
    check(cublasGemmEx(blas.get(), CUBLAS_OP_N, CUBLAS_OP_N, edge, edge, edge, &one, a.data(),
                       CUDA_R_16BF, edge, b.data(), CUDA_R_16BF, edge, &zero, c.data(), CUDA_R_16BF,
                       edge, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
  });
  // Each value is the edge, a power of two, which 16 bits hold exactly.
  const double size = static_cast<double>(n);
  const double value = static_cast<double>(__bfloat162float(value_at(c, n * n / 2)));
  results.push_back(
      {Probe::gemm, s, 6.0 * size * size, 2.0 * size * size * size, value == size, "bf16"});
}

}  // namespace tranche::kernels
