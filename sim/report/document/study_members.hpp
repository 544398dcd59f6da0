// SPDX-License-Identifier: Apache-2.0

// The JSON files of studies, as charts and the report read them.
#pragma once

#include <string>
#include <string_view>

#include "sim/input/csv_reader.hpp"
#include "sim/report/document/json_reader.hpp"

namespace tranche {

// Each throws InputError, with the place of all that is wrong, when the text is not what this
// version of the command writes; `file` is for the message. What is returned can be drawn.
nlohmann::ordered_json read_sweep_json(std::string_view text, const std::string& file);
// `splits` is allocation.csv, whose columns the objectives name.
nlohmann::ordered_json read_allocation_json(std::string_view text, const std::string& file,
                                            const CsvTable& splits);
// The title of the scenario that a file of any study is of, its name where it has none.
std::string read_study_title(std::string_view text, const std::string& file);

}  // namespace tranche
