// SPDX-License-Identifier: Apache-2.0

// A catalogue with an arbitrary file of chips; the other files are those of the tree.
#include "sim/catalogue/catalogue.hpp"
#include "sim/input/diagnostic.hpp"
#include "tests/fuzz/fuzz_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tranche;
  namespace fs = std::filesystem;
  static const fs::path copy = [] {
    const fs::path to = fuzz::folder() / "data";
    fs::create_directories(to);
    fs::copy(fs::path(data_folder()) / "catalogue", to / "catalogue",
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    return to;
  }();
  fuzz::write(copy / "catalogue" / "chips.toml", fuzz::text_of(data, size));
  try {
    (void)read_catalogue(copy.string());
  } catch (const InputError& error) {
    for (const Diagnostic& diagnostic : error.diagnostics()) (void)render(diagnostic);
  }
  return 0;
}
