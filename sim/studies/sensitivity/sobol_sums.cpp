// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/sobol_sums.hpp"

#include <algorithm>
#include <memory>

#include "kernels/engine/cpu/scratch.hpp"
#include "sim/base/parallel_for.hpp"
#include "sim/studies/sensitivity/design_items.hpp"

namespace tranche {
namespace {

// Worker of one thread: evaluates batches and adds to the sums of their blocks.
class Worker {
 public:
  Worker(const GroupedModel& model, const SobolPoints& points, std::uint64_t block_points,
         const std::vector<double>& centres, SobolSums& sums)
      : evaluator_(model.evaluator()),
        points_(points),
        numbers_(model.group_of_number().size()),
        piece_(static_cast<int>(std::min<std::uint64_t>(block_points, points_per_batch))),
        block_points_(block_points),
        centres_(centres),
        sums_(sums),
        sum_pairs_(kernels::choose_target().pick_freeze),
        words_(2 * numbers_ * points_per_batch),
        a_(model.outputs() * points_per_batch),
        b_(a_.size()) {}

  // `sums_moments`: also sums A and B, which the groups of a unit share.
  void run(std::uint64_t first_point, bool sums_moments) {
    for (std::size_t n = 0; n < 2 * numbers_; ++n)
      points_.fill(first_point, points_per_batch, n, words_.data() + n * points_per_batch);
    evaluator_->set_points(words_.data(), words_.data() + numbers_ * points_per_batch,
                           points_per_batch);
    evaluator_->at_a(keep(a_));
    evaluator_->at_b(keep(b_));
    if (!sums_moments) return;
    for (std::size_t output = 0; output < sums_.output_count; ++output)
      for (int from = 0; from < points_per_batch; from += piece_)
        add_moments(sums_.moment(block_of(first_point, from), output), output, from);
  }

  void run_group(std::uint64_t first_point, std::size_t group) {
    evaluator_->at_mixture(group, [&](std::size_t output, const float* values, int) {
      const std::size_t at = output * points_per_batch;
      for (int from = 0; from < points_per_batch; from += piece_) {
        const auto offset = at + static_cast<std::size_t>(from);
        const kernels::PickFreezeSums found = sum_pairs_(a_.data() + offset, b_.data() + offset,
                                                         values + from, centres_[output], piece_);
        kernels::PickFreezeSums& sum = sums_.pair(block_of(first_point, from), group, output);
        sum.first += found.first;
        sum.total += found.total;
      }
    });
  }

 private:
  std::uint64_t block_of(std::uint64_t first_point, int from) const {
    return (first_point + static_cast<std::uint64_t>(from)) / block_points_;
  }
  static ConsumeOutput keep(std::vector<float>& values) {
    return [&values](std::size_t output, const float* v, int count) {
      std::copy_n(v, count, values.data() + output * points_per_batch);
    };
  }
  void add_moments(kernels::DesignMoments& sum, std::size_t output, int from) const {
    const std::size_t at = output * points_per_batch + static_cast<std::size_t>(from);
    for (std::size_t j = at; j < at + static_cast<std::size_t>(piece_); ++j)
      kernels::add_point(sum, a_[j], b_[j], centres_[output]);
  }

  std::unique_ptr<ModelEvaluator> evaluator_;
  const SobolPoints& points_;
  std::size_t numbers_;
  int piece_;
  std::uint64_t block_points_;
  const std::vector<double>& centres_;
  SobolSums& sums_;
  kernels::SumPickFreeze sum_pairs_;
  std::vector<std::uint32_t> words_;
  std::vector<float> a_, b_;
};

// Both halves of the sequence, number by number.
kernels::DesignWork::FillWords fill_pairs(const SobolPoints& points, int threads) {
  return [&points, threads](std::span<const kernels::DesignSegment> segments, std::uint32_t* words,
                            std::size_t stride) {
    const auto fill_row = [&](std::size_t n) {
      for (const kernels::DesignSegment& segment : segments)
        points.fill(segment.first_point, static_cast<std::size_t>(segment.room()), n,
                    words + n * stride + segment.first);
    };
    parallel_for(points.dimensions(), threads, fill_row);
  };
}

}  // namespace

SobolSums sum_design(const GroupedModel& model, const SobolPoints& points,
                     std::uint64_t total_points, const std::vector<double>& centres,
                     const DesignControl& control) {
  SobolSums sums(model.outputs(), model.groups());
  const std::uint64_t block_points = total_points / sobol_blocks;
  // Whole batches and whole blocks.
  const std::uint64_t unit_points = std::max<std::uint64_t>(block_points, points_per_batch);
  const std::uint64_t unit_blocks = unit_points / block_points;
  const DesignItems items(control, model, total_points / unit_points,
                          unit_points / points_per_batch);
  if (const auto whole = model.whole_designs()) {
    items.run_whole(total_points, [&](kernels::DesignWork& work) {
      work.fill_words = fill_pairs(points, control.execution.threads);
      whole->runner->sum_pairs(whole->model, work,
                               {block_points, centres, sums.moments, sums.pairs});
    });
  } else {
    items.run([&](const DesignItems::CountRun& one_run_done) -> DesignItems::Worker {
      const auto worker = std::make_shared<Worker>(model, points, block_points, centres, sums);
      return [&, worker](std::uint64_t unit, GroupRange groups) {
        for (std::uint64_t at = 0; at < unit_points; at += points_per_batch) {
          const std::uint64_t first = unit * unit_points + at;
          worker->run(first, groups.is_first());
          one_run_done();
          for (std::size_t group = groups.first; group < groups.end; ++group) {
            worker->run_group(first, group);
            one_run_done();
          }
        }
      };
    });
  }
  items.exchange([&](std::uint64_t unit, GroupRange groups, const DesignItems::Visit& visit) {
    for (std::uint64_t block = unit * unit_blocks; block < (unit + 1) * unit_blocks; ++block)
      for (std::size_t output = 0; output < model.outputs(); ++output) {
        kernels::DesignMoments& moments = sums.moment(block, output);
        if (groups.is_first())
          for (double* const sum : {&moments.a, &moments.aa, &moments.b, &moments.bb}) visit(*sum);
        for (std::size_t group = groups.first; group < groups.end; ++group) {
          kernels::PickFreezeSums& pair = sums.pair(block, group, output);
          visit(pair.first);
          visit(pair.total);
        }
      }
  });
  return sums;
}

}  // namespace tranche
