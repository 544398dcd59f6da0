// SPDX-License-Identifier: Apache-2.0

// Adds arrays on the GPU to arrays on the host, piece by piece: the GPU copies the next piece while
// the host adds one.
#pragma once

#include <algorithm>
#include <span>

#include "kernels/device/cuda_stream.cuh"
#include "kernels/engine/design/design_sums.hpp"
#include "kernels/engine/tally/tally.hpp"

namespace tranche::kernels {

inline void add_to(std::uint32_t& to, std::uint32_t more) { to += more; }
inline void add_to(std::uint64_t& to, std::uint64_t more) { to += more; }
inline void add_to(CellSums& to, const CellSums& more) {
  to.units += more.units;
  to.low_squares += more.low_squares;
  to.high_squares += more.high_squares;
}

class Drain {
 public:
  Drain() : memory_(2 * piece_bytes) {}

  // to[i] += from[i]. Work on other streams must have ended.
  template <class T>
  void add(const DeviceBuffer<T>& from, std::span<T> to) const {
    constexpr std::size_t piece = piece_bytes / sizeof(T);
    const auto begin_copy = [&](std::size_t first, int side) {
      if (first >= to.size()) return;
      const std::size_t count = std::min(piece, to.size() - first);
      check(cudaMemcpyAsync(staging(side), from.data() + first, count * sizeof(T),
                            cudaMemcpyDeviceToHost, stream_.get()));
      copied_[side].record(stream_);
    };
    begin_copy(0, 0);
    int side = 0;
    for (std::size_t first = 0; first < to.size(); first += piece, side = 1 - side) {
      begin_copy(first + piece, 1 - side);
      copied_[side].wait();
      const T* const more = static_cast<const T*>(staging(side));
      const std::size_t count = std::min(piece, to.size() - first);
      for (std::size_t i = 0; i < count; ++i) add_to(to[first + i], more[i]);
    }
  }

 private:
  // Large enough to amortise the call, small enough to pin quickly.
  static constexpr std::size_t piece_bytes = std::size_t{4} << 20;
  void* staging(int side) const { return static_cast<char*>(memory_.get()) + side * piece_bytes; }

  PinnedMemory memory_;
  Stream stream_;
  Event copied_[2];
};

}  // namespace tranche::kernels
