// SPDX-License-Identifier: Apache-2.0

// allocation.csv, allocation_gain.csv and allocation.json.
#include <fmt/format.h>

#include <iterator>

#include "sim/results/json_head.hpp"
#include "sim/studies/allocate/flatness.hpp"
#include "sim/text/json_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

Json split_json(const AllocationResult& result, const AllocationSplit& split) {
  Json shares, objectives;
  for (std::size_t p = 0; p < result.names.size(); ++p) shares[result.names[p]] = split.shares[p];
  for (std::size_t o = 0; o < result.objectives.size(); ++o)
    objectives[result.objectives[o].name] = json_number(split.objectives[o]);
  Json limits = Json::array();
  for (const double value : split.limits) limits.push_back(json_number(value));
  return {{"shares", shares},
          {"objectives", objectives},
          {"constraints", limits},
          {"shortfall", json_number(split.shortfall)},
          {"shortfall_error", json_number(split.shortfall_error)}};
}

template <class Wanted>
Json flatness_json(const AllocationResult& result, Wanted wanted) {
  Json shares;
  const std::vector<ShareRange> own = share_ranges(result, wanted);
  for (std::size_t p = 0; p < own.size(); ++p)
    shares[result.names[p]] = {{"least", own[p].low}, {"most", own[p].high}};
  return {{"splits", count_of(result, wanted)}, {"shares", shares}};
}

}  // namespace

std::string allocation_csv(const AllocationResult& result) {
  std::string out = "rank";
  for (const std::string& name : result.names) out += "," + csv_field("share_" + name);
  for (const AllocationObjective& objective : result.objectives)
    out += "," + csv_field(objective.name);
  out += ",feasible,violated,shortfall,shortfall_error,as_good,within_1_percent,pareto\n";
  std::size_t rank = 0;
  for (const AllocationSplit& split : result.splits) {
    out += std::to_string(++rank);
    for (const double share : split.shares)
      fmt::format_to(std::back_inserter(out), ",{:.7g}", share);
    for (std::size_t o = 0; o < result.objectives.size(); ++o)
      out += split.objectives.empty() ? "," : fmt::format(",{:.7g}", split.objectives[o]);
    std::string violated;
    for (std::size_t k = 0; k < result.limit_labels.size(); ++k)
      if ((split.violated >> k & 1u) != 0)
        violated += (violated.empty() ? "" : "; ") + result.limit_labels[k];
    const bool feasible = split.violated == 0;
    out += fmt::format(",{},{}", feasible ? 1 : 0, csv_field(violated));
    out += feasible ? fmt::format(",{:.7g},{:.7g},{},{},{}\n", split.shortfall,
                                  split.shortfall_error, int{split.is_as_good},
                                  int{split.is_within_1_percent}, int{split.is_on_front})
                    : std::string(",,,,,\n");
  }
  return out;
}

std::string allocation_gain_csv(const AllocationResult& result) {
  std::string out = "over";
  for (const std::string& name : result.names) out += "," + csv_field("share_" + name);
  out += ",feasible,objective,value,best_value,difference,mean,p05,p50,p95,share_better\n";
  for (const AllocationGain& gain : result.gains) {
    out += gain.over;
    for (const double share : gain.shares)
      fmt::format_to(std::back_inserter(out), ",{:.7g}", share);
    fmt::format_to(std::back_inserter(out),
                   ",{},{},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g}\n",
                   gain.violated == 0 ? 1 : 0, csv_field(result.objectives[0].name), gain.value,
                   result.best().objectives[0], gain.difference, gain.draws.mean, gain.draws.p05,
                   gain.draws.p50, gain.draws.p95, gain.share_better);
  }
  return out;
}

std::string allocation_json(const AllocationResult& result) {
  Json json = json_head();
  json["started_utc"] = result.started_utc;
  json["scenario"] = {{"name", result.scenario}, {"title", result.title}};
  json["split"] = result.spec.split;
  json["among"] = result.names;
  json["together"] = Json::array();
  for (const DecidedSplit& split : result.together)
    json["together"].push_back(
        {{"split", split.split}, {"among", split.names}, {"shares", split.shares}});
  json["rounds"] = result.rounds;
  json["parts"] = result.spec.parts;
  json["draws"] = result.draws;
  json["seed"] = result.seed;
  json["threads"] = result.threads;
  json["seconds_simulation"] = json_number(result.seconds_simulation);
  json["seconds_search"] = json_number(result.seconds_search);
  json["splits"] = result.candidates;
  json["feasible"] = result.feasible;
  json["objectives"] = Json::array();
  for (const AllocationObjective& objective : result.objectives)
    json["objectives"].push_back(
        {{"name", objective.name},
         {"what", objective.label},
         {"unit", objective.unit},
         {"better", objective.better == Better::lower ? "lower" : "higher"},
         {"relative_to_equal_split", objective.is_relative}});
  json["constraints"] = result.limit_labels;
  json["best"] = split_json(result, result.best());
  json["refined"] = split_json(result, result.refined);
  json["refinement"] = result.refinement;
  json["as_good"] = flatness_json(result, is_as_good);
  json["within_1_percent"] = flatness_json(result, is_within);
  json["gains"] = Json::array();
  for (const AllocationGain& gain : result.gains)
    json["gains"].push_back({{"over", gain.over},
                             {"shares", gain.shares},
                             {"value", json_number(gain.value)},
                             {"difference", json_number(gain.difference)},
                             {"mean", json_number(gain.draws.mean)},
                             {"p05", json_number(gain.draws.p05)},
                             {"p50", json_number(gain.draws.p50)},
                             {"p95", json_number(gain.draws.p95)},
                             {"share_better", json_number(gain.share_better)}});
  json["pareto"] = Json::array();
  for (const AllocationSplit& split : result.splits)
    if (split.is_on_front) json["pareto"].push_back(split_json(result, split));
  json["input_files"] = input_files_json(result.inputs);
  return json_text(json);
}

}  // namespace tranche
