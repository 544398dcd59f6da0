// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sweep/rounds.hpp"

#include <algorithm>

namespace tranche {

bool shares_draws_of(std::size_t left, int ranks, std::uint64_t draws) {
  // Cost of lowering and pilot of a point, which every rank repeats, in draws on one thread.
  constexpr double preparation_draws = 4096;
  const auto points = static_cast<double>(left), count = static_cast<double>(ranks);
  const auto own = static_cast<double>(draws);
  return points * (preparation_draws + own / count) < preparation_draws + own;
}

void run_points(PointRunner& runner, const std::vector<const SweepPoint*>& points,
                std::uint64_t draws, const SharedWork& work,
                const std::function<void(const SweepPoint&, const std::string&)>& keep) {
  const auto ranks = static_cast<std::size_t>(work.count());
  const std::uint64_t total = points.size() * draws;
  const std::size_t most = runner.max_together(points.size(), work.count());
  for (std::size_t next = 0; next < points.size();) {
    const std::size_t left = points.size() - next;
    const std::uint64_t before = next * draws;
    if (left < ranks && shares_draws_of(left, work.count(), draws)) {
      const std::string rows = runner.run_shared(*points[next], draws, before, total, work);
      if (work.is_first()) keep(*points[next], rows);
      ++next;
      continue;
    }
    const std::size_t size = left >= ranks * most ? most : 1;  // of a block
    const std::size_t blocks = std::min(ranks, left / size);
    std::vector<std::string>
        own;  // stays empty if it was interrupted; other ranks may have finished theirs
    work.together([&] {
      for (std::size_t b = 0; b < blocks; ++b) {
        if (!work.is_mine(b)) continue;
        const auto first = points.begin() + static_cast<std::ptrdiff_t>(next + b * size);
        const PointBlock block(first, first + static_cast<std::ptrdiff_t>(size));
        try {
          own = runner.run(block, draws, before, total);
        } catch (const Interrupted&) {
        }
      }
    });
    const std::vector<std::vector<std::string>> made = work.gather(own);
    bool is_interrupted = false;
    for (std::size_t b = 0; b < blocks; ++b) {
      const std::vector<std::string>& rows = made[b];
      is_interrupted = is_interrupted || rows.empty();
      for (std::size_t k = 0; work.is_first() && k < rows.size(); ++k)
        keep(*points[next + b * size + k], rows[k]);
    }
    if (is_interrupted) throw Interrupted("interrupted");
    next += blocks * size;
  }
}

}  // namespace tranche
