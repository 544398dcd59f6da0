// SPDX-License-Identifier: Apache-2.0

// JSON files of studies, for charts and the report.
#pragma once

#include <string>
#include <string_view>

#include "sim/input/csv_reader.hpp"
#include "sim/report/document/json_reader.hpp"

namespace tranche {

// Each throws InputError, with the location of all errors, if the text is not written by this
// version of the command; `file` is for the message. A returned document can be drawn.
nlohmann::ordered_json read_sweep_json(std::string_view text, const std::string& file);
// `splits` is allocation.csv, which has a column for each objective.
nlohmann::ordered_json read_allocation_json(std::string_view text, const std::string& file,
                                            const CsvTable& splits);
// Title of the scenario of a study's file, or its name if it has none.
std::string read_study_title(std::string_view text, const std::string& file);

}  // namespace tranche
