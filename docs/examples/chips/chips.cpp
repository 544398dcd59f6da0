// SPDX-License-Identifier: Apache-2.0

// Two chips side by side: the best plan of a training job, and serving.
//
//   chips [CHIP] [CHIP]    H100 and H200 unless named
#include <cstdio>
#include <string>

#include "sim/api/tranche.hpp"

namespace api = tranche::api;

int fail(const api::Error& error) {
  std::fputs(error.text().c_str(), stderr);
  return 1;
}

// Prints the fastest plan of the job; returns its exit status.
int print_plan(const api::Data& data, const std::string& chip) {
  const auto plans = api::plan(data, {.model = "llama-3.1-70b",
                                      .chip = chip,
                                      .chips = 1024,
                                      .top = 1,
                                      .device = api::Device::cpu});
  if (!plans) return fail(plans.error());
  if (plans->best().empty()) {
    std::printf("train %s: no plan: %s\n", chip.c_str(), plans->why_none().c_str());
    return 0;
  }
  const api::Plan& best = plans->best().front();
  std::printf(
      "train %s: %.0f tokens/s, MFU %.1f %%, step %.2f s (compute %.2f s, network %.2f s), "
      "%.0f of %.0f GB: %s\n",
      chip.c_str(), best.tokens_per_s, 100 * best.mfu, best.step_s, best.compute_s, best.network_s,
      best.memory_bytes / 1e9, best.memory_capacity_bytes / 1e9, best.description.c_str());
  return 0;
}

// Prints what one chip serves; returns its exit status.
int print_serving(const api::Data& data, const std::string& chip) {
  const auto served = api::serve(data, {.model = "llama-3.1-70b",
                                        .chip = chip,
                                        .options = {.input_tokens = 2048, .output_tokens = 512}});
  if (!served) return fail(served.error());
  std::printf("serve %s: %.0f tokens/s per chip, TPOT %.1f ms, %s, bound by %s (%s); %s\n",
              chip.c_str(), served->tokens_per_s_per_chip, 1e3 * served->tpot_s,
              served->layout.c_str(), served->bound.c_str(), served->why.c_str(),
              served->memory.c_str());
  return 0;
}

int main(int count, char** words) {
  const std::string chips[] = {count > 1 ? words[1] : "H100-SXM", count > 2 ? words[2] : "H200"};
  const auto data = api::Data::open(TRANCHE_DATA_DIR);
  if (!data) return fail(data.error());
  for (const std::string& chip : chips)
    if (print_plan(*data, chip) != 0) return 1;
  for (const std::string& chip : chips)
    if (print_serving(*data, chip) != 0) return 1;
}
