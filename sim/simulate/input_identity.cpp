// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/input_identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/base/version.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/input/sha256.hpp"

namespace tranche {
namespace fs = std::filesystem;

std::string input_identity(const ScenarioSet& set, const Catalogue& catalogue,
                           const std::vector<std::string>& choices) {
  Sha256 hash;
  const auto add = [&](std::string_view text) { hash.update_line(text); };
  const Scenario& base = set.variants.front().scenario;
  add(version());
  add(fmt::format("{} {}", base.draws, base.seed));
  for (const std::string& choice : choices) add(choice);
  for (const Variant& variant : set.variants)
    for (const ResolvedValue& value : variant.resolved) add(value.path + " = " + value.text);
  for (const InputFile& file : set.inputs) add(file.sha256);
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(catalogue.folder) / "catalogue"))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    add(sha256_hex(std::string(std::istreambuf_iterator<char>(in), {})));
  }
  return hex(hash.finish());
}

}  // namespace tranche
