// SPDX-License-Identifier: Apache-2.0

// Draws in batches on one thread of the CPU, step by step: fill the input columns, look at
// them or change them, simulate. The same code and the same bits as a run, for whatever
// needs single draws or inputs that are chosen instead of drawn.
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

  // Fills the input columns of `count` (1 to batch_draws) draws, as a run with the seed of
  // the data would.
  void sample(std::uint64_t first_draw, int count);
  // The same from words that are given: batch_draws of them for each random number, of
  // which the first `count` are looked at by simulate().
  void sample_given(const RandomNumbers& numbers, const std::uint32_t* words, int count);
  // batch_draws values of a column; input columns keep theirs until the next sample.
  float* column(std::int32_t column);
  // Simulates the draws that the input columns hold; calls consume for every output.
  void simulate(const ConsumeValues& consume);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace tranche::kernels
