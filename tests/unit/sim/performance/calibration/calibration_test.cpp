// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/calibration/calibration.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using kernels::Probe;

using tests::catalogue;

std::string chip_name(const char* device) {
  const ChipEntry* chip = chip_of_device(catalogue(), device);
  return chip == nullptr ? "" : chip->name;
}

TEST(ChipOfDevice, KnowsTheNamesThatDriversGive) {
  EXPECT_EQ(chip_name("NVIDIA H100 80GB HBM3"), "H100-SXM");
  EXPECT_EQ(chip_name("NVIDIA H100 PCIe"), "H100-PCIe");
  EXPECT_EQ(chip_name("NVIDIA H200"), "H200-SXM");
  EXPECT_EQ(chip_name("NVIDIA H200 NVL"), "H200-NVL");
  EXPECT_EQ(chip_name("NVIDIA H20"), "H20");
  EXPECT_EQ(chip_name("NVIDIA A100-SXM4-40GB"), "A100-SXM-40GB");
  EXPECT_EQ(chip_name("NVIDIA B200"), "B200-SXM");
  EXPECT_EQ(chip_name("Intel(R) Xeon(R) Processor"), "");
}

std::vector<kernels::ProbeResult> triad_and_copy() {
  kernels::ProbeResult triad{Probe::triad, 1.0, 2e12, 1e11, true};
  kernels::ProbeResult copy{Probe::copy, 1.0, 1e12, 0, true};
  return {triad, copy};
}

TEST(Calibration, PredictsAKnownChipFromItsDatasheet) {
  const MemoryBoundModel model = read_memory_bound_model(tests::shipped_data());
  ProbedDevice device;
  device.name = "NVIDIA H200";
  device.kind = "gpu";
  const Calibration c = calibrate(device, triad_and_copy(), catalogue(), model);
  ASSERT_NE(c.chip, nullptr);
  EXPECT_DOUBLE_EQ(c.bandwidth_bytes_per_s, 4.8e12);  // datasheet of the H200
  EXPECT_DOUBLE_EQ(c.lines[0].share_of_peak, 2.0 / 4.8);
  EXPECT_GT(*c.lines[0].predicted_bytes_per_s, 3.8e12);  // triads reach 80 % or more
}

TEST(Calibration, PredictsAnUnknownMachineFromItsFastestStream) {
  const MemoryBoundModel model = read_memory_bound_model(tests::shipped_data());
  ProbedDevice device;
  device.name = "some processor";
  device.kind = "cpu";
  const Calibration c = calibrate(device, triad_and_copy(), catalogue(), model);
  EXPECT_EQ(c.chip, nullptr);
  EXPECT_DOUBLE_EQ(*c.lines[0].predicted_bytes_per_s, 2e12);  // the triad itself
  EXPECT_NE(calibration_toml(c).find("name = \"some-processor-measured\""), std::string::npos);
}

// Regression: the copy of one machine was at 121 % of the peak that its triad implied.
TEST(Calibration, HasNoStreamOfAnUnknownMachineAboveItsPeak) {
  std::vector<kernels::ProbeResult> results = triad_and_copy();
  results[1].counted_bytes = 1.5 * results[0].counted_bytes;
  const Calibration c =
      calibrate({.name = "some processor", .kind = "cpu", .software = "", .date = ""}, results,
                catalogue(), read_memory_bound_model(tests::shipped_data()));
  EXPECT_LE(c.lines[1].share_of_peak, 1.0);
  EXPECT_DOUBLE_EQ(*c.lines[1].predicted_bytes_per_s, 3e12);  // the copy itself
}

