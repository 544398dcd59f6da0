// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/evidence/own_runs.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/performance/evidence/trait_distance.hpp"

namespace tranche {
namespace own_runs {

// Runs of equal traits, as one with the mean of their errors.
struct Cell {
  PredictionTraits traits;
  double ln_deviation = 0;
  double runs = 0;
  double sum = 0, squares = 0;  // of the ln errors

  double mean() const { return sum / runs; }
  double scatter() const { return std::max(0.0, squares - runs * mean() * mean()); }
};

// Runs of one question.
struct Block {
  std::vector<Cell> cells;
  Eigen::LLT<Eigen::MatrixXd> factor;
  Eigen::VectorXd weights;     // inverse covariance x errors
  Eigen::VectorXd precisions;  // diagonal of the inverse covariance
  std::size_t runs = 0;
  double widest = 0;           // largest deviation of a cell
  double own_variance = 0;     // of a run alone, over that of its whole error
  double excess_variance = 0;  // where the runs differ more than their deviations say
};

}  // namespace own_runs

namespace {

using own_runs::Block;
using own_runs::Cell;

double shared_covariance(const PredictionTraits& a, double a_deviation, const PredictionTraits& b,
                         double b_deviation) {
  const OwnCorrelation c = own_correlation(a.question);
  return c.shared_share * std::exp(-trait_distance(a, b) / c.reach) * a_deviation * b_deviation;
}

// Unknown traits differ from nothing, so distances need not be those of a space, nor the matrix
// positive definite: then the runs share less of their errors.
Eigen::LLT<Eigen::MatrixXd> factorised(const Eigen::MatrixXd& covariance) {
  Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  for (double own_part = 0.25; factor.info() != Eigen::Success; own_part *= 2.0) {
    Eigen::MatrixXd wider = covariance;
    wider.diagonal() *= 1.0 + own_part;
    factor.compute(wider);
  }
  return factor;
}

// A prediction shares with the runs no more than they have: what one does not know of a chip beyond
// them is no error that they showed.
Eigen::VectorXd covariances(const Block& block, const PredictionTraits& traits, double deviation) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(block.cells.size()));
  for (std::size_t i = 0; i < block.cells.size(); ++i) {
    const Cell& cell = block.cells[i];
    out[static_cast<Eigen::Index>(i)] = shared_covariance(traits, std::min(deviation, block.widest),
                                                          cell.traits, cell.ln_deviation);
  }
  return out;
}

void add(Block& block, const OwnRun& run) {
  const auto same = std::find_if(block.cells.begin(), block.cells.end(),
                                 [&](const Cell& cell) { return cell.traits == run.traits; });
  Cell& cell = same != block.cells.end() ? *same : block.cells.emplace_back();
  if (cell.runs == 0.0) {
    cell.traits = run.traits;
    cell.ln_deviation = run.ln_deviation;
  }
  ++block.runs;
  cell.runs += 1.0;
  cell.sum += run.ln_error;
  cell.squares += run.ln_error * run.ln_error;
  block.widest = std::max(block.widest, run.ln_deviation);
}

// Of the runs about what the others say: a shift that all share is no excess. One configuration
// alone has nothing to be compared with but its own repetitions.
double excess_variance_of(const Block& block) {
  double squares = 0.0, count = 0.0;
  for (std::size_t i = 0; i < block.cells.size(); ++i) {
    const Cell& cell = block.cells[i];
    const auto at = static_cast<Eigen::Index>(i);
    squares += cell.scatter() / (block.own_variance * cell.ln_deviation * cell.ln_deviation);
    count += cell.runs - 1.0;
    if (block.cells.size() == 1) continue;
    squares += block.weights[at] * block.weights[at] / block.precisions[at];
    count += 1.0;
  }
  return std::max(0.0, (squares - count) / (own_prior_runs + count));
}

