// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/evidence/own_runs.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/performance/evidence/trait_distance.hpp"

namespace tranche {
namespace {

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

}  // namespace

struct OwnRuns::State {
  // Runs of one question.
  struct Block {
    std::vector<std::size_t> members;  // indices of runs
    Eigen::LLT<Eigen::MatrixXd> factor;
    Eigen::VectorXd weights;  // inverse covariance x errors
  };

  std::vector<OwnRun> runs;
  std::array<Block, evidence_question_count> blocks;

  const Block& block(EvidenceQuestion question) const {
    return blocks[static_cast<std::size_t>(question)];
  }

  Eigen::VectorXd covariances(const Block& block, const PredictionTraits& traits,
                              double deviation) const {
    Eigen::VectorXd out(static_cast<Eigen::Index>(block.members.size()));
    for (std::size_t i = 0; i < block.members.size(); ++i) {
      const OwnRun& run = runs[block.members[i]];
      out[static_cast<Eigen::Index>(i)] =
          shared_covariance(traits, deviation, run.traits, run.ln_deviation);
    }
    return out;
  }
};

OwnRuns::OwnRuns(std::vector<OwnRun> runs) {
  const auto state = std::make_shared<State>();
  state->runs = std::move(runs);
  for (std::size_t i = 0; i < state->runs.size(); ++i)
    state->blocks[static_cast<std::size_t>(state->runs[i].traits.question)].members.push_back(i);
  for (State::Block& block : state->blocks) {
    const auto size = static_cast<Eigen::Index>(block.members.size());
    if (size == 0) continue;
    Eigen::MatrixXd covariance(size, size);
    Eigen::VectorXd errors(size);
    for (Eigen::Index i = 0; i < size; ++i) {
      const OwnRun& run = state->runs[block.members[static_cast<std::size_t>(i)]];
      covariance.col(i) = state->covariances(block, run.traits, run.ln_deviation);
      covariance(i, i) = run.ln_deviation * run.ln_deviation;
      errors[i] = run.ln_error;
    }
    block.factor = factorised(covariance);
    block.weights = block.factor.solve(errors);
  }
  state_ = state;
}

std::size_t OwnRuns::size() const { return runs().size(); }

std::size_t OwnRuns::count(EvidenceQuestion question) const {
  return state_ ? state_->block(question).members.size() : 0;
}

const std::vector<OwnRun>& OwnRuns::runs() const {
  static const std::vector<OwnRun> none;
  return state_ ? state_->runs : none;
}

ErrorGivenRuns OwnRuns::at(const PredictionTraits& traits, double ln_deviation) const {
  if (count(traits.question) == 0) return {.ln_mean = 0.0, .ln_deviation = ln_deviation};
  const State::Block& block = state_->block(traits.question);
  const Eigen::VectorXd k = state_->covariances(block, traits, ln_deviation);
  const double own_part = 1.0 - own_correlation(traits.question).shared_share;
  const double explained = k.dot(block.factor.solve(k)) / (ln_deviation * ln_deviation);
  return {.ln_mean = k.dot(block.weights),
          .ln_deviation = ln_deviation * std::sqrt(std::max(own_part, 1.0 - explained))};
}

// With P the inverse covariance and S the rows of equal traits: mean e_S - inv(P_SS) (P e)_S,
// covariance inv(P_SS) (Rasmussen and Williams 2006, Gaussian Processes, section 5.4.2, for a set
// instead of one row).
std::vector<ErrorGivenRuns> OwnRuns::left_out() const {
  std::vector<ErrorGivenRuns> out(size());
  if (!state_) return out;
  for (const State::Block& block : state_->blocks) {
    const auto size = static_cast<Eigen::Index>(block.members.size());
    if (size == 0) continue;
    const Eigen::MatrixXd inverse = block.factor.solve(Eigen::MatrixXd::Identity(size, size));
    for (Eigen::Index i = 0; i < size; ++i) {
      const OwnRun& run = state_->runs[block.members[static_cast<std::size_t>(i)]];
      std::vector<Eigen::Index> same = {i};  // the run itself first
      for (Eigen::Index k = 0; k < size; ++k)
        if (k != i && state_->runs[block.members[static_cast<std::size_t>(k)]].traits == run.traits)
          same.push_back(k);
      const auto count = static_cast<Eigen::Index>(same.size());
      Eigen::MatrixXd part(count, count);
      Eigen::VectorXd weights(count);
      for (Eigen::Index row = 0; row < count; ++row) {
        weights[row] = block.weights[same[static_cast<std::size_t>(row)]];
        for (Eigen::Index column = 0; column < count; ++column)
          part(row, column) =
              inverse(same[static_cast<std::size_t>(row)], same[static_cast<std::size_t>(column)]);
      }
      const Eigen::MatrixXd covariance = part.inverse();
      out[block.members[static_cast<std::size_t>(i)]] = {
          .ln_mean = run.ln_error - (covariance * weights)[0],
          .ln_deviation = std::sqrt(covariance(0, 0))};
    }
  }
  return out;
}

const OwnRun* OwnRuns::nearest(const PredictionTraits& traits) const {
  const OwnRun* found = nullptr;
  double least = 0.0;
  for (const OwnRun& run : runs()) {
    if (run.traits.question != traits.question) continue;
    const double distance = trait_distance(traits, run.traits);
    if (found == nullptr || distance < least) {
      found = &run;
      least = distance;
    }
  }
  return found;
}

}  // namespace tranche
