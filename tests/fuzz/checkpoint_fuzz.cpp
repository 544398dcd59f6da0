// SPDX-License-Identifier: Apache-2.0

// A checkpoint with a valid checksum, without which the reader would stop there.
#include "sim/input/diagnostic.hpp"
#include "sim/simulate/checkpoint_file.hpp"
#include "tests/fuzz/fuzz_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tranche;
  std::string bytes(fuzz::text_of(data, size));
  Sha256 hash;
  hash.update(std::string_view(bytes));
  const Sha256Digest digest = hash.finish();
  bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());

  std::vector<kernels::Cell> cells{{0, 100, 3, 0, 1.0f}, {0, 200, 2, 2, 1.0f}};
  kernels::lay_out_cells(cells);
  kernels::Tally tally(cells, 4);
  CheckpointKey key{.seed = 7, .until = {}, .draws = 1000};
  key.identity.fill(0xAB);
  try {
    read_checkpoint(bytes, "c", key, tally);
  } catch (const InputError&) {
    return 0;
  }
  // An accepted checkpoint is written again as the same state.
  kernels::Tally again(cells, 4);
  read_checkpoint(checkpoint_bytes(key, tally), "c", key, again);
  if (again.counts != tally.counts || again.bindings != tally.bindings) __builtin_trap();
  return 0;
}
