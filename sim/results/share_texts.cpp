// SPDX-License-Identifier: Apache-2.0
#include "sim/results/share_texts.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tranche {
namespace {

void add_share_texts(const Shares& shares, std::unordered_map<std::string, std::string>& texts) {
  if (!shares.dirichlet) return;
  double sum = 0;
  for (const Shares::Entry& entry : shares.entries)
    sum += entry.share.distribution.parameters.at(0);
  for (const Shares::Entry& entry : shares.entries) {
    const double weight = entry.share.distribution.parameters.at(0), mean = weight / sum;
    const double deviation = std::sqrt(mean * (1.0 - mean) / (sum + 1.0));
    texts[entry.share.path] =
        fmt::format("{:.0f} % on average, standard deviation {:.0f} % (Dirichlet weight {} of {})",
                    100.0 * mean, 100.0 * deviation, weight, sum);
  }
}

}  // namespace

std::unordered_map<std::string, std::string> share_texts(const Scenario& scenario) {
  std::unordered_map<std::string, std::string> texts;
  for (const Firm& firm : scenario.firms) add_share_texts(firm.workloads, texts);
  for (const Tranche& tranche : scenario.tranches) add_share_texts(tranche.split, texts);
  return texts;
}

}  // namespace tranche
