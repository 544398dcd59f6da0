// SPDX-License-Identifier: Apache-2.0

// Units of memory-bound work in benchmark outputs: "MBytes/sec", "GiB/s", "MLUPs", "GFLOP/s",
// "GTEPS", "ms", "% of peak". One table of prefixes and base units reads all spellings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {

enum class WorkUnitKind {
  bandwidth,   // bytes per second
  cells,       // cells, sites or grid points per second
  operations,  // operations per second
  edges,       // edges per second
  samples,     // samples, queries or images per second
  items,       // lookups, rows, elements, probes, options per second
  steps,       // passes over the whole problem per second
  time,        // seconds of one pass
  share        // fraction of the peak bandwidth
};

struct WorkUnit {
  WorkUnitKind kind = WorkUnitKind::bandwidth;
  double one = 1;  // in bytes/s, cells/s, ..., seconds, or 1 for the whole peak
};

// Reads "GB/s", "GiB/sec", "MLUPs", "million lattice updates/s", "Gcells/s", "TFLOPS", "us",
// "% of peak". Empty if the text is no unit of work, or counts bits ("Gb/s", "Gbps").
std::optional<WorkUnit> work_unit(std::string_view text);

// Spellings to show as help, of these kinds: "GB/s, GiB/s, TB/s; MLUPs, GLUP/s, Mcells/s".
std::string work_unit_examples(const std::vector<WorkUnitKind>& kinds);

// A workload's rate in its customary unit: "358 GFLOP/s" for HPCG rows; empty if it has none.
std::string customary_text(const WorkloadEntry& workload, double units_per_s);

}  // namespace tranche
