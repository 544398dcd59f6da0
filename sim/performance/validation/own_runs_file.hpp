// SPDX-License-Identifier: Apache-2.0

// Own measured runs of a user, from files with the columns of measured cases: for predictions that
// resemble them, and what they change.
#pragma once

#include <string>
#include <vector>

#include "sim/performance/evidence/own_runs.hpp"
#include "sim/performance/validation/validate.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

struct OwnRunsFile {
  std::vector<ValidatedFile> validated;  // without own runs
  OwnRuns runs;                          // of the rows that could be predicted
};

// Reads and predicts own runs. Evidence of `inputs` must be that of published cases. Throws
// InputError with all problems of the files, and if no row could be predicted or a row could not
// and `skips` is false.
OwnRunsFile read_own_runs(const std::vector<std::string>& files, const ValidationInputs& inputs,
                          bool skips);

// By question: runs, mean absolute error before, and after with each run left out of what corrects
// it, the share inside the 90 % interval, its mean half-width before and after, and the factor at
// the runs themselves (geometric mean). Errors in percent, as 100 x |ln|.
TextTable own_runs_table(const OwnRunsFile& own);

// By run: predicted, measured, corrected without the run itself, errors in percent.
TextTable own_runs_detail_table(const OwnRunsFile& own);

// Both tables in words for a terminal, and the rows that could not be used with their reasons.
std::string own_runs_text(const OwnRunsFile& own);

}  // namespace tranche
