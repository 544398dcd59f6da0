// SPDX-License-Identifier: Apache-2.0

// Partition of a designed method into items for threads and ranks: a unit of its points with all
// groups of inputs or, if there are fewer units than workers, with some of them. The sums of a unit
// and a group do not depend on the partition.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/studies/sensitivity/grouped_model.hpp"

namespace tranche {

struct GroupRange {
  std::size_t first = 0, end = 0;
  bool is_first() const { return first == 0; }  // true for the item that sums what all groups share
};

class DesignItems {
 public:
  // The control must outlive it. Every unit has `batches` batches of points; the last may have
  // fewer.
  DesignItems(const DesignControl& control, const GroupedModel& model, std::uint64_t units,
              std::uint64_t batches);

  // Processes one item; calls its CountRun after each evaluated batch.
  using Worker = std::function<void(std::uint64_t unit, GroupRange groups)>;
  using CountRun = std::function<void()>;
  // Runs this rank's items, each thread with its own worker. An exception of an item ends the work
  // on all ranks; throws Interrupted if the execution was stopped.
  void run(const std::function<Worker(const CountRun&)>& make_worker) const;
  // The same for a model with whole designs: calls `run` with all items of this rank, of a design
  // of `points` points; `run` sets the words.
  void run_whole(std::uint64_t points,
                 const std::function<void(kernels::DesignWork& work)>& run) const;

  // Gives every rank the sums of all items; `visit_sums` calls `visit` for every sum of the item,
  // always in the same order.
  using Visit = std::function<void(double&)>;
  void exchange(const std::function<void(std::uint64_t unit, GroupRange groups,
                                         const Visit& visit)>& visit_sums) const;

  const SharedWork& work() const { return work_; }
  int threads() const { return threads_; }

 private:
  struct Item {
    std::uint64_t unit;
    GroupRange groups;
  };
  void say_progress(std::uint64_t done, std::uint64_t all) const;

  const DesignControl& control_;
  SharedWork work_;
  std::uint64_t batches_;
  int threads_;
  std::vector<Item> items_;
};

}  // namespace tranche
