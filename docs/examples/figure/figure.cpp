// SPDX-License-Identifier: Apache-2.0

// Simulates a scenario that is in no file, and prints one result with its band and unit.
//
//   figure [METRIC] [SECONDS]    Ctrl-C and the time limit cancel it
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sim/api/tranche.hpp"

namespace api = tranche::api;

constexpr const char* text = R"(
[scenario]
name = "in-memory"
start = "2026-01"
months = 12
draws = 50_000

[firms.acme]
power_cap = "120 MW"
availability = "0.85 to 0.97"

[tranches.first]
chip = "H200"
quantity = "60k to 90k"   # 90 % of the probability

[workloads.training]
kind = "training"
model = "llama-3.1-405b"
mfu = "0.30 to 0.50"
)";

int fail(const api::Error& error) {
  std::fputs(error.text().c_str(), stderr);
  return error.kind == api::ErrorKind::interrupted ? 3 : 1;
}

int main(int count, char** words) {
  const std::string metric = count > 1 ? words[1] : "training_flop_per_s";
  const double limit_s = count > 2 ? std::atof(words[2]) : 60.0;

  const auto data = api::Data::open(TRANCHE_DATA_DIR);
  if (!data) return fail(data.error());
  const auto scenario = api::Scenario::read_text(*data, {.text = text, .name = "in-memory.toml"});
  if (!scenario) return fail(scenario.error());

  std::atomic<bool> cancel = false;
  const auto start = std::chrono::steady_clock::now();
  api::RunOptions options;
  options.execution.device = api::Device::cpu;
  options.execution.cancel = &cancel;
  options.execution.progress = [&](std::uint64_t done, std::uint64_t total) {
    std::fprintf(stderr, "%3.0f %%\n",
                 100.0 * static_cast<double>(done) / static_cast<double>(total));
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    if (elapsed.count() > limit_s) cancel = true;
  };
  const auto results = api::run(*scenario, options);
  if (!results) return fail(results.error());

  const auto figure = results->at("base", "acme", results->months().back(), metric);
  if (!figure) return fail(figure.error());
  std::printf("%s of acme in %s: %.3g (%.3g to %.3g) %s\n", metric.c_str(),
              results->months().back().c_str(), figure->p50, figure->p05, figure->p95,
              figure->unit.c_str());
}
