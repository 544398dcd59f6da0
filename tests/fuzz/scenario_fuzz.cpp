// SPDX-License-Identifier: Apache-2.0

// A scenario: everything `tranche check` does.
#include "sim/catalogue/catalogue.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/fuzz/fuzz_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tranche;
  static const Catalogue catalogue = read_catalogue(data_folder());
  const std::string_view text = fuzz::text_of(data, size);
  // Skips devices, and scenarios that extend themselves.
  if (text.find("/dev") != text.npos || text.find("extends") != text.npos) return 0;
  const std::filesystem::path file = fuzz::folder() / "scenario.toml";
  fuzz::write(file, text);
  try {
    (void)read_scenario(file.string(), {}, catalogue);
  } catch (const InputError& error) {
    for (const Diagnostic& diagnostic : error.diagnostics()) (void)render(diagnostic);
  }
  return 0;
}