void solve(Block& block) {
  const auto size = static_cast<Eigen::Index>(block.cells.size());
  Eigen::MatrixXd covariance(size, size);
  Eigen::VectorXd errors(size);
  for (Eigen::Index i = 0; i < size; ++i) {
    const Cell& cell = block.cells[static_cast<std::size_t>(i)];
    const double variance = cell.ln_deviation * cell.ln_deviation;
    covariance.col(i) = covariances(block, cell.traits, cell.ln_deviation);
    covariance(i, i) = variance * (1.0 - block.own_variance * (1.0 - 1.0 / cell.runs));
    errors[i] = cell.mean();
  }
  block.factor = factorised(covariance);
  block.weights = block.factor.solve(errors);
  block.precisions = block.factor.solve(Eigen::MatrixXd::Identity(size, size)).diagonal();
  block.excess_variance = excess_variance_of(block);
}

}  // namespace

struct OwnRuns::State {
  std::vector<OwnRun> runs;
  std::array<Block, evidence_question_count> blocks;

  const Block& block(EvidenceQuestion question) const {
    return blocks[static_cast<std::size_t>(question)];
  }
};

OwnRuns::OwnRuns(std::vector<OwnRun> runs) {
  const auto state = std::make_shared<State>();
  state->runs = std::move(runs);
  for (const OwnRun& run : state->runs)
    add(state->blocks[static_cast<std::size_t>(run.traits.question)], run);
  for (std::size_t q = 0; q < state->blocks.size(); ++q) {
    Block& block = state->blocks[q];
    block.own_variance = 1.0 - own_correlation(evidence_questions[q].question).shared_share;
    if (!block.cells.empty()) solve(block);
  }
  state_ = state;
}

std::size_t OwnRuns::size() const { return runs().size(); }

std::size_t OwnRuns::count(EvidenceQuestion question) const {
  return state_ ? state_->block(question).runs : 0;
}

const std::vector<OwnRun>& OwnRuns::runs() const {
  static const std::vector<OwnRun> none;
  return state_ ? state_->runs : none;
}

ErrorGivenRuns OwnRuns::at(const PredictionTraits& traits, double ln_deviation) const {
  if (count(traits.question) == 0) return {.ln_mean = 0.0, .ln_deviation = ln_deviation};
  const Block& block = state_->block(traits.question);
  const Eigen::VectorXd k = covariances(block, traits, ln_deviation);
  const double explained = k.dot(block.factor.solve(k)) / (ln_deviation * ln_deviation);
  const double left = std::max(block.own_variance, 1.0 - explained);
  return {.ln_mean = k.dot(block.weights),
          .ln_deviation = ln_deviation * std::sqrt(left + block.excess_variance * (1.0 - left))};
}

// With P the inverse covariance of the cells: mean e_i - (P e)_i / P_ii, variance 1 / P_ii of their
// mean, plus what one run has beyond it (Rasmussen and Williams 2006, Gaussian Processes, section
// 5.4.2).
std::vector<ErrorGivenRuns> OwnRuns::left_out() const {
  std::vector<ErrorGivenRuns> out;
  out.reserve(size());
  for (const OwnRun& run : runs()) {
    const Block& block = state_->block(run.traits.question);
    const auto found = std::find_if(block.cells.begin(), block.cells.end(),
                                    [&](const Cell& cell) { return cell.traits == run.traits; });
    const auto i = static_cast<Eigen::Index>(found - block.cells.begin());
    const double all = found->ln_deviation * found->ln_deviation;
    const double left =
        1.0 / (block.precisions[i] * all) + block.own_variance * (1.0 - 1.0 / found->runs);
    out.push_back({.ln_mean = found->mean() - block.weights[i] / block.precisions[i],
                   .ln_deviation = std::sqrt(
                       all * (left + block.excess_variance * std::max(0.0, 1.0 - left)))});
  }
  return out;
}

const PredictionTraits* OwnRuns::nearest(const PredictionTraits& traits) const {
  if (count(traits.question) == 0) return nullptr;
  const std::vector<Cell>& cells = state_->block(traits.question).cells;
  const auto found =
      std::min_element(cells.begin(), cells.end(), [&](const Cell& a, const Cell& b) {
        return trait_distance(traits, a.traits) < trait_distance(traits, b.traits);
      });
  return &found->traits;
}

}  // namespace tranche
