// SPDX-License-Identifier: Apache-2.0

// Members of result.json that charts and page copy unchanged.
#pragma once

#include "sim/report/document/json_reader.hpp"
#include "sim/report/document/run_document.hpp"

namespace tranche {

// Reads what-ifs, firms, metrics or constraints, in their order.
template <class Item>
std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> out;
  out.reserve(items.size());
  for (const Item& item : items) out.push_back(item.name);
  return out;
}

// Reports members that are missing or invalid for the page. `document` has its axes.
void check_page_members(const JsonReader& root, const RunDocument& document);

// Checks scenario.name and .title of a results file, and input_files if it has some.
void check_scenario_names(const JsonReader& root);
void check_input_files(const JsonReader& list);

}  // namespace tranche
