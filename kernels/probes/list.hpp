// SPDX-License-Identifier: Apache-2.0

// The list of probes; a machine is a struct with a static function for each entry.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "kernels/probes/probes.hpp"

namespace tranche::kernels {

inline constexpr int max_attempts = 5;

// Appends the results of `run`, which returns the same probes each time. While one of its times is
// not believable, it is run again, twice as often each time, and the fastest time is kept. A result
// that was wrong once stays wrong.
template <class Run>
void run_believably(Run run, const ProbeSettings& settings, std::vector<ProbeResult>& results) {
  std::vector<ProbeResult> kept;
  run(settings, kept);
  const auto is_believable = [](const ProbeResult& r) { return r.is_believable(); };
  for (int attempt = 1; attempt < max_attempts; ++attempt) {
    if (std::all_of(kept.begin(), kept.end(), is_believable)) break;
    ProbeSettings more = settings;
    more.repeats = settings.repeats << attempt;
    more.takes_fastest = true;
    std::vector<ProbeResult> again;
    run(more, again);
    for (std::size_t k = 0; k < kept.size(); ++k) {
      again[k].correct = again[k].correct && kept[k].correct;
      const bool faster =
          again[k].seconds > 0 && (again[k].seconds < kept[k].seconds || !(kept[k].seconds > 0));
      if (!kept[k].is_believable() && faster) kept[k] = again[k];
      kept[k].correct = again[k].correct;
    }
  }
  results.insert(results.end(), kept.begin(), kept.end());
}

// Probes that are measured together, on the same arrays.
struct ProbeGroup {
  void (*run)(const ProbeSettings&, std::vector<ProbeResult>&);
  Probe first, last;
};

// Appends the results of a group. If it throws std::runtime_error, each of its probes gets a result
// with the reason.
inline void run_or_say_why(const ProbeGroup& group, const ProbeSettings& settings,
                           std::vector<ProbeResult>& results) {
  try {
    run_believably(group.run, settings, results);
  } catch (const std::runtime_error& error) {
    for (int p = static_cast<int>(group.first); p <= static_cast<int>(group.last); ++p) {
      ProbeResult failed;
      failed.probe = static_cast<Probe>(p);
      failed.failure = error.what();
      results.push_back(failed);
    }
  }
}

// Runs every probe of a machine in report order.
template <class Machine>
std::vector<ProbeResult> run_every_probe(const ProbeSettings& settings) {
  constexpr ProbeGroup groups[] = {{&Machine::streams, Probe::copy, Probe::dot},
                                   {&Machine::gather, Probe::gather, Probe::gather},
                                   {&Machine::sparse, Probe::spmv, Probe::spmv},
                                   {&Machine::stencil, Probe::stencil, Probe::stencil},
                                   {&Machine::gemv, Probe::gemv, Probe::gemv},
                                   {&Machine::attention, Probe::kv_attention, Probe::kv_attention},
                                   {&Machine::gemm, Probe::gemm, Probe::gemm}};
  std::vector<ProbeResult> results;
  for (const ProbeGroup& group : groups) run_or_say_why(group, settings, results);
  return results;
}

}  // namespace tranche::kernels
