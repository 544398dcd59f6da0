// SPDX-License-Identifier: Apache-2.0

// Tables of studies from the text of their CSV files.
#pragma once

#include <string>

#include "sim/api/implementation/made_once.hpp"
#include "sim/api/table.hpp"

namespace tranche::api {

// The table of a CSV text of ours, with a header.
Table table_of_csv(const std::string& csv);

// A table that is made when it is first asked for: commands write the file and never ask.
using LazyTable = MadeOnce<Table>;

}  // namespace tranche::api
