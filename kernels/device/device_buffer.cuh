// SPDX-License-Identifier: Apache-2.0

// RAII owner of GPU memory, and the check of CUDA calls.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <source_location>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tranche::kernels {

struct CudaError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The GPU has too little free memory; the text gives the requested bytes.
struct GpuMemoryError : CudaError {
  using CudaError::CudaError;
};

// A function, not a macro: the default argument is the caller's location.
inline void check(cudaError_t status,
                  std::source_location where = std::source_location::current()) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // leave no stale error behind
  throw CudaError(std::string(where.file_name()) + ':' + std::to_string(where.line()) + ": " +
                  cudaGetErrorName(status) + ": " + cudaGetErrorString(status));
}

// Free bytes on the current GPU.
inline std::size_t free_gpu_bytes() {
  std::size_t free_bytes = 0, total_bytes = 0;
  check(cudaMemGetInfo(&free_bytes, &total_bytes));
  return free_bytes;
}

// `size` values on the current GPU, not initialised. Throws GpuMemoryError with the requested bytes
// if memory is short, and CudaError if the GPU cannot be used.
template <class T>
class DeviceBuffer {
  static_assert(std::is_trivially_copyable_v<T>, "copied to the GPU byte by byte");

 public:
  explicit DeviceBuffer(std::size_t size) : size_(size) {
    if (size_ == 0) return;
    const cudaError_t status = cudaMalloc(&data_, bytes());
    if (status == cudaErrorMemoryAllocation) {
      static_cast<void>(cudaGetLastError());
      throw GpuMemoryError("the GPU has no room for " + std::to_string(bytes()) + " bytes (" +
                           std::to_string(free_gpu_bytes()) + " are free)");
    }
    check(status);
  }
  explicit DeviceBuffer(const std::vector<T>& host) : DeviceBuffer(host.size()) {
    if (size_ > 0) check(cudaMemcpy(data_, host.data(), bytes(), cudaMemcpyHostToDevice));
  }
  DeviceBuffer(DeviceBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  DeviceBuffer(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(DeviceBuffer&&) = delete;
  ~DeviceBuffer() { static_cast<void>(cudaFree(data_)); }  // a destructor does not throw

  T* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }
  void set_to_zero() {
    if (size_ > 0) check(cudaMemset(data_, 0, bytes()));
  }
  std::vector<T> to_host() const {
    std::vector<T> host(size_);
    if (size_ > 0) check(cudaMemcpy(host.data(), data_, bytes(), cudaMemcpyDeviceToHost));
    return host;
  }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace tranche::kernels
