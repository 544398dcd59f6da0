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

// By question: runs, geometric mean of predicted over measured, mean |ln| error, share inside the
// 90 % interval and mean upper end of it, before, and after with each run predicted from the
// others; a single run has no after.
TextTable own_runs_table(const OwnRunsFile& own);

// By run: question, measured, predicted, predicted from the others, and both over measured.
TextTable own_runs_detail_table(const OwnRunsFile& own);

// Both tables in words for a terminal; the rows that could not be used with their reasons, and what
// was assumed for blanks.
std::string own_runs_text(const OwnRunsFile& own);

// {"questions": [...], "runs": [...]}: the rows of both tables.
std::string own_runs_json(const OwnRunsFile& own);

}  // namespace tranche
