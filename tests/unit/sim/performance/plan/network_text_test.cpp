// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/network_text.hpp"

#include <gtest/gtest.h>

namespace tranche {
namespace {

double per_chip(const char* text, double chips = 8) {
  return network_bytes_per_s_per_chip(text, chips).value_or(-1);
}

TEST(NetworkText, ReadsCountsRatesAndUnits) {
  EXPECT_EQ(per_chip("8x400Gb/s NDR IB"), 50e9);
  EXPECT_EQ(per_chip("8x400G NDR"), 50e9);
  EXPECT_EQ(per_chip("8 x 200 Gb/s HDR"), 25e9);
  EXPECT_EQ(per_chip("4x100Gb/s RoCE"), 6.25e9);
  EXPECT_EQ(per_chip("32x100Gb/s EFA (p5.48xlarge 3200 Gb/s)"), 50e9);
  EXPECT_EQ(per_chip("8x(2x200Gb/s) RoCEv2 = 500GB/s NIC per node"), 50e9);
  EXPECT_EQ(per_chip("n/a inside NVL72; 4x400/800Gb/s IB per tray beyond", 4), 50e9);
}

TEST(NetworkText, DividesTheRateOfANode) {
  EXPECT_EQ(per_chip("800 Gb/s per node (stated)"), 12.5e9);
  EXPECT_EQ(per_chip("400 Gb/s per GPU (8x400Gb/s), type not stated"), 50e9);
  EXPECT_EQ(per_chip("200Gb/s HDR IB (DGX A100)"), 25e9) << "one adapter for each chip";
}

TEST(NetworkText, SaysNothingOfUnknownLinks) {
  EXPECT_FALSE(network_bytes_per_s_per_chip("unknown", 8));
  EXPECT_FALSE(network_bytes_per_s_per_chip("", 8));
  EXPECT_FALSE(network_bytes_per_s_per_chip("n/a (single node)", 8));
  EXPECT_FALSE(network_bytes_per_s_per_chip("NVL72 domain", 4));
}

TEST(NetworkText, ReadsScaleUpLinks) {
  EXPECT_EQ(scale_up_from_text("NVLink4 900GB/s").bytes_per_s, 450e9);
  EXPECT_EQ(scale_up_from_text("NVLink 400GB/s (H800/A800)").bytes_per_s, 200e9);
  const ScaleUpText rack = scale_up_from_text("NVLink5 1800GB/s (NVL72 domain)");
  EXPECT_EQ(rack.bytes_per_s, 900e9);
  EXPECT_EQ(rack.chips, 72);
  EXPECT_FALSE(scale_up_from_text("PCIe").bytes_per_s);
}

}  // namespace
}  // namespace tranche
