// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/design_items.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "sim/simulate/parallel/interrupted.hpp"

namespace tranche {
namespace {

// Every slice evaluates the points once or twice before its groups, which pays only from this
// number of groups on.
constexpr std::size_t min_groups = 4;

}  // namespace

DesignItems::DesignItems(const DesignControl& control, const GroupedModel& model,
                         std::uint64_t units, std::uint64_t batches)
    : control_(control),
      work_(control.execution.ranks),
      batches_(batches),
      threads_(control.execution.threads > 0 ? control.execution.threads : omp_get_max_threads()) {
  // A runner of whole designs works best with whole units.
  if (model.whole_designs()) threads_ = 1;
  const std::size_t groups = model.groups();
  const std::uint64_t workers = work_.workers(threads_);
  const std::uint64_t wanted = (workers + units - 1) / units;
  const auto slices = static_cast<std::size_t>(
      std::clamp<std::uint64_t>(wanted, 1, std::max<std::uint64_t>(groups / min_groups, 1)));
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
    say_progress(++runs_done, runs);
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

void DesignItems::say_progress(std::uint64_t done, std::uint64_t all) const {
  throw_if_stopped(control_.execution.stop);
  if (control_.execution.progress) control_.execution.progress(done, all);
}

void DesignItems::run_whole(std::uint64_t points,
                            const std::function<void(kernels::DesignWork& work)>& run) const {
  kernels::DesignWork work;
  const std::uint64_t unit_points = batches_ * points_per_batch;
  std::uint64_t evaluations = 0, evaluations_done = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (!work_.is_mine(i)) continue;
    const auto& [unit, groups] = items_[i];
    const std::uint64_t first = unit * unit_points;
    work.units.push_back({first, std::min(unit_points, points - first), groups.first, groups.end});
    evaluations += kernels::evaluations_of(work.units.back());
  }
  work.done = [&](std::uint64_t more) {
    evaluations_done += more;
    say_progress(evaluations_done, evaluations);
  };
  work_.together([&] {
    if (!work.units.empty()) run(work);
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
