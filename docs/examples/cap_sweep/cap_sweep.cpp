// SPDX-License-Identifier: Apache-2.0

// What a cap on the chips that one firm may buy does: a sweep, as a table.
//
//   cap_sweep [CAP...]    chips, for example 20000 40000
#include <cstdio>
#include <string>

#include "sim/api/tranche.hpp"

namespace api = tranche::api;

constexpr const char* base = R"(
[scenario]
name = "cap"
start = "2026-01"
months = 12
draws = 4000
headline = { metric = "chips_delivered" }

[levers]
cap = 50_000

[firms.acme]
[firms.other]

[tranches.first]
chip = "H200"
quantity = "60k to 90k"
split = { acme = 0.7, other = 0.3 }
permissions = ["export"]

[licences.export]
probability = 1.0
delay = "0 months"
per_buyer_cap = "levers.cap"

[workloads.training]
kind = "training"
model = "llama-3.1-405b"
mfu = "0.30 to 0.50"

[[sweep.axis]]
name = "cap"
path = "levers.cap"
)";

int fail(const api::Error& error) {
  std::fputs(error.text().c_str(), stderr);
  return 1;
}

int main(int count, char** words) {
  std::string values = count > 1 ? "" : "20000, 40000, 60000";
  for (int i = 1; i < count; ++i) values += std::string(i > 1 ? ", " : "") + words[i];

  const auto data = api::Data::open(TRANCHE_DATA_DIR);
  if (!data) return fail(data.error());
  const std::string text = base + ("values = [" + values + "]\n");
  const auto scenario = api::Scenario::read_text(*data, {.text = text, .name = "cap.toml"});
  if (!scenario) return fail(scenario.error());
  const auto results = api::sweep(*scenario, {.execution = {.device = api::Device::cpu}});
  if (!results) return fail(results.error());

  const api::Table& table = results->table();
  std::printf("%10s  %-6s  %-8s  %10s  %10s  %10s\n", "cap", "firm", "month", "p05", "p50", "p95");
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto number = [&](const char* column) { return table.number(row, column)->value_or(0); };
    std::printf("%10s  %-6s  %-8s  %10.0f  %10.0f  %10.0f %s\n", table.text(row, "cap")->c_str(),
                table.text(row, "firm")->c_str(), table.text(row, "month")->c_str(), number("p05"),
                number("p50"), number("p95"), table.text(row, "unit")->c_str());
  }
}
