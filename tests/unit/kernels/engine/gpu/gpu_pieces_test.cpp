// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "kernels/engine/gpu/counting.hpp"
#include "kernels/engine/gpu/layout.hpp"
#include "kernels/engine/gpu/pieces.hpp"
#include "tests/support/gpu_on_cpu.hpp"

namespace tranche::kernels {
namespace {

TEST(PieceQueue, HandsOutEveryDrawOnceInOrder) {
  PieceQueue queue({6, 2000}, nullptr);
  std::uint64_t next = 6;
  while (const auto piece = queue.take(512)) {
    EXPECT_EQ(piece->first, next);
    EXPECT_EQ(piece->first_simulated() % 4, 0u);
    EXPECT_LE(piece->skipped() + piece->count, 512u);
    next += piece->count;
  }
  EXPECT_EQ(next, 2006u);
  EXPECT_EQ(queue.taken(), 2000u);
}

TEST(PieceQueue, OnlyTheFirstPieceSkipsDraws) {
  PieceQueue queue({7, 5000}, nullptr);
  EXPECT_EQ(queue.take(512)->skipped(), 3u);
  while (const auto piece = queue.take(512)) EXPECT_EQ(piece->skipped(), 0u);
}

TEST(PieceQueue, LeavesTheFirstDrawsWhenStopped) {
  std::atomic<bool> stop{false};
  PieceQueue queue({0, 10'000}, &stop);
  EXPECT_EQ(queue.take(512)->first, 0u);
  EXPECT_EQ(queue.take(1024)->first, 512u);
  stop = true;
  EXPECT_FALSE(queue.take(512));
  EXPECT_EQ(queue.taken(), 1536u);
}

TEST(PieceQueue, EndsForAllWhenOneCloses) {
  PieceQueue queue({0, 10'000}, nullptr);
  EXPECT_TRUE(queue.take(512));
  queue.close();
  EXPECT_FALSE(queue.take(512));
  EXPECT_EQ(queue.taken(), 512u);
}

TEST(PieceQueue, SharesWithoutGapsAmongThreads) {
  constexpr std::uint64_t draws = 1'000'000;
  PieceQueue queue({0, draws}, nullptr);
  std::vector<int> seen(draws);
  std::vector<std::thread> threads;
  for (const std::uint64_t room : {512u, 1024u, 4096u})
    threads.emplace_back([&queue, &seen, room] {
      while (const auto piece = queue.take(room))
        for (std::uint64_t i = 0; i < piece->count; ++i) ++seen[piece->first + i];
    });
  for (std::thread& thread : threads) thread.join();
  for (const int times : seen) ASSERT_EQ(times, 1);
}

TEST(PiecePlan, StaysWithinTheMemory) {
  constexpr DrawBytes draw{12'000, 4'000};
  for (const std::size_t budget : {20'000'000ul, 300'000'000ul, 80'000'000'000ul}) {
    const auto plan = plan_piece(draw, 36, 10'000'000, budget);
    ASSERT_TRUE(plan);
    EXPECT_LE(plan->bytes(draw), budget);
    EXPECT_EQ(plan->draws % gpu_piece_unit_draws, 0u);
    EXPECT_GE(plan->steps, 1);
    EXPECT_LE(plan->steps, 36);
  }
}

TEST(PiecePlan, TakesNoMoreThanTheDrawsNeed) {
  EXPECT_EQ(plan_piece({1000, 100}, 12, 1, 1ul << 36)->draws, 512u);
  // Up to three draws before the first are also simulated.
  EXPECT_EQ(plan_piece({1000, 100}, 12, 512, 1ul << 36)->draws, 1024u);
  EXPECT_EQ(plan_piece({1000, 100}, 12, 1ul << 40, 1ul << 36)->draws, largest_piece_draws);
}

TEST(PiecePlan, IsNoneWhereNotEvenTheLeastPieceFits) {
  constexpr DrawBytes draw{12'000, 4'000};
  const std::size_t least = PiecePlan{gpu_piece_unit_draws, 1}.bytes(draw);
  EXPECT_EQ(least, 512u * 20'000u);
  EXPECT_TRUE(plan_piece(draw, 36, 1'000'000, least));
  EXPECT_FALSE(plan_piece(draw, 36, 1'000'000, least - 1));
}

TEST(CountingPlan, SplitsTheDrawsOfFewOutputs) {
  constexpr int processors = 132;
  EXPECT_EQ(plan_counting(1, 1000, 1 << 18, processors).parts, 32u);  // of 8192 draws each
  EXPECT_EQ(plan_counting(50'000, 1000, 1 << 18, processors).parts, 1u);
  EXPECT_EQ(plan_counting(16, 1000, 100, processors).parts, 1u);
}

TEST(CountingPlan, CountsOutputsWithManyCountersApart) {
  EXPECT_EQ(plan_counting(100, 1000, 1 << 18, 132).few_bytes, 16'000u);  // four copies
  EXPECT_EQ(plan_counting(100, 1000, 1 << 18, 132).many_bytes, 0u);
  EXPECT_EQ(plan_counting(100, 4096, 1 << 18, 132).few_bytes, 16'384u);
  EXPECT_EQ(plan_counting(100, 4096, 1 << 18, 132).many_bytes, 0u);
  EXPECT_EQ(plan_counting(100, 4097, 1 << 18, 132).few_bytes, 16'384u);
  EXPECT_EQ(plan_counting(100, 4097, 1 << 18, 132).many_bytes, 4u * 4097u);
  // The largest possible cell fits the shared memory of every GPU since 2017 (96 KiB).
  EXPECT_EQ(plan_counting(100, 2 * max_bins_per_sign + special_bins, 1 << 18, 132).many_bytes,
            49'172u);
}

TEST(CountingPlan, CopiesCountersWhereThereIsRoom) {
  EXPECT_EQ(copies_shift(1024, 16'384), 2);
  EXPECT_EQ(copies_shift(1025, 16'384), 1);
  EXPECT_EQ(copies_shift(2049, 16'384), 0);
  EXPECT_EQ(copies_shift(12'293, 49'172), 0);
  EXPECT_EQ(copies_shift(10, 16'384), max_copies_shift);
}

// Parts are consecutive, without gap or overlap.
TEST(CountingSpan, PartsMakeUpThePiece) {
  for (const RecordSpan piece : {RecordSpan{0, 1}, RecordSpan{3, 512}, RecordSpan{2, 1021}})
    for (const std::int64_t parts : {1, 2, 7, 300}) {
      std::int64_t next = piece.first;
      for (std::int64_t part = 0; part < parts; ++part) {
        const RecordSpan span = span_of_part(piece, part, parts);
        if (span.first >= span.last) continue;
        EXPECT_EQ(span.first, next);
        next = span.last;
      }
      EXPECT_EQ(next, piece.last);
    }
}

TEST(CountingSpan, EveryRecordOfASpanIsSeenOnceByOneThread) {
  alignas(16) FourRecords<float> records[40];
  for (int i = 0; i < 160; ++i) records[i / 4].of[i % 4] = static_cast<float>(i);
  for (const RecordSpan span :
       {RecordSpan{0, 160}, RecordSpan{1, 3}, RecordSpan{5, 6}, RecordSpan{3, 157}}) {
    std::vector<int> seen(160);
    for (int thread = 0; thread < 32; ++thread)
      for_each_four(records, span, thread, 32, [&](const FourRecords<float>& four, unsigned valid) {
        for (unsigned k = 0; k < 4; ++k)
          if ((valid >> k & 1u) != 0) ++seen[static_cast<std::size_t>(four.of[k])];
      });
    for (std::int64_t i = 0; i < 160; ++i)
      EXPECT_EQ(seen[static_cast<std::size_t>(i)], i >= span.first && i < span.last ? 1 : 0) << i;
  }
}

// -1, 0 and 3 around a cell with bins of both signs: which counters, and sums by hand.
TEST(CountingValues, AddsUnitsAndSquaresOfItsDraws) {
  const float values[4] = {-1.0f, 0.0f, 3.0f, 99.0f};
  Cell cell = cell_for(values, 3);
  cell.units_per_value = 64.0f;
  cell.centre = 1.0f;
  alignas(16) const FourRecords<float> records[1] = {{{-1.0f, 0.0f, 3.0f, 99.0f}}};
  std::vector<std::uint32_t> found(static_cast<std::size_t>(counter_count(cell)));
  const CellSums sums = count_values(cell, records, {0, 3}, 0, 32, tests::PlainBins{&found});
  EXPECT_EQ(sums.units, (-2 - 1 + 2) * 64);
  EXPECT_EQ(sums.low_squares, (4u + 1u + 4u) * 64u * 64u);
  EXPECT_EQ(sums.high_squares, 0u);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(found[static_cast<std::size_t>(counter_of(cell, values[i]))], 1u);
}

}  // namespace
}  // namespace tranche::kernels
