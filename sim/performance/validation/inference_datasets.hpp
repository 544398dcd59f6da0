// SPDX-License-Identifier: Apache-2.0

// Facts about published inference benchmarks that their tables do not repeat in each
// row: mean lengths of their data sets and the number of requests in a run.
#pragma once

#include <string>
#include <string_view>

#include "sim/performance/coefficients/serving.hpp"

namespace tranche {

struct Lengths {
  double input_tokens = 0;  // 0: not known
  double output_tokens = 0;
};

// Mean lengths of a row: the numbers when they are printed, else those of the MLPerf
// data set of the model.
Lengths lengths_of(std::string_view model, std::string_view input, std::string_view output);

// The models whose data sets are known, for messages: "llama-2-70b (OpenOrca), ...".
std::string data_set_names();

// Requests in a run at full load: as many as stated, else those of the software's own published
// runs; 0 when not known (a run without end).
double requests_in_run(ServingSoftware software, double stated, double input_tokens,
                       double output_tokens);

}  // namespace tranche
