// SPDX-License-Identifier: Apache-2.0

// Converts rank correlations between inputs to the factors of a Gaussian copula.
//
// Reference: for a Gaussian copula, Pearson's r of the normal scores and Spearman's rank
// correlation satisfy r = 2 sin(pi rank / 6) (Pearson 1907; Kruskal, "Ordinal measures of
// association", JASA 53, 1958).
#pragma once

#include <string>
#include <vector>

namespace tranche {

// Spearman rank correlation, -1 to 1, between two inputs, given by index.
struct RankCorrelation {
  int first = 0, second = 0;
  double rank = 0;
};

// Inputs tied by correlations, directly or through others. The normal score of member i is the sum
// over j <= i of lower[i * size + j] times independent score j.
struct CopulaGroup {
  std::vector<int> members;   // increasing
  std::vector<double> lower;  // Cholesky factor, row by row; each row has length 1
  // Largest change in rank correlation, and its pair, if the correlations contradict each other (no
  // positive semidefinite matrix has them) and the nearest valid matrix replaces them: Higham,
  // "Computing the nearest correlation matrix", IMA J. Numer. Anal. 22, 2002. 0 if the correlations
  // are used as given.
  double largest_change = 0;
  int changed_first = 0, changed_second = 0;
};

// Returns what is wrong, or empty if each rank lies in [-1, 1] and no pair occurs twice or is one
// input with itself.
std::string problem_of(const std::vector<RankCorrelation>& correlations);

// Returns the groups, in the order of their smallest members. Pairs of a group that are not given
// are uncorrelated. Requires problem_of(correlations) to be empty.
std::vector<CopulaGroup> copula_groups(const std::vector<RankCorrelation>& correlations);

}  // namespace tranche
