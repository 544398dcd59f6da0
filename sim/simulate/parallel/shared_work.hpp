// SPDX-License-Identifier: Apache-2.0

// Work that ranks share: a list of items, of which each rank makes its own, or a range of
// draws. What comes of it does not depend on how many ranks there are.
//
// Every rank goes the same way through the same calls.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kernels/engine/backend/backend.hpp"
#include "sim/simulate/parallel/ranks.hpp"

namespace tranche {

// Throws RankFailed where a rank says that it cannot begin or go on, or has another state
// than rank 0.
void agree_on(Ranks& ranks, const std::string& state);

// "3 x CPU, x86-64-v4, 1 thread; 1 x GPU, NVIDIA H100": what each rank runs on, in the order of
// the first of each.
std::string devices_of(const Ranks& ranks, const std::string& device);

// The parts of the draws that fall to the ranks, as even as can be: rank r has those from
// begins[r] to begins[r + 1]. All but the last begin at a multiple of `whole`.
std::vector<std::uint64_t> share_begins(std::uint64_t draws, int ranks, std::uint64_t whole = 1);

class SharedWork {
 public:
  // null: nobody shares it.
  explicit SharedWork(Ranks* ranks) : ranks_(ranks) {}

  bool is_shared() const { return ranks_ != nullptr && ranks_->count() > 1; }
  bool is_first() const { return ranks_ == nullptr || ranks_->is_first(); }
  int count() const { return ranks_ == nullptr ? 1 : ranks_->count(); }
  // Items are dealt round and round.
  bool is_mine(std::size_t item) const {
    return !is_shared() || item % static_cast<std::size_t>(ranks_->count()) ==
                               static_cast<std::size_t>(ranks_->rank());
  }
  // Threads of all ranks together, where each has as many as the first says. The same
  // number on every rank.
  std::uint64_t workers(int threads) const;
  // This rank's part of the draws; see share_begins.
  kernels::DrawRange own_draws(std::uint64_t draws, std::uint64_t whole = 1) const;

  // Does this rank's part of something, in which no call goes to another rank. Where it
  // throws on any of them all throw: a rank that failed what it threw; the others
  // Interrupted where work was stopped, else RankFailed, which says where and why.
  void together(const std::function<void()>& part) const;

  // Each rank has filled its own items; gives all of them to every rank.
  template <class T>
  void exchange(std::vector<std::vector<T>>& items) const {
    static_assert(std::is_trivially_copyable_v<T>, "is sent byte by byte");
    if (!is_shared()) return;
    std::string own;
    for (std::size_t i = 0; i < items.size(); ++i)
      if (is_mine(i)) append(own, items[i].data(), items[i].size() * sizeof(T));
    const std::vector<std::string> all = ranks_->gather(own);
    std::vector<std::size_t> at(all.size(), 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::size_t rank = i % all.size();
      const std::string_view bytes = next(all[rank], at[rank]);
      if (is_mine(i)) continue;
      items[i].resize(bytes.size() / sizeof(T));
      if (!bytes.empty()) std::memcpy(items[i].data(), bytes.data(), bytes.size());
    }
  }
  // See Ranks.
  void sum_on_first(kernels::Tally& tally) const {
    if (is_shared()) ranks_->sum_on_first(tally);
  }
  // Each rank has filled its own_draws(column.size(), whole); see Ranks::complete.
  void complete(std::vector<float>& column, std::uint64_t whole = 1) const;
  // What `text` is on each rank, in their order.
  std::vector<std::string> gather(const std::string& text) const;
  // The same of lists of texts.
  std::vector<std::vector<std::string>> gather(const std::vector<std::string>& texts) const;
  // The values that rank 0 has.
  std::vector<double> from_first(const std::vector<double>& values) const;

 private:
  static void append(std::string& text, const void* bytes, std::size_t count);
  static std::string_view next(const std::string& text, std::size_t& at);

  Ranks* ranks_;
};

}  // namespace tranche
