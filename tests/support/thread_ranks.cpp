// SPDX-License-Identifier: Apache-2.0
#include "tests/support/thread_ranks.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

namespace tranche {
namespace {

// Values exchanged by the ranks between two barriers.
struct Board {
  explicit Board(int count)
      : meeting(count), texts(static_cast<std::size_t>(count)), columns(texts.size()) {}
  std::barrier<> meeting;
  std::vector<std::string> texts;
  std::vector<std::vector<float>*> columns;
};

class ThreadRank final : public Ranks {
 public:
  ThreadRank(Board& board, int rank) : board_(board), rank_(rank) {}
  int rank() const override { return rank_; }
  int count() const override { return static_cast<int>(board_.texts.size()); }
  std::vector<std::string> gather(const std::string& text) const override {
    board_.texts[static_cast<std::size_t>(rank_)] = text;
    board_.meeting.arrive_and_wait();
    std::vector<std::string> all = board_.texts;
    board_.meeting.arrive_and_wait();
    return all;
  }
  bool any(bool holds) const override {
    const std::vector<std::string> all = gather(holds ? "yes" : "no");
    return std::find(all.begin(), all.end(), "yes") != all.end();
  }
  std::uint64_t from_first(std::uint64_t value) const override {
    return std::stoull(gather(std::to_string(value)).front());
  }
  void complete(std::vector<float>& column,
                const std::vector<std::uint64_t>& begins) const override {
    board_.columns[static_cast<std::size_t>(rank_)] = &column;
    board_.meeting.arrive_and_wait();
    std::vector<float> whole;
    for (std::size_t r = 0; r + 1 < begins.size(); ++r)
      whole.insert(whole.end(), board_.columns[r]->begin() + static_cast<std::ptrdiff_t>(begins[r]),
                   board_.columns[r]->begin() + static_cast<std::ptrdiff_t>(begins[r + 1]));
    board_.meeting.arrive_and_wait();
    column = whole;
  }

 private:
  Board& board_;
  int rank_;
};

}  // namespace

void on_thread_ranks(int count, const std::function<void(Ranks&)>& work) {
  Board board(count);
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < count; ++rank)
    threads.emplace_back([&board, &work, rank] {
      ThreadRank own(board, rank);
      work(own);
    });
}

}  // namespace tranche
