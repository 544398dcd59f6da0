// SPDX-License-Identifier: Apache-2.0

// Accuracy of the performance models, reported with results that use them.
#pragma once

#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// Returns the rows of measured/accuracy.csv, which tools/fit/report_accuracy.py writes together
// with docs/methods/accuracy.md from `tranche validate`. Empty if the folder has no such file.
std::vector<AccuracyFigure> read_accuracy(const std::string& data_folder);

}  // namespace tranche