// Regression: a busy machine gave 0.0 GB/s.
TEST(Calibration, LeavesOutWhatIsTooSlowToBelieve) {
  const MemoryBoundModel model = read_memory_bound_model(tests::shipped_data());
  std::vector<kernels::ProbeResult> results = triad_and_copy();
  results.push_back({Probe::gather, 1.0, 2e6, 0, true});
  results.push_back({Probe::gemm, 1.0, 1e6, 1e7, true, "fp32"});
  const Calibration c = calibrate({.name = "a", .kind = "cpu", .software = "", .date = ""}, results,
                                  catalogue(), model);
  const std::string entry = calibration_toml(c);
  EXPECT_NE(entry.find("copy 0."), std::string::npos) << entry;
  EXPECT_NE(entry.find("left out, too slow to believe: gather, gemm"), std::string::npos) << entry;
  EXPECT_EQ(entry.find(" 0.0 G"), std::string::npos) << entry;
  EXPECT_EQ(entry.find("measured_rate"), std::string::npos) << entry;
  const std::string table = aligned_text(calibration_table(c));
  EXPECT_EQ(table.find(" 0.0 G"), std::string::npos) << table;
}

// Regression: in bytes, the product of a slow processor rounded to 0.0 GB/s.
TEST(Calibration, ShowsSmallRatesWithTwoDigits) {
  std::vector<kernels::ProbeResult> results = triad_and_copy();
  results.push_back({Probe::gemm, 1.0, 2.34e7, 1e9, true, "fp32"});
  const Calibration c = calibrate({.name = "a", .kind = "cpu", .software = "", .date = ""}, results,
                                  catalogue(), read_memory_bound_model(tests::shipped_data()));
  const std::string table = aligned_text(calibration_table(c));
  EXPECT_NE(table.find("0.023 GB/s"), std::string::npos) << table;
}

TEST(Calibration, TakesTheProductAtItsFastestEdge) {
  std::vector<kernels::ProbeResult> results = triad_and_copy();
  for (const std::size_t edge : {256u, 1024u, 512u}) {
    const double size = static_cast<double>(edge);
    results.push_back({Probe::gemm, 1.0, 1e9, 1e10 * size, true, "bf16", edge});
  }
  const Calibration c = calibrate({.name = "a", .kind = "cpu", .software = "", .date = ""}, results,
                                  catalogue(), read_memory_bound_model(tests::shipped_data()));
  EXPECT_NE(calibration_toml(c).find("bf16 = { value = \"10240.0 GFLOP/s\""), std::string::npos)
      << calibration_toml(c);
  EXPECT_NE(csv_text(calibration_table(c)).find("\ngemm,1024,"), std::string::npos);
}

TEST(Calibration, NamesWhatCouldNotRun) {
  std::vector<kernels::ProbeResult> results = triad_and_copy();
  kernels::ProbeResult gemm;
  gemm.probe = Probe::gemm;
  gemm.failure = "libcublas.so.13 was not found";
  results.push_back(gemm);
  const Calibration c = calibrate({.name = "a", .kind = "cpu", .software = "", .date = ""}, results,
                                  catalogue(), read_memory_bound_model(tests::shipped_data()));
  EXPECT_NE(aligned_text(calibration_table(c)).find("failed: libcublas.so.13 was not found"),
            std::string::npos);
  EXPECT_NE(calibration_toml(c).find("could not run: gemm"), std::string::npos);
  EXPECT_EQ(calibration_toml(c).find("measured_rate"), std::string::npos);
}

TEST(Calibration, NeedsATriadOfAnUnknownMachine) {
  const MemoryBoundModel model = read_memory_bound_model(tests::shipped_data());
  const std::vector<kernels::ProbeResult> slow = {{Probe::triad, 1.0, 2e6, 1e5, true}};
  const ProbedDevice unknown{.name = "a", .kind = "cpu", .software = "", .date = ""};
  EXPECT_THROW(calibrate(unknown, slow, catalogue(), model), std::runtime_error);
}

// Regression: it was reported as too slow to believe.
TEST(Calibration, SaysWhyTheTriadOfAnUnknownMachineCouldNotRun) {
  kernels::ProbeResult triad;
  triad.probe = Probe::triad;
  triad.failure = "no memory left";
  try {
    calibrate({.name = "a", .kind = "cpu", .software = "", .date = ""}, {triad}, catalogue(),
              read_memory_bound_model(tests::shipped_data()));
    FAIL() << "there is no bandwidth to predict from";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the triad could not run: no memory left");
  }
}

}  // namespace
}  // namespace tranche
