// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/allocate/shares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tranche {
namespace {

// Position of a share among the simulated levels: one of them, or between two neighbours.
LevelMix mix_at(const std::vector<double>& levels, double share) {
  constexpr double same = 1e-12;
  std::size_t low = levels.size(), high = levels.size();
  for (std::size_t k = 0; k < levels.size(); ++k) {
    if (std::fabs(levels[k] - share) < same) return {k, k, 0.0f};
    if (levels[k] < share && (low == levels.size() || levels[k] > levels[low])) low = k;
    if (levels[k] > share && (high == levels.size() || levels[k] < levels[high])) high = k;
  }
  if (low == levels.size()) return {high, high, 0.0f};
  if (high == levels.size()) return {low, low, 0.0f};
  return {low, high, static_cast<float>((share - levels[low]) / (levels[high] - levels[low]))};
}

}  // namespace

std::optional<std::vector<double>> written_shares(const Scenario& base, const AllocateSpec& spec) {
  const Shares* shares = nullptr;
  for (const Tranche& tranche : base.tranches)
    if (spec.split == fmt::format("tranches.{}.split", tranche.name)) shares = &tranche.split;
  for (const Firm& firm : base.firms)
    if (spec.split == fmt::format("firms.{}.workloads", firm.name) &&
        !firm.workloads_are_alternatives)
      shares = &firm.workloads;
  if (shares == nullptr) return std::nullopt;
  std::vector<double> out(spec.among.size(), 0.0);
  double sum = 0;
  for (const Shares::Entry& entry : shares->entries) {
    const auto at = std::find(spec.among.begin(), spec.among.end(), entry.name);
    const double share = mean(entry.share.distribution);
    if (at == spec.among.end()) continue;
    out[static_cast<std::size_t>(at - spec.among.begin())] = share;
    sum += share;
  }
  if (!(sum > 0) || (!shares->dirichlet && std::fabs(sum - 1) > 1e-9)) return std::nullopt;
  for (double& share : out) share /= sum;
  return out;
}

std::optional<std::vector<double>> stock_shares(const Scenario& base, const AllocateSpec& spec) {
  if (!spec.split.starts_with("tranches.")) return std::nullopt;
  std::vector<double> out;
  for (const std::string& name : spec.among)
    for (const Firm& firm : base.firms) {
      if (firm.name != name) continue;
      double chips = 0;
      for (const Stock& stock : firm.stock) chips += mean(stock.units_chips.distribution);
      out.push_back(chips);
    }
  const double sum = std::accumulate(out.begin(), out.end(), 0.0);
  if (!(sum > 0)) return std::nullopt;
  for (double& share : out) share /= sum;
  return out;
}

Split split_at(const LevelShares& levels, const std::vector<double>& shares) {
  Split split;
  for (std::size_t p = 0; p < shares.size(); ++p) split.push_back(mix_at(levels[p], shares[p]));
  return split;
}

void add_level(LevelShares& levels, const std::vector<double>& shares) {
  levels.resize(shares.size());
  for (std::size_t p = 0; p < shares.size(); ++p) levels[p].push_back(shares[p]);
}

}  // namespace tranche
