// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using tests::catalogue;

ChipStatus status(const std::string& rule, const std::string& chip) {
  const RuleVintage* vintage = catalogue().find_rule(rule);
  const ChipEntry* entry = catalogue().find_chip(chip);
  if (vintage == nullptr || entry == nullptr) throw std::runtime_error(rule + " " + chip);
  return status_under(*vintage, *entry);
}

TEST(Rules, OctoberTwentyTwoCatchesFastAndWellConnectedChips) {
  EXPECT_EQ(status("2022-10", "A100").controlled, Verdict::yes);
  EXPECT_EQ(status("2022-10", "H100").controlled, Verdict::yes);
  // 400 GB/s of NVLink instead of 600 or 900: designed to comply
  EXPECT_EQ(status("2022-10", "A800").controlled, Verdict::no);
  EXPECT_EQ(status("2022-10", "H800").controlled, Verdict::no);
}

TEST(Rules, OctoberTwentyThreeCatchesThemByPerformanceAlone) {
  for (const char* chip : {"A800", "H800", "H100", "H200", "L40S"}) {
    EXPECT_EQ(status("2023-10", chip).controlled_by, "3A090.a") << chip;
    EXPECT_EQ(status("2023-10", chip).eligible, Verdict::no) << chip;
  }
  // TPP 2368 is below 2400 and 2.91 TPP/mm2 below 3.2
  EXPECT_EQ(status("2023-10", "H20").controlled, Verdict::no);
}

TEST(Rules, LetterOfAprilTwentyFiveReachesTheH20) {
  EXPECT_EQ(status("2024-12", "H20").controlled, Verdict::no);
  EXPECT_EQ(status("2025-04", "H20").controlled_by, "H20 letter");
  EXPECT_EQ(status("2025-04-letter", "H20").controlled_by, "H20 letter");
  // a licence is needed; the letter does not state what is granted
  EXPECT_EQ(status("2025-04", "H20").eligible, Verdict::unknown);
}

TEST(Rules, WindowOfJanuaryTwentySixHasTheRightEdges) {
  for (const char* chip : {"H200", "H100", "MI300X", "MI325X"}) {
    EXPECT_EQ(status("2026-01", chip).eligible, Verdict::yes) << chip;
    EXPECT_EQ(status("2026-01", chip).controlled, Verdict::yes) << chip;
  }
  for (const char* chip : {"B200", "B300", "B30A", "GB200", "Gaudi3", "MI355X", "TPU-v7"}) {
    EXPECT_EQ(status("2026-01", chip).eligible, Verdict::no) << chip;
  }
}

TEST(Rules, TariffBandsHoldTheChipsTheyWereDrawnFor) {
  EXPECT_EQ(status("2026-01", "H200").tariff_band, "Section 232 band 1");
  EXPECT_EQ(status("2026-01", "H200").tariff_rate, 0.25);
  EXPECT_EQ(status("2026-01", "GH200-144GB").tariff_band, "Section 232 band 1");
  EXPECT_EQ(status("2026-01", "MI325X").tariff_band, "Section 232 band 2");
  for (const char* chip : {"H200-NVL", "H100", "H20", "MI300X", "B200"}) {
    EXPECT_EQ(status("2026-01", chip).tariff_rate, 0) << chip;
  }
}

TEST(Rules, CapOnAggregateTppIsHalf) {
  const RuleVintage* rule = catalogue().find_rule("2026-01");
  ASSERT_TRUE(rule->aggregate_tpp_share);
  EXPECT_EQ(rule->aggregate_tpp_share->value, 0.5);
}

TEST(Rules, BillWouldReachTheH200ByItsBandwidth) {
  // 4.8 TB/s against 4.1; the H20's 4.0 + 0.9 stay below 5.0
  EXPECT_EQ(status("proposed-bill", "H200").controlled, Verdict::yes);
  EXPECT_EQ(status("proposed-bill", "H20").controlled, Verdict::no);
}

TEST(Rules, MissingFigureLeavesTheVerdictOpen) {
  // TPP 4400 is below 4800; 3A090 depends on an unpublished die area
  EXPECT_EQ(status("2023-10", "TPU-v4").controlled, Verdict::unknown);
  EXPECT_EQ(status("2023-10", "TPU-v4").eligible, Verdict::unknown);
  EXPECT_EQ(status("2023-10", "T-Head-PPU").controlled, Verdict::unknown);
}

TEST(Rules, OneFailedTestDecidesWhateverElseIsMissing) {
  ChipEntry chip;
  chip.dense_flop_per_s["bf16"].value = 100e12;  // TPP 1600
  RuleProvision provision;
  provision.any_of = {{{.figure = "tpp", .op = ">=", .value = 4800, .text = ""},
                       {.figure = "scale_up", .op = ">=", .value = 600e9, .text = ""}}};
  EXPECT_EQ(applies(provision, chip), Verdict::no);
  chip.dense_flop_per_s["bf16"].value = 300e12;  // TPP 4800: reaches the limit
  EXPECT_EQ(applies(provision, chip), Verdict::unknown);
  chip.scale_up_bytes_per_s = SourcedNumber{};
  chip.scale_up_bytes_per_s->value = 600e9;
  EXPECT_EQ(applies(provision, chip), Verdict::yes);
}

TEST(Rules, ConsumerCardBelowTheLimitIsExempt) {
  ChipEntry card = *catalogue().find_chip("A100");
  card.dense_flop_per_s.clear();
  card.dense_flop_per_s["int8"].value = 590e12;  // TPP 4720, 5.7 TPP/mm2
  EXPECT_EQ(status_under(*catalogue().find_rule("2023-10"), card).controlled_by, "3A090.b");
  card.data_centre = false;
  EXPECT_EQ(status_under(*catalogue().find_rule("2023-10"), card).controlled, Verdict::no);
}

TEST(Rules, ReasonNamesTheFigures) {
  const std::string reason = status("2026-01", "H200").reason;
  EXPECT_EQ(reason,
            "controlled by 3A090.a, case by case review, Section 232 band 1 (25 % tariff): TPP "
            "15832, performance density 19.45 TPP/mm2, memory 4.8 TB/s, scale-up link 900 GB/s");
}

}  // namespace
}  // namespace tranche
