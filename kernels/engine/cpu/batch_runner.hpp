// SPDX-License-Identifier: Apache-2.0

// Simulates batches of draws on one thread of the CPU, step by step: fill the input columns, read
// or change them, simulate. It uses the same code and gives the same bits as a run; callers need
// single draws, or chosen inputs instead of drawn ones.
#pragma once

#include <cstdint>
#include <memory>

#include "kernels/engine/backend/backend.hpp"
#include "kernels/engine/cpu/batch.hpp"
#include "kernels/engine/fleet/random_numbers.hpp"

namespace tranche::kernels {

class BatchRunner {
 public:
  // `data` must outlive the runner. Throws BackendUnavailable as make_cpu_backend does.
  explicit BatchRunner(const FleetData& data);
  ~BatchRunner();
  BatchRunner(BatchRunner&&) = delete;

  // Fills the input columns of `count` (1 to batch_draws) draws, as a run with the seed of the data
  // does.
  void sample(std::uint64_t first_draw, int count);
  // The same from given words: batch_draws of them for each random number; simulate() uses the
  // first `count`.
  void sample_given(const RandomNumbers& numbers, const std::uint32_t* words, int count);
  // Returns the batch_draws values of a column; input columns keep theirs until the next sample.
  float* column(std::int32_t column);
  // Simulates the draws in the input columns; calls consume for every output.
  void simulate(const ConsumeValues& consume);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace tranche::kernels
