// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/trained_format.hpp"

#include <gtest/gtest.h>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {
namespace {

kernels::ChipParams chip(const char* name) {
  return chip_params(
      *read_catalogue(std::string(TRANCHE_SOURCE_DIR) + "/scenarios").find_chip(name));
}

// Datasheets: an A100 has no 8-bit floating-point rate, an H100 twice that of its 16-bit one.
TEST(TrainedFormat, IsWidenedToBf16WithAReason) {
  const auto format = trained_format("fp8", "A100-SXM", chip("A100-SXM"));
  ASSERT_TRUE(format.has_value());
  EXPECT_EQ(format->precision, "bf16");
  EXPECT_EQ(format->widened, "A100-SXM has no fp8 rate");
  EXPECT_EQ(trained_format("fp8", "H100-SXM", chip("H100-SXM"))->widened, "");
}

TEST(TrainedFormat, BestIsTheFasterOfTwo) {
  EXPECT_EQ(trained_format("best", "A100-SXM", chip("A100-SXM"))->precision, "bf16");
  EXPECT_EQ(trained_format("best", "H100-SXM", chip("H100-SXM"))->precision, "fp8");
}

TEST(TrainedFormat, IsEmptyForUnknownWordsAndChipsWithoutRates) {
  EXPECT_FALSE(trained_format("bf17", "H100-SXM", chip("H100-SXM")).has_value());
  EXPECT_FALSE(trained_format("bf16", "none", kernels::ChipParams{}).has_value());
  EXPECT_FALSE(trained_format("best", "none", kernels::ChipParams{}).has_value());
}

}  // namespace
}  // namespace tranche
