#include "sim/sensitivity/design_items.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace tranche {
namespace {

// Every slice evaluates the points once or twice before its groups: fewer groups than this
// are not worth it.
constexpr std::size_t least_groups = 4;

}  // namespace

DesignItems::DesignItems(const DesignControl& control, std::uint64_t units, std::uint64_t batches,
                         std::size_t groups)
    : control_(control),
      work_(control.ranks),
      batches_(batches),
      threads_(control.threads > 0 ? control.threads : omp_get_max_threads()) {
  const std::uint64_t workers = work_.workers(threads_);
  const std::uint64_t wanted = (workers + units - 1) / units;
  const auto slices = static_cast<std::size_t>(
      std::clamp<std::uint64_t>(wanted, 1, std::max<std::uint64_t>(groups / least_groups, 1)));
  for (std::uint64_t unit = 0; unit < units; ++unit)
    for (std::size_t slice = 0; slice < slices; ++slice)
      items_.push_back({unit, {groups * slice / slices, groups * (slice + 1) / slices}});
}

void DesignItems::run(const std::function<Worker(const CountRun&)>& make_worker) const {
  std::atomic<bool> ends{false};
  std::exception_ptr failure;
  std::mutex mutex;
  std::uint64_t runs_done = 0, runs = 0, own = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (!work_.is_mine(i)) continue;
    ++own;
    runs += batches_ * (items_[i].groups.end - items_[i].groups.first + 1);
  }
  const CountRun one_run_done = [&] {
    const std::lock_guard lock(mutex);
    ++runs_done;
    if (control_.stop && control_.stop()) throw DesignStopped{};
    if (control_.progress)
      control_.progress(static_cast<double>(runs_done) / static_cast<double>(runs));
  };
  const int team =
      static_cast<int>(std::clamp<std::uint64_t>(own, 1, static_cast<std::uint64_t>(threads_)));
  work_.together([&] {
#pragma omp parallel num_threads(team)
    {
      Worker worker;
#pragma omp for schedule(dynamic, 1)
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (ends.load() || !work_.is_mine(i)) continue;
        try {
          if (!worker) worker = make_worker(one_run_done);
          worker(items_[i].unit, items_[i].groups);
        } catch (...) {
          const std::lock_guard lock(mutex);
          if (!ends.exchange(true)) failure = std::current_exception();
        }
      }
    }
    if (failure) std::rethrow_exception(failure);
  });
}

void DesignItems::exchange(
    const std::function<void(std::uint64_t, GroupRange, const Visit&)>& visit_sums) const {
  if (!work_.is_shared()) return;
  std::vector<std::vector<double>> numbers(items_.size());
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (work_.is_mine(i))
      visit_sums(items_[i].unit, items_[i].groups, [&](double& x) { numbers[i].push_back(x); });
  work_.exchange(numbers);
  for (std::size_t i = 0; i < items_.size(); ++i) {
    auto next = numbers[i].begin();
    if (!work_.is_mine(i))
      visit_sums(items_[i].unit, items_[i].groups, [&](double& x) { x = *next++; });
  }
}

}  // namespace tranche
