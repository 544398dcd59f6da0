// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/checkpoint_file.hpp"

#include <gtest/gtest.h>

#include "sim/input/diagnostic.hpp"

namespace tranche {
namespace {

using kernels::Cell;
using kernels::Tally;

std::vector<Cell> two_cells() {
  std::vector<Cell> cells{{0, 100, 3, 0, 1.0f}, {0, 200, 2, 2, 1.0f}};
  kernels::lay_out_cells(cells);
  return cells;
}

Tally empty_tally() { return Tally(two_cells(), 4); }

// 300 draws, all of the first cell in one counter.
Tally some_tally() {
  Tally tally = empty_tally();
  tally.draws = 300;
  tally.counts[3] = 300;
  tally.counts[8] = 1;
  tally.counts[16] = 299;
  tally.sums[0] = {-5'000'000'000, 7, 0};
  tally.sums[1] = {std::numeric_limits<std::int64_t>::min(), 0xFFFFFFFFu, 0xFFFFFFFFFFu};
  tally.bindings = {0, 299, 1, 0};
  return tally;
}

CheckpointKey some_key() {
  CheckpointKey key{.seed = 7, .until = "mean of mfu within 1 %", .draws = 1000};
  key.identity.fill(0xAB);
  return key;
}

// The reader's message about the bytes; empty if it accepts them.
std::string refusal(const std::string& bytes, const CheckpointKey& key) {
  Tally tally = empty_tally();
  try {
    read_checkpoint(bytes, "c", key, tally);
  } catch (const InputError& error) {
    return error.diagnostics().front().problem;
  }
  return {};
}

// The bytes with a valid checksum, as only a faulty writer would leave them.
std::string with_checksum(std::string bytes) {
  Sha256 hash;
  hash.update(std::string_view(bytes));
  const Sha256Digest digest = hash.finish();
  return bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

TEST(CheckpointFile, GivesBackWhatWasWritten) {
  const Tally before = some_tally();
  Tally after = empty_tally();
  read_checkpoint(checkpoint_bytes(some_key(), before), "c", some_key(), after);
  EXPECT_EQ(after.draws, 300u);
  EXPECT_EQ(after.counts, before.counts);
  EXPECT_EQ(after.bindings, before.bindings);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(after.sums[i].units, before.sums[i].units);
    EXPECT_EQ(after.sums[i].low_squares, before.sums[i].low_squares);
    EXPECT_EQ(after.sums[i].high_squares, before.sums[i].high_squares);
  }
}

// The layout of checkpoint_file.hpp, byte by byte.
TEST(CheckpointFile, IsLittleEndian) {
  const std::string bytes = checkpoint_bytes(some_key(), some_tally());
  EXPECT_EQ(bytes.substr(0, 12), std::string("trnchkpt\2\0\0\0", 12));
  EXPECT_EQ(bytes.substr(44, 16), std::string("\7\0\0\0\0\0\0\0\x2C\1\0\0\0\0\0\0", 16));
  EXPECT_EQ(bytes.substr(60, 4), std::string("\x16\0\0\0", 4));
}

TEST(CheckpointFile, RefusesEveryShorterFile) {
  const std::string bytes = checkpoint_bytes(some_key(), some_tally());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(refusal(bytes.substr(0, size), some_key()), "") << size;
}

TEST(CheckpointFile, RefusesEveryFlippedBit) {
  const std::string bytes = checkpoint_bytes(some_key(), some_tally());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    EXPECT_NE(refusal(flipped, some_key()), "") << bit;
  }
}

TEST(CheckpointFile, RefusesWhatEndsEarlyUnderARightChecksum) {
  const std::string bytes = checkpoint_bytes(some_key(), some_tally());
  for (std::size_t size = 8; size + 32 < bytes.size(); ++size)
    EXPECT_NE(refusal(with_checksum(bytes.substr(0, size)), some_key()), "") << size;
}

TEST(CheckpointFile, RefusesCountersThatDoNotAddUpToTheDraws) {
  Tally tally = some_tally();
  tally.counts[16] = 298;
  EXPECT_EQ(refusal(checkpoint_bytes(some_key(), tally), some_key()),
            "the checkpoint is damaged: its counters do not add up to its draws");
}

TEST(CheckpointFile, RefusesACounterBeyond32Bits) {
  Tally tally = some_tally();
  tally.counts[8] = 0xFFFFFFFFu;
  std::string bytes = checkpoint_bytes(some_key(), tally);
  bytes.resize(bytes.size() - 32);
  const std::size_t at = bytes.find(std::string("\xFF\xFF\xFF\xFF\x0F", 5));
  ASSERT_NE(at, std::string::npos);
  bytes[at + 4] = '\x1F';
  EXPECT_EQ(refusal(with_checksum(bytes), some_key()),
            "the checkpoint is damaged: a counter is too large");
}

TEST(CheckpointFile, RefusesCountersOfOtherCells) {
  Tally other(std::vector<Cell>{{0, 100, 3, 0, 1.0f}}, 4);
  other.draws = other.counts[0] = 10;
  EXPECT_EQ(refusal(checkpoint_bytes(some_key(), other), some_key()),
            "the checkpoint is damaged: it does not hold 17 counters");
}

TEST(CheckpointFile, RefusesAnotherRun) {
  const std::string bytes = checkpoint_bytes(some_key(), some_tally());
  CheckpointKey key = some_key();
  key.seed = 8;
  EXPECT_EQ(refusal(bytes, key), "the checkpoint was made with seed 7, this run has 8");
  key = some_key();
  key.identity[31] = 0;
  EXPECT_EQ(refusal(bytes, key),
            "the checkpoint is of another scenario, catalogue or version of tranche");
  key = some_key();
  key.until = "mean of mfu within 2 %";
  EXPECT_EQ(refusal(bytes, key),
            "the checkpoint was made with `--until \"mean of mfu within 1 %\"`");
  key = some_key();
  key.draws = 299;
  EXPECT_EQ(refusal(bytes, key), "the checkpoint holds 300 draws, more than the 299 of this run");
}

// Every draw up to --draws counts, whichever rule the first part had.
TEST(CheckpointFile, MayGoOnWithoutItsStoppingRule) {
  CheckpointKey key = some_key();
  key.until.clear();
  EXPECT_EQ(refusal(checkpoint_bytes(some_key(), some_tally()), key), "");
}

TEST(CheckpointFile, RefusesALaterFormat) {
  std::string bytes = checkpoint_bytes(some_key(), some_tally());
  bytes.resize(bytes.size() - 32);
  bytes[8] = 3;
  EXPECT_EQ(refusal(with_checksum(bytes), some_key()), "the checkpoint has format 3");
}

}  // namespace
}  // namespace tranche
