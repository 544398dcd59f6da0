// SPDX-License-Identifier: Apache-2.0

// CUDA probes of products: matrix times vector, attention over a cache, and a matrix product by
// cuBLAS on the matrix engine.
#include <cublas_v2.h>
#include <cuda_bf16.h>
#include <dlfcn.h>

#include <string>

#include "kernels/probes/device.cuh"

namespace tranche::kernels {
namespace {

// One block per row; loads are four values wide (the edge is a multiple of 64).
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

// cuBLAS, loaded when the matrix product is requested: if linked, its hundreds of megabytes would
// be mapped at every start of the program.
class Blas {
 public:
  Blas() {
    const std::string name = "libcublas.so." + std::to_string(CUBLAS_VER_MAJOR);
    for (const std::string& path : {name, std::string(TRANCHE_CUBLAS_FOLDER) + "/" + name}) {
      library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
      if (library_ != nullptr) break;
    }
    if (library_ == nullptr)
      throw CudaError(name + " was not found; the matrix product is cuBLAS's");
    create_ = function<decltype(create_)>("cublasCreate_v2");
    destroy_ = function<decltype(destroy_)>("cublasDestroy_v2");
    multiply_ = function<decltype(multiply_)>("cublasGemmEx");
    status_text_ = function<decltype(status_text_)>("cublasGetStatusString");
    set_math_mode_ = function<decltype(set_math_mode_)>("cublasSetMathMode");
    check(create_(&handle_));
    // Otherwise cuBLAS may add partial sums in bf16, and the sum is not exact.
    check(set_math_mode_(
        handle_, static_cast<cublasMath_t>(CUBLAS_DEFAULT_MATH |
                                           CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION)));
  }
  // A destructor does not throw; the library stays loaded, as CUDA libraries require.
  ~Blas() { static_cast<void>(destroy_(handle_)); }
  Blas(const Blas&) = delete;
  Blas& operator=(const Blas&) = delete;

  // c = a b, square, bf16, sums in fp32.
  void multiply(int edge, const __nv_bfloat16* a, const __nv_bfloat16* b, __nv_bfloat16* c) const {
    const float one = 1.0f, zero = 0.0f;
    check(multiply_(handle_, CUBLAS_OP_N, CUBLAS_OP_N, edge, edge, edge, &one, a, CUDA_R_16BF, edge,
                    b, CUDA_R_16BF, edge, &zero, c, CUDA_R_16BF, edge, CUBLAS_COMPUTE_32F,
                    CUBLAS_GEMM_DEFAULT));
  }

 private:
  using Multiply = cublasStatus_t (*)(cublasHandle_t, cublasOperation_t, cublasOperation_t, int,
                                      int, int, const void*, const void*, cudaDataType, int,
                                      const void*, cudaDataType, int, const void*, void*,
                                      cudaDataType, int, cublasComputeType_t, cublasGemmAlgo_t);

  template <class Function>
  Function function(const char* name) const {
    void* const found = dlsym(library_, name);
    if (found == nullptr) throw CudaError(std::string("cuBLAS has no ") + name);
    return reinterpret_cast<Function>(found);
  }
  void check(cublasStatus_t status) const {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    throw CudaError(std::string("cuBLAS: ") + status_text_(status));
  }

  void* library_ = nullptr;
  cublasStatus_t (*create_)(cublasHandle_t*) = nullptr;
  cublasStatus_t (*destroy_)(cublasHandle_t) = nullptr;
  cublasStatus_t (*set_math_mode_)(cublasHandle_t, cublasMath_t) = nullptr;
  const char* (*status_text_)(cublasStatus_t) = nullptr;
  Multiply multiply_ = nullptr;
  cublasHandle_t handle_ = nullptr;
};

struct FillProduct {
  __nv_bfloat16* out;
  std::uint32_t matrix;
  __device__ void operator()(std::size_t i) const {
    out[i] = __float2bfloat16(probe::product_value(i, matrix));
  }
};

}  // namespace

// bf16 in and out, sums in fp32: the arithmetic of serving and training.
void CudaProbes::gemm(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  const std::size_t largest = probe::sizes_for(settings.bytes).product;
  const Blas blas;
  const DeviceBuffer<__nv_bfloat16> a(largest * largest), b(largest * largest),
      c(largest * largest);
  for_each_index(a.size(), FillProduct{a.data(), 0});
  for_each_index(b.size(), FillProduct{b.data(), 1});
  for (const std::size_t n : probe::product_edges) {
    if (n > largest) break;
    fill(c, __float2bfloat16(0.0f));
    const double s = median_seconds(
        settings, [&] { blas.multiply(static_cast<int>(n), a.data(), b.data(), c.data()); });
    const bool correct =
        probe::product_is_right(n, true, 8, [&](std::size_t row, std::size_t column) {
          return static_cast<double>(__bfloat162float(value_at(c, column * n + row)));
        });
    const double size = static_cast<double>(n);
    results.push_back(
        {Probe::gemm, s, 6.0 * size * size, 2.0 * size * size * size, correct, "bf16", n});
  }
}

}  // namespace tranche::kernels
