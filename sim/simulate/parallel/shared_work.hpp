// SPDX-License-Identifier: Apache-2.0

// Distributes independent items, or a range of draws, over MPI ranks. Results do not depend on the
// number of ranks.
//
// All calls are collective: every rank makes the same calls in the same order.
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

// Throws RankFailed if a rank reports a failure, or has another state than rank 0.
void agree_on(Ranks& ranks, const std::string& state);

// "3 x CPU, x86-64-v4, 1 thread; 1 x GPU, NVIDIA H100": devices of the ranks, in the order of first
// occurrence.
std::string devices_of(const Ranks& ranks, const std::string& device);

// Returns the boundaries of the ranks' draws, as even as possible: rank r has begins[r] to begins[r
// + 1]. All but the last begin at a multiple of `whole`.
std::vector<std::uint64_t> share_begins(std::uint64_t draws, int ranks, std::uint64_t whole = 1);

class SharedWork {
 public:
  // null: no other ranks
  explicit SharedWork(Ranks* ranks) : ranks_(ranks) {}

  bool is_shared() const { return ranks_ != nullptr && ranks_->count() > 1; }
  bool is_first() const { return ranks_ == nullptr || ranks_->is_first(); }
  int count() const { return ranks_ == nullptr ? 1 : ranks_->count(); }
  // Items are assigned round-robin.
  bool is_mine(std::size_t item) const {
    return !is_shared() || item % static_cast<std::size_t>(ranks_->count()) ==
                               static_cast<std::size_t>(ranks_->rank());
  }
  // Number of threads of all ranks, if each has as many as the first; equal on every rank.
  std::uint64_t workers(int threads) const;
  // Draws of this rank; see share_begins.
  kernels::DrawRange own_draws(std::uint64_t draws, std::uint64_t whole = 1) const;

  // Runs this rank's part, which makes no collective calls. If it throws on any rank, all ranks
  // throw: the failed rank its own exception; the others Interrupted if work was stopped, else
  // RankFailed with rank and reason.
  void together(const std::function<void()>& part) const;

  // Each rank has filled its own items; afterwards every rank has all of them.
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
  // Returns `text` of each rank, in rank order.
  std::vector<std::string> gather(const std::string& text) const;
  // The same for lists of texts.
  std::vector<std::vector<std::string>> gather(const std::vector<std::string>& texts) const;
  // Returns the values of rank 0.
  std::vector<double> from_first(const std::vector<double>& values) const;

 private:
  static void append(std::string& text, const void* bytes, std::size_t count);
  static std::string_view next(const std::string& text, std::size_t& at);

  Ranks* ranks_;
};

}  // namespace tranche
