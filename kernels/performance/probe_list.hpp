// The list of probes, once: a machine is a struct with a static function for each entry.
#pragma once

#include <vector>

#include "kernels/performance/probes.hpp"

namespace tranche::kernels {

// Runs every probe of a machine in the order of the reports.
template <class Machine>
std::vector<ProbeResult> run_every_probe(const ProbeSettings& settings) {
  constexpr void (*all[])(const ProbeSettings&, std::vector<ProbeResult>&) = {
      &Machine::streams, &Machine::gather,    &Machine::sparse, &Machine::stencil,
      &Machine::gemv,    &Machine::attention, &Machine::gemm};
  std::vector<ProbeResult> results;
  for (const auto run : all) run(settings, results);
  return results;
}

}  // namespace tranche::kernels
