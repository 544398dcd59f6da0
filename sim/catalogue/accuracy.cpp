// SPDX-License-Identifier: Apache-2.0
#include "sim/catalogue/accuracy.hpp"

#include <filesystem>

#include "sim/input/csv_reader.hpp"

namespace tranche {

std::vector<AccuracyFigure> read_accuracy(const std::string& data_folder) {
  const auto path = std::filesystem::path(data_folder) / "measured" / "accuracy.csv";
  std::vector<AccuracyFigure> out;
  if (!std::filesystem::exists(path)) return out;
  const CsvTable table = read_csv(path.string());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto number = [&](const char* column) { return table.number(row, column).value_or(0); };
    out.push_back({.what = table.field(row, "what"),
                   .cases = static_cast<std::int64_t>(number("cases")),
                   .predicted_percent = number("predicted_percent"),
                   .mean_absolute_error_percent = number("mean_absolute_error_percent"),
                   .median_absolute_error_percent = number("median_absolute_error_percent"),
                   .bias_percent = number("bias_percent"),
                   .left_out_error_percent = table.number(row, "left_out_error_percent"),
                   .left_out_bias_percent = table.number(row, "left_out_bias_percent")});
  }
  return out;
}

}  // namespace tranche
