// SPDX-License-Identifier: Apache-2.0

// Properties of published inference benchmarks that their tables omit: mean lengths of their data
// sets and the number of requests in a run.
#pragma once

#include <string>
#include <string_view>

#include "sim/performance/coefficients/serving.hpp"

namespace tranche {

struct Lengths {
  double input_tokens = 0;  // 0: unknown
  double output_tokens = 0;
};

// Mean lengths of a row: the printed numbers, else those of the MLPerf data set of the model.
Lengths lengths_of(std::string_view model, std::string_view input, std::string_view output);

// Models with known data sets, for messages: "llama-2-70b (OpenOrca), ...".
std::string data_set_names();

// Number of requests in a run at full load: the stated number, else that of the software's own
// published runs; 0 if unknown (an endless run).
double requests_in_run(ServingSoftware software, double stated, double input_tokens,
                       double output_tokens);

}  // namespace tranche
