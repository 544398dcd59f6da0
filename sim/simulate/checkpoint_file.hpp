// SPDX-License-Identifier: Apache-2.0

// The bytes of a checkpoint: the counters of the first draws of a run, from which the run
// can go on.
//
// Layout, every whole number little-endian whatever the machine:
//
//   8 bytes   "trnchkpt"
//   4 bytes   format, now 2
//   32 bytes  identity of the run (see run_identity.hpp)
//   8 bytes   seed
//   8 bytes   draws counted so far: the first so many
//   4 bytes   length of the stopping rule of `--until`, then its text
//   counts, binding counters, sums (see checkpoint_file.cpp)
//   32 bytes  SHA-256 of everything before
//
// Counters are written as runs of zeros and values, so a file is as small as what was
// counted, not as large as the memory of a run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernels/engine/tally/tally.hpp"
#include "sim/input/sha256.hpp"

namespace tranche {

// What a run must have in common with a checkpoint to go on from it.
struct CheckpointKey {
  Sha256Digest identity{};
  std::uint64_t seed = 0;
  std::string until;        // text of the rule; empty without one
  std::uint64_t draws = 0;  // most draws of the run
};

std::string checkpoint_bytes(const CheckpointKey& key, const kernels::Tally& tally);

// Puts the counters into `tally`, which has the cells of the run. Throws InputError, which
// names `file`, when the bytes are damaged or of another run; the tally is then not usable.
void read_checkpoint(std::string_view bytes, const std::string& file, const CheckpointKey& key,
                     kernels::Tally& tally);

}  // namespace tranche
