// SPDX-License-Identifier: Apache-2.0

// Dirichlet shares as text.
#include "sim/results/share_texts.hpp"

#include <gtest/gtest.h>

#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

constexpr const char* dirichlet_text = R"(
[scenario]
name = "shares"
start = "2026-01"
months = 1
draws = 64

[firms.acme]
workloads = { dirichlet = { training = 9, serving = 11 } }

[tranches.first]
chip = "H200"
quantity = 1000
price = "20k USD"

[workloads.training]
kind = "training"
mfu = 0.4

[workloads.serving]
kind = "decode"
model = "llama-3.1-8b"
precision = "fp8"
context = 1024
)";

// 9 of 20: 45 %, and sqrt(0.45 x 0.55 / 21) = 10.9 %.
TEST(ShareTexts, SayMeanAndSpreadOfAWeight) {
  const ScenarioSet set = tests::read_text(dirichlet_text);
  const auto texts = share_texts(set.variants.front().scenario);
  EXPECT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts.at("firms.acme.workloads.training"),
            "45 % on average, standard deviation 11 % (Dirichlet weight 9 of 20)");
}

}  // namespace
}  // namespace tranche
