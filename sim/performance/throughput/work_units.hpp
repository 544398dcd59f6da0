// SPDX-License-Identifier: Apache-2.0

// Units in which memory-bound work is reported, as benchmarks print them: "MBytes/sec", "GiB/s",
// "MLUP/s", "GFLOP/s", "GTEPS".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {

// Bytes per second of one of the unit; empty when it is no bandwidth. "GB/s" is 1e9, "GiB/s" 2^30.
std::optional<double> bandwidth_unit_bytes_per_s(std::string_view unit);

// Lattice cells per second of one of the unit: "MLUPs/s", "GLUP/s", "million lattice updates/s".
std::optional<double> lattice_unit_per_s(std::string_view unit);

// Operations per second of one of the unit: "GFLOP/s", "TFLOPS".
std::optional<double> operations_unit_per_s(std::string_view unit);

// Edges per second of one of the unit: "GTEPS", "MTEPS".
std::optional<double> edges_unit_per_s(std::string_view unit);

// Samples or queries per second of one of the unit: "samples/s", "queries/s".
std::optional<double> samples_unit_per_s(std::string_view unit);

// A rate of a workload in the unit that people compare: "358 GFLOP/s" for HPCG rows; empty where
// the workload names none.
std::string customary_text(const WorkloadEntry& workload, double units_per_s);

}  // namespace tranche
