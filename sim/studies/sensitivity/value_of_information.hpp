// SPDX-License-Identifier: Apache-2.0

// Value of knowing an input before choosing between options.
//
// EVPPI = E(max over options of E(value
// input)) - max over options of E(value): the mean gain of a choice made after learning the input.
// Computed from one set of draws by regression: Strong, Oakley, Brennan, "Estimating multiparameter
// partial expected value of perfect information from a probabilistic sensitivity analysis sample",
// Med. Decis. Making 34, 2014; here with least-squares splines. A fit evaluated on its own draws
// finds gains in noise, so each fifth of the draws is decided by the fit to the others.
#pragma once

#include <span>
#include <vector>

namespace tranche {

struct InformationValue {
  double value = 0;           // in the unit of the options' values
  double standard_error = 0;  // from the number of draws
};

struct DecisionValues {
  std::vector<double> means;       // of each option
  std::size_t best = 0;            // without knowledge
  std::vector<double> share_best;  // fraction of draws in which the option is the best; ties shared
  InformationValue perfect;        // with perfect knowledge: EVPI
};

// options[d][j]: value of option d in draw j, more is better. At least one option.
DecisionValues decision_values(const std::vector<std::vector<float>>& options);

// inputs[i][j]: value of number i of the input in draw j. More than eight numbers are replaced by
// their mean rank.
InformationValue partial_information(const std::vector<std::span<const float>>& inputs,
                                     const std::vector<std::vector<float>>& options,
                                     std::size_t best);

}  // namespace tranche
