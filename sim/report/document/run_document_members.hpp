// SPDX-License-Identifier: Apache-2.0

// Members of result.json that charts and page take over as they are.
#pragma once

#include "sim/report/document/json_reader.hpp"
#include "sim/report/document/run_document.hpp"

namespace tranche {

// Of what-ifs, firms, metrics or constraints, in their order.
template <class Item>
std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> out;
  out.reserve(items.size());
  for (const Item& item : items) out.push_back(item.name);
  return out;
}

// Reports whatever of them is missing or not what the page expects. `document` has its axes.
void check_page_members(const JsonReader& root, const RunDocument& document);

// scenario.name and .title of a file of results, input_files where it has some.
void check_scenario_names(const JsonReader& root);
void check_input_files(const JsonReader& list);

}  // namespace tranche
