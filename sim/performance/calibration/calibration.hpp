// SPDX-License-Identifier: Apache-2.0

// Results of the probes on a machine: comparison with the model's predictions, and an entry for the
// catalogue of chips.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/probes/probes.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// The probed machine.
struct ProbedDevice {
  std::string name;      // as reported by the driver or the system: "NVIDIA H200"
  std::string kind;      // "cpu" or "gpu"
  std::string software;  // compiler or driver
  std::string date;      // "2026-11-22"
  double memory_bytes = 0;
  std::size_t probed_bytes = 0;
};

struct CalibrationLine {
  kernels::ProbeResult measured;
  std::optional<double> predicted_bytes_per_s;  // empty: compute-bound, or not believable
  double share_of_peak = 0;                     // of Calibration::bandwidth_bytes_per_s
};

struct Calibration {
  ProbedDevice device;
  const ChipEntry* chip = nullptr;   // catalogue entry; nullptr if the device is not listed
  double bandwidth_bytes_per_s = 0;  // datasheet, or implied by the fastest stream
  std::vector<CalibrationLine> lines;
};

// Returns the catalogue's chip of a device: the longest name or alias whose words are all in the
// device's name ("NVIDIA H100 80GB HBM3" is H100); nullptr if there is none.
const ChipEntry* chip_of_device(const Catalogue& catalogue, const std::string& device);

// Compares predictions with the measurements. A chip of the catalogue is predicted from its
// datasheet; for any other the peak bandwidth is implied by the fastest measured stream, so that
// only ratios to it are predictions. A probe that failed or whose time is not believable has no
// prediction and is left out of the entry. For an unknown machine, throws std::runtime_error with
// the reason if the triad cannot run or no stream is believable.
Calibration calibrate(const ProbedDevice& device, const std::vector<kernels::ProbeResult>& results,
                      const Catalogue& catalogue, const MemoryBoundModel& model);

// Table by probe: edge of a product, measured and predicted bytes/s, error, fraction of peak,
// flop/s, correctness of the result or reason for the failure, and in CSV and JSON the seconds of a
// run.
TextTable calibration_table(const Calibration& calibration);

// Entry in the form of scenarios/catalogue/chips.toml; rates are measured, for the product at its
// fastest edge.
std::string calibration_toml(const Calibration& calibration);

}  // namespace tranche
