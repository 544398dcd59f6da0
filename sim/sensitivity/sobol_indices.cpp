#include "sim/sensitivity/sobol_indices.hpp"

#include <omp.h>

#include <Eigen/Dense>
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <exception>
#include <limits>
#include <mutex>

#include "kernels/backend/cpu_scratch.hpp"
#include "kernels/base/philox.hpp"
#include "sim/sensitivity/sobol_points.hpp"

namespace tranche {
namespace {

constexpr std::uint64_t blocks = 32;
constexpr int resamples = 200;

// Everything that is summed, block by block.
struct BlockSums {
  BlockSums(std::size_t outputs, std::size_t groups)
      : output_count(outputs),
        group_count(groups),
        moments(blocks * outputs),
        pairs(blocks * outputs * groups) {}

  struct Moments {
    double a = 0, aa = 0, b = 0, bb = 0;  // of values less the centre
  };
  Moments& moment(std::uint64_t block, std::size_t output) {
    return moments[block * output_count + output];
  }
  kernels::PickFreezeSums& pair(std::uint64_t block, std::size_t group, std::size_t output) {
    return pairs[(block * group_count + group) * output_count + output];
  }
  std::size_t output_count, group_count;
  std::vector<Moments> moments;
  std::vector<kernels::PickFreezeSums> pairs;
};

// One thread: evaluates batches and adds to the sums of their blocks.
class Worker {
 public:
  Worker(const GroupedModel& model, const SobolPoints& points, std::uint64_t block_points,
         const std::vector<double>& centres, BlockSums& sums)
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

