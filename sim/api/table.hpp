// SPDX-License-Identifier: Apache-2.0

// A table of a study: the same columns and rows as its CSV file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/expected.hpp"

namespace tranche::api {

struct Table {
  std::vector<std::string> columns = {};
  std::vector<std::vector<std::string>> rows = {};  // as many fields as columns; empty: unknown

  // A field. An unknown column fails with `request`, with the nearest; as does a row that is none.
  Expected<std::string> text(std::size_t row, const std::string& column) const;
  // The same as a number; empty if it is unknown. A field that is no number fails with `request`.
  Expected<std::optional<double>> number(std::size_t row, const std::string& column) const;
};

}  // namespace tranche::api
