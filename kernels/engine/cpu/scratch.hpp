// SPDX-License-Identifier: Apache-2.0

// Instruction set and per-thread memory, shared by the CPU backend and the batch runner.
#pragma once

#include <algorithm>
#include <memory>
#include <new>

#include "kernels/engine/cpu/batch.hpp"

namespace tranche::kernels {

// Returns the best instruction set of this processor, or the one that TRANCHE_CPU_TARGET names;
// throws BackendUnavailable if that one is unknown or not supported here.
CpuTarget choose_target();

// Memory aligned for the widest vectors.
class Scratch {
 public:
  explicit Scratch(const FleetView& view)
      : columns_(allocate<float>(static_cast<std::size_t>(view.column_count))),
        scores_(allocate<double>(static_cast<std::size_t>(view.score_count) + 1)),
        words_(allocate<std::uint32_t>(4)) {}

  CpuBatch batch(const FleetView& view) const {
    CpuBatch b{};
    b.view = &view;
    b.columns = columns_.get();
    b.scores = scores_.get();
    b.words = words_.get();
    return b;
  }

 private:
  struct Free {
    void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{64}); }
  };
  template <class T>
  static std::unique_ptr<T[], Free> allocate(std::size_t columns) {
    const std::size_t count = std::max<std::size_t>(columns, 1) * batch_draws;
    auto* const memory = static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{64}));
    std::fill_n(memory, count, T{});
    return std::unique_ptr<T[], Free>(memory);
  }
  std::unique_ptr<float[], Free> columns_;
  std::unique_ptr<double[], Free> scores_;
  std::unique_ptr<std::uint32_t[], Free> words_;
};

}  // namespace tranche::kernels
