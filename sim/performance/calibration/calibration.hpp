// SPDX-License-Identifier: Apache-2.0

// What the probes found on a machine: beside what the model predicts, and as an entry for
// the catalogue of chips.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/probes/probes.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// The machine that was probed.
struct ProbedDevice {
  std::string name;      // as it calls itself: "NVIDIA H200"
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
  const ChipEntry* chip = nullptr;   // of the catalogue; nullptr when it does not list the device
  double bandwidth_bytes_per_s = 0;  // datasheet, or what the fastest stream implies
  std::vector<CalibrationLine> lines;
};

// The catalogue's chip of a device: the longest name or alias whose words are all words of
// the device's name ("NVIDIA H100 80GB HBM3" is H100); nullptr when there is none.
const ChipEntry* chip_of_device(const Catalogue& catalogue, const std::string& device);

// Sets predictions beside the measurements. A chip of the catalogue is predicted from its
// datasheet; for any other the peak bandwidth is what the fastest measured stream implies, so that
// only the ratios of the other probes to it are predictions. A probe whose time is not believable
// has no prediction and is left out of the entry, as is one that could not run. Of an unknown
// machine, throws std::runtime_error with the reason where the triad cannot run or no stream is
// believable.
Calibration calibrate(const ProbedDevice& device, const std::vector<kernels::ProbeResult>& results,
                      const Catalogue& catalogue, const MemoryBoundModel& model);

// probe, edge of a product, measured and predicted bytes/s, error, share of peak, flop/s, whether
// the result was right or why the probe failed, and for programs the seconds of a run.
TextTable calibration_table(const Calibration& calibration);

// The entry in the form of scenarios/catalogue/chips.toml; rates are measured ones, that of the
// product at its fastest edge.
std::string calibration_toml(const Calibration& calibration);

}  // namespace tranche
