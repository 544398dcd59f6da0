#include "sim/performance/calibration.hpp"

#include <gtest/gtest.h>

namespace tranche {
namespace {

using kernels::Probe;

const std::string data = std::string(TRANCHE_SOURCE_DIR) + "/scenarios";

const Catalogue& catalogue() {
  static const Catalogue one = read_catalogue(data);
  return one;
}

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
  const MemoryBoundModel model = read_memory_bound_model(data);
  ProbedDevice device;
  device.name = "NVIDIA H200";
  device.kind = "gpu";
  const Calibration c = calibrate(device, triad_and_copy(), catalogue(), model);
  ASSERT_NE(c.chip, nullptr);
  EXPECT_DOUBLE_EQ(c.bandwidth_bytes_per_s, 4.8e12);  // datasheet of the H200
  EXPECT_DOUBLE_EQ(c.lines[0].share_of_peak, 2.0 / 4.8);
  EXPECT_GT(*c.lines[0].predicted_bytes_per_s, 3.8e12);  // triads reach 80 % or more
}

TEST(Calibration, PredictsAnUnknownMachineFromItsTriad) {
  const MemoryBoundModel model = read_memory_bound_model(data);
  ProbedDevice device;
  device.name = "some processor";
  device.kind = "cpu";
  const Calibration c = calibrate(device, triad_and_copy(), catalogue(), model);
  EXPECT_EQ(c.chip, nullptr);
  EXPECT_DOUBLE_EQ(*c.lines[0].predicted_bytes_per_s, 2e12);  // the triad itself
  EXPECT_NE(calibration_toml(c).find("name = \"some-processor-measured\""), std::string::npos);
}

}  // namespace
}  // namespace tranche
