// SPDX-License-Identifier: Apache-2.0

// Reads countries: a list of names for each code of ISO 3166-1.
#include <fmt/format.h>

#include "sim/catalogue/catalogue_reader.hpp"

namespace tranche {

void read_countries(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue) {
  TableReader reader(file, root, "the countries");
  reader.text("source");
  for (const auto& [key, node] : root) {
    if (!node.is_array()) continue;
    const std::string code(key.str());
    const std::vector<std::string> names = reader.texts(code);
    if (names.empty()) {
      file.problems->error(span_of(file, node), fmt::format("country `{}` has no name", code));
      continue;
    }
    Country country{.name = names.front(), .aliases = {code}, .where = span_of(file, node)};
    country.aliases.insert(country.aliases.end(), names.begin() + 1, names.end());
    catalogue.countries.push_back(std::move(country));
  }
  reader.finish();
}

}  // namespace tranche
