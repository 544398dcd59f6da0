// SPDX-License-Identifier: Apache-2.0

// How far predictions are from measurements, for results that rest on them.
#pragma once

#include <string>
#include <vector>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// The rows of measured/accuracy.csv, which tools/fit/report_accuracy.py writes together
// with docs/methods/accuracy.md from `tranche validate`. Empty when the folder has no such file.
std::vector<AccuracyFigure> read_accuracy(const std::string& data_folder);

}  // namespace tranche
