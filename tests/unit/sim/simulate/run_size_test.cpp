// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/run_size.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/engine/backend/backend.hpp"
#include "sim/input/diagnostic.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

LoweredScenario lowered(const std::string& more, const ReadOptions& options = {}) {
  return lower(tests::read_text(tests::small_scenario(more), options), tests::catalogue());
}

TEST(RunSize, IsNoMoreThanThePilotFinds) {
  const LoweredScenario uncertain = lowered(
      "[all_firms]\navailability = \"20 to 90 %\"\n[[what_if]]\nname = \"less\"\n"
      "set = { \"tranches.first.quantity\" = 500 }\n[[what_if]]\nname = \"more\"\n"
      "set = { \"tranches.first.quantity\" = \"1 to 5000\" }\n");
  const std::uint64_t bound =
      counters_at_least(uncertain.data, std::numeric_limits<std::uint32_t>::max());
  std::uint64_t exact = 0;
  for (const kernels::Cell& cell : kernels::choose_cells(uncertain.data))
    exact += static_cast<std::uint64_t>(kernels::counter_count(cell));
  EXPECT_LE(bound, exact);
  // Sixteen draws of 512 miss little of the range: about an octave of several.
  EXPECT_GE(bound, exact / 4);
}

TEST(RunSize, IsRefusedBeforeTheSimulationWithWhatToLeaveOut) {
  std::string what_ifs;
  for (int i = 0; i < 150; ++i)
    what_ifs += "[[what_if]]\nname = \"w" + std::to_string(i) +
                "\"\nset = { \"tranches.first.quantity\" = \"" + std::to_string(100 + i) +
                " to 5000\" }\n";
  std::string firms;
  for (int i = 0; i < 9; ++i)
    firms += "[firms.f" + std::to_string(i) + "]\nstock.H20 = \"10 to 99\"\n";
  const LoweredScenario large =
      lowered("[all_firms]\navailability = \"20 to 90 %\"\n[tranches.first.split]\nacme = 1\n" +
                  firms + what_ifs,
              {.set = {"scenario.months=600"}, .draws = {}, .seed = {}});
  try {
    refuse_oversize(large, "large.toml");
    FAIL() << "was accepted";
  } catch (const InputError& error) {
    const std::string text = error.what();
    for (const char* part : {"large.toml", "600 steps x 10 firms", "151 cases", "fewer `metrics`"})
      EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_NO_THROW(refuse_oversize(lowered(""), "small.toml"));
}

}  // namespace
}  // namespace tranche