  void run(std::uint64_t first_point) {
    for (std::size_t n = 0; n < 2 * numbers_; ++n)
      points_.fill(first_point, points_per_batch, n, words_.data() + n * points_per_batch);
    evaluator_->set_points(words_.data(), words_.data() + numbers_ * points_per_batch,
                           points_per_batch);
    evaluator_->at_a(keep(a_));
    evaluator_->at_b(keep(b_));
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
  void add_moments(BlockSums::Moments& sum, std::size_t output, int from) const {
    const std::size_t at = output * points_per_batch + static_cast<std::size_t>(from);
    for (std::size_t j = at; j < at + static_cast<std::size_t>(piece_); ++j) {
      const double a = static_cast<double>(a_[j]) - centres_[output];
      const double b = static_cast<double>(b_[j]) - centres_[output];
      sum.a += a;
      sum.aa += a * a;
      sum.b += b;
      sum.bb += b * b;
    }
  }

  std::unique_ptr<ModelEvaluator> evaluator_;
  const SobolPoints& points_;
  std::size_t numbers_;
  int piece_;
  std::uint64_t block_points_;
  const std::vector<double>& centres_;
  BlockSums& sums_;
  kernels::SumPickFreeze sum_pairs_;
  std::vector<std::uint32_t> words_;
  std::vector<float> a_, b_;
};

// Means over the first batch: sums about them lose no digits.
std::vector<double> pilot_means(const GroupedModel& model, const SobolPoints& points) {
  const std::size_t numbers = model.group_of_number().size();
  std::vector<std::uint32_t> words(numbers * points_per_batch);
  for (std::size_t n = 0; n < numbers; ++n)
    points.fill(0, points_per_batch, n, words.data() + n * points_per_batch);
  const std::unique_ptr<ModelEvaluator> evaluator = model.evaluator();
  evaluator->set_points(words.data(), words.data(), points_per_batch);
  std::vector<double> means(model.outputs(), 0.0);
  evaluator->at_a([&](std::size_t output, const float* values, int count) {
    double sum = 0;
    for (int j = 0; j < count; ++j) sum += static_cast<double>(values[j]);
    means[output] = sum / count;
  });
  return means;
}

// Row r: how often each block is in resample r.
Eigen::MatrixXd resampling_weights(std::uint64_t seed) {
  Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(resamples, static_cast<Eigen::Index>(blocks));
  for (int r = 0; r < resamples; ++r)
    for (std::uint64_t k = 0; k < blocks; ++k) {
      const std::uint32_t word =
          kernels::random_block(seed, {k, 3}, static_cast<std::uint64_t>(r)).x;
      weights(r, static_cast<Eigen::Index>(word % blocks)) += 1.0;
    }
  return weights;
}

// Columns of the sums of one output, from which indices follow.
enum SumColumn : Eigen::Index { sum_a, sum_aa, sum_b, sum_bb, first_pair };

template <class Row>
double variance_of(const Row& sums, double points) {
  const double mean = (sums(sum_a) + sums(sum_b)) / (2 * points);
  return (sums(sum_aa) + sums(sum_bb)) / (2 * points) - mean * mean;
}

void write_indices(BlockSums& sums, std::size_t output, double points, double centre,
                   const Eigen::MatrixXd& weights, SobolResult& result) {
  const std::size_t groups = sums.group_count;
  Eigen::MatrixXd table(static_cast<Eigen::Index>(blocks),
                        first_pair + 2 * static_cast<Eigen::Index>(groups));
  for (std::uint64_t block = 0; block < blocks; ++block) {
    auto row = table.row(static_cast<Eigen::Index>(block));
    const BlockSums::Moments& m = sums.moment(block, output);
    row(sum_a) = m.a;
    row(sum_aa) = m.aa;
    row(sum_b) = m.b;
    row(sum_bb) = m.bb;
    for (std::size_t group = 0; group < groups; ++group) {
      const kernels::PickFreezeSums& pair = sums.pair(block, group, output);
      const auto column = first_pair + 2 * static_cast<Eigen::Index>(group);
      row(column) = pair.first;
      row(column + 1) = pair.total;
    }
  }
  const Eigen::RowVectorXd all = table.colwise().sum();
  const double variance = variance_of(all, points);
  const double mean = (all(sum_a) + all(sum_b)) / (2 * points);
  result.means[output] = centre + mean;
  // Below what rounding of the values (24 bits) leaves of a constant.
  const bool varies = variance > 1e-13 * (centre * centre + mean * mean) && variance > 0;
  result.variances[output] = varies ? variance : 0.0;
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  if (!varies) {
    for (std::size_t group = 0; group < groups; ++group)
      result.indices[output * groups + group] = {{unknown, unknown, unknown},
                                                 {unknown, unknown, unknown}};
    return;
  }
  const Eigen::MatrixXd resampled = weights * table;
  Eigen::VectorXd variances(resamples);
  for (int r = 0; r < resamples; ++r) variances(r) = variance_of(resampled.row(r), points);
  std::vector<double> found(resamples);
  const auto estimate = [&](Eigen::Index column, double factor) {
    for (int r = 0; r < resamples; ++r)
      found[static_cast<std::size_t>(r)] =
          variances(r) > 0 ? factor * resampled(r, column) / points / variances(r) : 0.0;
    constexpr std::size_t low = resamples / 20, high = resamples - 1 - resamples / 20;
    std::nth_element(found.begin(), found.begin() + low, found.end());
    const double at_low = found[low];
    std::nth_element(found.begin(), found.begin() + high, found.end());
    return Estimate{factor * all(column) / points / variance, at_low, found[high]};
  };
  for (std::size_t group = 0; group < groups; ++group) {
    const auto column = first_pair + 2 * static_cast<Eigen::Index>(group);
    result.indices[output * groups + group] = {estimate(column, 1.0), estimate(column + 1, 0.5)};
  }
}

}  // namespace

std::uint64_t rounded_sobol_points(std::uint64_t points) {
  return std::bit_ceil(std::max(points, least_sobol_points));
}

SobolResult sobol_indices(const GroupedModel& model, const DesignControl& control) {
  const std::uint64_t total_points = rounded_sobol_points(control.points);
  const std::size_t outputs = model.outputs(), groups = model.groups();
  const SobolPoints points(2 * model.group_of_number().size(), control.seed);
  const std::vector<double> centres = pilot_means(model, points);
  BlockSums sums(outputs, groups);
  const std::uint64_t block_points = total_points / blocks;
  // A unit of work: whole batches and whole blocks.
  const std::uint64_t unit_points = std::max<std::uint64_t>(block_points, points_per_batch);
  const std::uint64_t units = total_points / unit_points;
  const int threads = control.threads > 0 ? control.threads : omp_get_max_threads();
  const int team = static_cast<int>(std::min<std::uint64_t>(units, static_cast<unsigned>(threads)));

  std::atomic<bool> ends{false};
  std::exception_ptr failure;
  std::mutex mutex;
  std::uint64_t runs_done = 0;
  const std::uint64_t runs = total_points / points_per_batch * (groups + 1);
  const auto one_run_done = [&] {
    const std::lock_guard lock(mutex);
    ++runs_done;
    if (control.stop && control.stop()) throw DesignStopped{};
    if (control.progress)
      control.progress(static_cast<double>(runs_done) / static_cast<double>(runs));
  };
#pragma omp parallel num_threads(team)
  {
    std::unique_ptr<Worker> worker;
#pragma omp for schedule(dynamic, 1)
    for (std::uint64_t unit = 0; unit < units; ++unit) {
      if (ends.load()) continue;
      try {
        if (!worker) worker = std::make_unique<Worker>(model, points, block_points, centres, sums);
        for (std::uint64_t at = 0; at < unit_points; at += points_per_batch) {
          const std::uint64_t first = unit * unit_points + at;
          worker->run(first);
          one_run_done();
          for (std::size_t group = 0; group < groups; ++group) {
            worker->run_group(first, group);
            one_run_done();
          }
        }
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!ends.exchange(true)) failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);

  SobolResult result;
  result.points = total_points;
  result.groups = groups;
  result.means.resize(outputs);
  result.variances.resize(outputs);
  result.indices.resize(outputs * groups);
  const Eigen::MatrixXd weights = resampling_weights(control.seed);
#pragma omp parallel for schedule(static, 16) num_threads(threads)
  for (std::size_t output = 0; output < outputs; ++output)
    write_indices(sums, output, static_cast<double>(total_points), centres[output], weights,
                  result);
  return result;
}

}  // namespace tranche
