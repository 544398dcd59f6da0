// SPDX-License-Identifier: Apache-2.0

// Tables whose rows are found by the value of an enumeration.
#pragma once

#include <cstddef>

namespace tranche {

// Whether row i of the table is that of the enumerator with value i, and has a name: `key` is the
// member that holds the enumerator. A table that lacks a row has an empty one at its end.
template <class Table, class Row, class Enum>
constexpr bool is_indexed_by(const Table& table, Enum Row::*key) {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].*key) != i || table[i].name.empty()) return false;
  return true;
}

}  // namespace tranche
