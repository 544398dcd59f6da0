// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/parallel/shared_work.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <mutex>
#include <numeric>

#include "sim/input/diagnostic.hpp"
#include "sim/simulate/run.hpp"
#include "sim/studies/sweep/rounds.hpp"
#include "tests/support/thread_ranks.hpp"

namespace tranche {
namespace {

// Outcome of each rank, in rank order.
std::vector<std::string> ends_of(int count, const std::function<void(Ranks&)>& work) {
  std::vector<std::string> ends(static_cast<std::size_t>(count));
  on_thread_ranks(count, [&](Ranks& ranks) {
    std::string& end = ends[static_cast<std::size_t>(ranks.rank())];
    try {
      work(ranks);
      end = "done";
    } catch (const Interrupted&) {
      end = "interrupted";
    } catch (const RankFailed& failed) {
      end = std::string("told: ") + failed.what();
    } catch (const std::exception& own) {
      end = std::string("own: ") + own.what();
    }
    if (ranks.common_status()) end += fmt::format(", all end with {}", *ranks.common_status());
  });
  return ends;
}

TEST(SharedWork, EveryItemIsMadeOnceAndKnownToAll) {
  for (const int count : {1, 2, 3, 5}) {
    std::mutex mutex;
    std::vector<int> made(7, 0);
    on_thread_ranks(count, [&](Ranks& ranks) {
      const SharedWork work(&ranks);
      std::vector<std::vector<double>> items(7);
      for (std::size_t i = 0; i < items.size(); ++i)
        if (work.is_mine(i)) {
          const std::lock_guard lock(mutex);
          ++made[i];
          items[i].assign(i, 0.1 * static_cast<double>(i));  // item 0 is empty
        }
      work.exchange(items);
      for (std::size_t i = 0; i < items.size(); ++i)
        EXPECT_EQ(items[i], std::vector<double>(i, 0.1 * static_cast<double>(i)));
    });
    EXPECT_EQ(made, std::vector<int>(7, 1));
  }
}

TEST(SharedWork, SharesOfDrawsAreEvenAndBeginAtWholeBatches) {
  EXPECT_EQ(share_begins(10, 3), (std::vector<std::uint64_t>{0, 4, 7, 10}));
  EXPECT_EQ(share_begins(2, 4), (std::vector<std::uint64_t>{0, 1, 2, 2, 2}));
  EXPECT_EQ(share_begins(1000, 3, 256), (std::vector<std::uint64_t>{0, 512, 768, 1000}));
  EXPECT_EQ(share_begins(100, 2, 256), (std::vector<std::uint64_t>{0, 100, 100}));
}

TEST(SharedWork, ColumnsAreCompletedInOrder) {
  on_thread_ranks(3, [](Ranks& ranks) {
    const SharedWork work(&ranks);
    std::vector<float> column(1000, -1.0f), expected(1000);
    std::iota(expected.begin(), expected.end(), 0.0f);
    const kernels::DrawRange own = work.own_draws(column.size(), 64);
    for (std::uint64_t j = own.first; j < own.first + own.count; ++j)
      column[j] = static_cast<float>(j);
    work.complete(column, 64);
    EXPECT_EQ(column, expected);
  });
}

TEST(SharedWork, WhatFailsOnOneRankEndsAllOfThem) {
  const auto work = [](Ranks& ranks) {
    ranks.agree("same");
    SharedWork(&ranks).together([&] {
      if (ranks.rank() == 1) throw std::runtime_error("no memory");
    });
  };
  const std::string told = "told: rank 1 cannot go on: no memory, all end with 1";
  EXPECT_EQ(ends_of(3, work),
            (std::vector<std::string>{told, "own: no memory, all end with 1", told}));
}

TEST(SharedWork, WhatFailsOnEveryRankIsThrownAsItIs) {
  const auto work = [](Ranks& ranks) {
    SharedWork(&ranks).together([] { throw std::runtime_error("wrong question"); });
  };
  EXPECT_EQ(ends_of(2, work), std::vector<std::string>(2, "own: wrong question, all end with 1"));
}

TEST(SharedWork, AllEndWithTheStatusOfTheFirstRankWhereThatFails) {
  const auto work = [](Ranks& ranks) {
    SharedWork(&ranks).together([&] {
      if (ranks.is_first()) throw InputError({Diagnostic{.where = {}, .problem = "no such name"}});
    });
  };
  EXPECT_EQ(ends_of(2, work).back(), "told: rank 0 cannot begin: no such name, all end with 2");
}

TEST(SharedWork, AnInterruptionOfOneRankInterruptsAll) {
  const auto work = [](Ranks& ranks) {
    SharedWork(&ranks).together([&] {
      if (ranks.rank() == 2) throw Interrupted("interrupted");
    });
  };
  EXPECT_EQ(ends_of(3, work), std::vector<std::string>(3, "interrupted, all end with 1"));
}

TEST(SharedWork, ARankThatNeverBeganIsNamedToThoseThatWork) {
  const auto work = [](Ranks& ranks) {
    if (ranks.rank() == 1)
      ranks.agree(ranks.failure_state("no scenario", 2));  // as a failing command does
    else
      SharedWork(&ranks).together([] {});
  };
  EXPECT_EQ(ends_of(2, work).front(), "told: rank 1 cannot begin: no scenario, all end with 1");
}

TEST(SharedWork, AnotherStateThanTheFirstIsNamed) {
  const auto work = [](Ranks& ranks) { agree_on(ranks, ranks.rank() == 2 ? "b" : "a"); };
  const std::vector<std::string> ends = ends_of(3, work);
  EXPECT_EQ(ends[0], ends[2]);
  EXPECT_NE(ends[0].find("rank 2 reads another scenario"), std::string::npos);
}

TEST(SweepRounds, DrawsOfThePointsLeftAreSharedWhereThatIsSooner) {
  EXPECT_TRUE(shares_draws_of(1, 4, 100'000));
  EXPECT_TRUE(shares_draws_of(3, 4, 1'000'000));
  EXPECT_FALSE(shares_draws_of(3, 4, 1'000));  // preparing each point thrice costs more
  EXPECT_TRUE(shares_draws_of(1, 2, 10));      // one point is prepared once by each in any case
}

}  // namespace
}  // namespace tranche
