// SPDX-License-Identifier: Apache-2.0

// Bytes of a checkpoint: the counters of the first draws of a run, from which the run can continue.
//
// Layout; integers are little-endian on every machine:
//
//   8 bytes   "trnchkpt"
//   4 bytes   format, now 2
//   32 bytes  identity of the run (see run_identity.hpp)
//   8 bytes   seed
//   8 bytes   draws counted so far, from the first on
//   4 bytes   length of the stopping rule of `--until`, then its text
//   counts, binding counters, sums (see checkpoint_file.cpp)
//   32 bytes  SHA-256 of everything before
//
// Counters are run-length encoded (zeros, value), so the size follows the number of counters in
// use, not the memory of a run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernels/engine/tally/tally.hpp"
#include "sim/input/sha256.hpp"

namespace tranche {

// Properties that a run must share with a checkpoint to continue from it.
struct CheckpointKey {
  Sha256Digest identity{};
  std::uint64_t seed = 0;
  std::string until;        // text of the rule; empty without one
  std::uint64_t draws = 0;  // maximum draws of the run
};

std::string checkpoint_bytes(const CheckpointKey& key, const kernels::Tally& tally);

// Reads the counters into `tally`, which has the cells of the run. Throws InputError, naming
// `file`, if the bytes are damaged or of another run; the tally is then not usable.
void read_checkpoint(std::string_view bytes, const std::string& file, const CheckpointKey& key,
                     kernels::Tally& tally);

}  // namespace tranche
