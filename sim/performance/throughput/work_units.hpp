// SPDX-License-Identifier: Apache-2.0

// Units of memory-bound work in benchmark outputs: "MBytes/sec", "GiB/s", "MLUP/s", "GFLOP/s",
// "GTEPS".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// Bytes per second of one unit; empty if it is not a bandwidth. "GB/s" is 1e9, "GiB/s" 2^30.
std::optional<double> bandwidth_unit_bytes_per_s(std::string_view unit);

// Lattice cells per second of one unit: "MLUPs/s", "GLUP/s", "million lattice updates/s".
std::optional<double> lattice_unit_per_s(std::string_view unit);

// Operations per second of one unit: "GFLOP/s", "TFLOPS".
std::optional<double> operations_unit_per_s(std::string_view unit);

// Edges per second of one unit: "GTEPS", "MTEPS".
std::optional<double> edges_unit_per_s(std::string_view unit);

// Samples or queries per second of one unit: "samples/s", "queries/s".
std::optional<double> samples_unit_per_s(std::string_view unit);

// A workload's rate in its customary unit: "358 GFLOP/s" for HPCG rows; empty if it has none.
std::string customary_text(const WorkloadEntry& workload, double units_per_s);

}  // namespace tranche
