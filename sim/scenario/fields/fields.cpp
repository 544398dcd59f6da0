// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fields/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tranche {

std::string whole_text(double number) {
  constexpr double long_number = 1e12;
  return number < long_number ? fmt::format("{:.0f}", number) : fmt::format("{:g}", number);
}

const std::vector<Section>& sections() {
  static const std::vector<Section> list = {
      {"scenario", Shape::table, "What is asked, for when, and how finely.",
       infos(scenario_fields())},
      {"levers",
       Shape::values,
       "Decisions: numbers or names that a government, vendor or firm chooses. Any key below may "
       "refer to one: `\"levers.NAME\"`.",
       {}},
      {"assumptions",
       Shape::values,
       "Uncertain numbers that no decision sets. Refer to one as `\"assumptions.NAME\"`; two keys "
       "that refer to the same one share its draws.",
       {}},
      {"all_firms", Shape::table,
       "Keys of a firm, for every firm that does not say otherwise. A value is drawn once for all "
       "firms unless it has `each = \"firm\"`.",
       infos(firm_fields()), true},
      {"firms", Shape::tables, "Buyers of chips. At least one.", infos(firm_fields()), true},
      {"approvals", Shape::tables, "Decisions that have to come out well before chips can move.",
       infos(approval_fields()), true},
      {"licences", Shape::tables, "Export licences: as an approval, with caps.",
       infos(licence_fields()), true},
      {"regimes", Shape::tables,
       "States of the world that follow each other by chance, with rates (a Markov chain in "
       "continuous time, from the start of the scenario on). Permissions may depend on one.",
       infos(regime_fields()), true},
      {"tranches", Shape::tables, "Batches of chips under one approval.", infos(tranche_fields()),
       true},
      {"workloads", Shape::tables, "What the chips are used for. At least one.",
       infos(workload_fields()), true},
      {"reliability", Shape::table, "How jobs lose time; without it, by availability only.",
       infos(reliability_fields()), true},
      {"counterpart", Shape::table, "Another fleet to compare with.", infos(counterpart_fields()),
       true},
      {"correlation", Shape::list, "Rank correlations between uncertain inputs.",
       infos(correlation_fields())},
      {"what_if", Shape::list,
       "Other circumstances: only what differs. All share their random numbers with the base case.",
       infos(what_if_fields())},
      {"discover", Shape::table, "What `tranche discover` looks for.", infos(discover_fields())},
      {"sweep", Shape::table, "What `tranche sweep` varies, and what it tables.", sweep_fields()},
      {"allocate", Shape::table,
       "Which split `tranche allocate` decides, what should be best, and what must hold.",
       allocate_fields()},
  };
  return list;
}

const Section* find_section(std::string_view name) {
  const auto at = std::find_if(sections().begin(), sections().end(),
                               [&](const Section& section) { return section.name == name; });
  return at == sections().end() ? nullptr : &*at;
}

}  // namespace tranche
