// SPDX-License-Identifier: Apache-2.0

// Power of a chip's part of a server, if the scenario has no `server_overhead`.
#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/read/scenario_builder.hpp"

namespace tranche {
namespace {

// Server power over the sum of its chips' TDP, if no server power is known.
constexpr double assumed_overhead = 1.8;
constexpr std::string_view overhead_source =
    "assumed: NVIDIA's DGX H100 has 10.2 kW for 8 x 700 W, 1.8 times the TDP of its chips";

// Empty if neither server power nor TDP is known.
std::optional<Input> watts_of(const ChipEntry& chip) {
  const MaybeNumber& known = chip.server_w ? chip.server_w : chip.tdp_w;
  if (!known) return std::nullopt;
  Input input;
  input.path = fmt::format("catalogue.chips.{}.server_power", chip.name);
  input.variable = input.path;
  input.is_default = true;
  input.kind = UnitKind::watts;
  input.unit = "W";
  input.as_of = known->as_of;
  input.where = known->where;
  if (chip.server_w) {
    input.distribution = constant(known->value);
    input.text = known->text;
    input.source = known->source;
    input.confidence = known->confidence;
    input.note = known->note;
  } else {
    input.distribution = constant(assumed_overhead * known->value);
    input.text = fmt::format("{} x {} TDP", assumed_overhead, known->text);
    input.source = fmt::format("{}; TDP: {}", overhead_source, known->source);
  }
  return input;
}

}  // namespace

void build_server_power(Scenario& scenario, ReadContext& context) {
  const auto add = [&](const std::string& name) {
    const ChipEntry* const chip = context.catalogue.find_chip(name);
    const bool is_there = std::any_of(scenario.server_power.begin(), scenario.server_power.end(),
                                      [&](const ServerPower& power) { return power.chip == name; });
    if (chip == nullptr || is_there) return;
    const std::optional<Input> watts = watts_of(*chip);
    if (!watts) return;
    scenario.server_power.push_back({name, *watts});
    // Not a key: a line in the form of a comment.
    context.resolved.push_back(
        {.path = fmt::format("# server power of {}", name),
         .text = fmt::format("{:.6g} W ({})", watts->distribution.parameters.front(), watts->text),
         .where = watts->where});
  };
  for (const Firm& firm : scenario.firms) {
    if (firm.server_overhead) continue;
    for (const Stock& stock : firm.stock) add(stock.chip);
    for (const Tranche& tranche : scenario.tranches) {
      const bool gets =
          std::any_of(tranche.split.entries.begin(), tranche.split.entries.end(),
                      [&](const Shares::Entry& entry) { return entry.name == firm.name; });
      if (gets) add(tranche.chip);
    }
  }
}

}  // namespace tranche
