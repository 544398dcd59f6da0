// SPDX-License-Identifier: Apache-2.0

// Numbers with units, ranges, dates and stopping rules, as in a scenario or on the command line.
#include "sim/input/calendar.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/input/quantity_text.hpp"
#include "sim/simulate/until.hpp"
#include "tests/fuzz/fuzz_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tranche;
  if (size == 0) return 0;
  constexpr int kinds = static_cast<int>(UnitKind::tpp_per_mm2) + 1;
  // The first byte selects the kind of the rest.
  const auto kind = static_cast<UnitKind>(data[0] % kinds);
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  (void)parse_quantity(text, kind);
  (void)parse_quantity_range(text, kind);
  try {
    (void)parse_until(std::string(text));
  } catch (const InputError&) {
  }
  return 0;
}
