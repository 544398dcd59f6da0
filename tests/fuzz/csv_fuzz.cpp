// SPDX-License-Identifier: Apache-2.0

// Tables of measured cases.
#include "sim/input/csv_reader.hpp"
#include "sim/input/diagnostic.hpp"
#include "tests/fuzz/fuzz_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tranche;
  try {
    const CsvTable table = parse_csv(fuzz::text_of(data, size), "cases.csv");
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      for (const std::string& column : table.columns) {
        (void)table.field(row, column);
        (void)table.number(row, column);
      }
  } catch (const InputError&) {
  }
  return 0;
}
