// SPDX-License-Identifier: Apache-2.0

// Charts of the tables of the other commands. Each takes the text of the written files and returns
// no chart if a table has nothing to draw.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "sim/input/csv_reader.hpp"
#include "sim/report/charts/chart.hpp"

namespace tranche {

// compare.csv: ratios to the first chip; roofline.csv: ceilings, and positions of workloads.
std::vector<Chart> comparison_charts(const CsvTable& comparison);
std::vector<Chart> roofline_charts(const CsvTable& roofline);
// plan.csv: components of the step time, and memory of a chip by use.
std::vector<Chart> plan_charts(const CsvTable& plans);
// validate.csv: predicted over measured, with the band of 10 %.
std::vector<Chart> validation_charts(const CsvTable& cases);
// sweep.json: lines and heat map over a grid, points over a sample.
std::vector<Chart> sweep_charts(const nlohmann::ordered_json& sweep);
// allocation.csv and .json: trade-off between two objectives.
std::vector<Chart> allocation_charts(const CsvTable& splits,
                                     const nlohmann::ordered_json& allocation);
// tornado.csv, sobol.csv: influence of inputs on the first output, the largest first.
std::vector<Chart> tornado_charts(const CsvTable& tornado);
std::vector<Chart> sobol_charts(const CsvTable& sobol);
// evppi.csv: value of knowing an input, the largest first.
std::vector<Chart> information_charts(const CsvTable& information);
// prim.csv: from all draws to a small, dense box.
std::vector<Chart> discovery_charts(const CsvTable& trajectory);

// Common parts. A nominal y axis in a fixed order; a field of a tooltip; the number of a field, or
// null.
nlohmann::ordered_json name_axis(const std::string& field, const std::vector<std::string>& order);
nlohmann::ordered_json tooltip_text(const std::string& field, const std::string& title);
nlohmann::ordered_json table_number(const CsvTable& table, std::size_t row,
                                    const std::string& column, double one = 1);
// Body of a bar chart, one name per row of `step` pixels.
nlohmann::ordered_json bars_beside_names(int step, nlohmann::ordered_json rows,
                                         nlohmann::ordered_json names,
                                         nlohmann::ordered_json layers);
// Distinct labels of up to `columns`, in the order of first appearance.
std::vector<std::string> values_of(const CsvTable& table, const std::string& column);

}  // namespace tranche
