// SPDX-License-Identifier: Apache-2.0

// Output of `tranche catalogue`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/catalogue/catalogue.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

enum class CatalogueKind { chips, models, workloads, rules, yardsticks };

// `chips`, `models`, `workloads`, `rules` or `yardsticks`; empty for another word.
std::optional<CatalogueKind> catalogue_kind(std::string_view name);

// Without a name: one line per entry with its key numbers; for rules, the status of every chip
// under every vintage. With a name: every number of that entry with unit, confidence and source.
// Throws InputError if there is no such name.
std::string print_catalogue(const Catalogue& catalogue, CatalogueKind kind,
                            const std::optional<std::string>& name, TextFormat format);

}  // namespace tranche
