// SPDX-License-Identifier: Apache-2.0

// What a row of memory-bound measurements ran: access pattern or workload of the catalogue by words
// of its name, and the amounts that its texts state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"

namespace tranche {

// Access pattern of a kernel measured by its bandwidth: "BabelStream Triad", "coalesced read".
std::optional<kernels::AccessPattern> pattern_of_kernel(std::string_view lower_name);

// The word that tells that links between chips or to the host were measured, not their memory:
// "nccl" of "nccl-tests all_reduce_perf"; empty if none does.
std::string_view word_of_links(std::string_view lower_name);

// Name of the catalogue's workload for a kernel measured in another unit: "HPCG", "SpMV",
// "Graph500 BFS"; nullptr if there is none.
const WorkloadEntry* workload_of_kernel(std::string_view lower_name, const Catalogue& catalogue);

// Bytes and operations that a text states for one unit of work: "24 B/element, 2 FLOP".
struct StatedIntensity {
  double bytes = 0;
  double flop = 0;
};
StatedIntensity stated_intensity(std::string_view text);

// Access pattern of unknown work by its bytes per unit, one 8-byte value per stream: one stream is
// read, two copied, three or four are a triad; tens of them are a lattice.
kernels::AccessPattern pattern_of_bytes(double bytes_per_unit);

// Cells of a cubic or stated grid: "256^3 cells", "512x512x256", "1e9 elements"; 0 if not stated.
double stated_units(std::string_view text);

// Populations of a lattice by its name: 19 of "D3Q19"; 0 if there is none.
double lattice_populations(std::string_view lower_name);

}  // namespace tranche
