// SPDX-License-Identifier: Apache-2.0

// Rules for rows of measured inference that contradict other rows of the same file. Such rows are
// skipped with the reason; the rules use only recorded values, never predictions.
#pragma once

#include <vector>

#include "sim/performance/validation/inference_cases.hpp"

namespace tranche {

// Sets `skipped` of cases whose record cannot be the actual run:
// - one measurement recorded under two plans (same run and value to all digits, other chips);
// - a closed loop whose users wait longer for the first token than they then receive output,
//   although memory would hold them all: the server has a limit that the row does not state,
//   so the stated concurrency is not the batch;
// - a closed loop slower per token, by more than 5 %, than the same server with more users.
void skip_contradicted(std::vector<InferenceCase>& cases);

}  // namespace tranche
