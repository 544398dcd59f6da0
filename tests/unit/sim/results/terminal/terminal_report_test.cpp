// SPDX-License-Identifier: Apache-2.0
#include "sim/results/terminal/terminal_report.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sim/text/terminal_text.hpp"
#include "tests/support/run_result_builder.hpp"

namespace tranche {
namespace {

// Draw 0 … 100: a firm has 1e18 (1 + draw/100) x (1 + variant) FLOP/s; all have the sum.
MadeRun three_firms() {
  MadeRun made;
  made.variants = {"base", "cap lifted", "nothing"};
  made.firms = {"bytedance", "alibaba", "tencent", "all"};
  made.steps = {"2026-02", "2026-03", "2026-04"};
  made.draws = 101;
  made.value = [](std::uint64_t draw, int, int variant, int firm, int) {
    const float factor = variant == 0 ? 1.0f : variant == 1 ? 2.0f : 0.0f;
    return factor * (firm == 3 ? 3e18f : 1e18f) * (1.0f + 0.01f * static_cast<float>(draw));
  };
  return made;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

TEST(TerminalReport, SaysTheHeadlineInWordsWithBandAndUnit) {
  const RunResult result = make_run_result(three_firms());
  const HeadlineFigures headline = headline_figures(result);
  EXPECT_EQ(
      headline_lines(result, headline, 200),
      // 4.5e18 x 91.3125 days / 3.8e25 = 0.934.
      "The three firms together: 4.50 EFLOP/s by 2026-04 (90 %: 3.15 to 5.85 EFLOP/s; = 0.934 "
      "Llama-3.1-405B runs a quarter), training throughput.\n"
      "Best what-if: cap lifted, +4.50 EFLOP/s (90 %: +3.15 to +5.85); better in 100 % of "
      "draws, worse in 0 %.\n"
      "Worst what-if: nothing, -4.50 EFLOP/s (90 %: -5.85 to -3.15); better in 0 % of "
      "draws, worse in 100 %.\n");
}

// Medians 4.5e18 and, with the cap lifted, 9e18: twice; the other what-if halves them, which is
// the smaller change. A second name for the same numbers in another unit has its own row.
TEST(TerminalReport, ShowsEveryMetricWithTheWhatIfThatMovesItMost) {
  MadeRun made = three_firms();
  made.metrics = {{"training_flop_per_s", "FLOP/s", "Training throughput", 0, 1.0, Better::higher},
                  {"training_flop", "FLOP", "Training FLOP in the step", 0, 1e3, Better::higher},
                  {"steady", "chips", "Steady", 1, 1.0, Better::higher}};
  made.value = [](std::uint64_t draw, int, int variant, int firm, int metric) {
    if (metric == 1) return 75'000.0f;
    const float factor = variant == 0 ? 1.0f : variant == 1 ? 2.0f : 0.5f;
    return factor * (firm == 3 ? 3e18f : 1e18f) * (1.0f + 0.01f * static_cast<float>(draw));
  };
  const RunResult result = make_run_result(made);
  const std::string table = metrics_table(result, headline_figures(result), 100);
  EXPECT_NE(table.find("4.50 (3.15\u20135.85) EFLOP/s"), std::string::npos) << table;
  EXPECT_NE(table.find("4.50e21 (3.15e21\u20135.85e21) FLOP"), std::string::npos) << table;
  EXPECT_NE(table.find("+100 % cap lifted"), std::string::npos) << table;
  EXPECT_NE(table.find("75,000 (75,000\u201375,000) chips"), std::string::npos) << table;
  EXPECT_EQ(table.find("-50 %"), std::string::npos) << table;
}

// One histogram, two yardsticks: only a second name of equal numbers is left out.
TEST(TerminalReport, ShowsMetricsThatShareAHistogramButNotTheirFactor) {
  MadeRun made = three_firms();
  made.metrics = {{"h100e_int8", "h100e", "", 0, 1.0, Better::higher},
                  {"h100e_tpp", "h100e", "", 0, 1.0, Better::higher},
                  {"h100e_bandwidth", "h100e", "", 0, 1.43, Better::higher}};
  const RunResult result = make_run_result(made);
  const std::string table = metrics_table(result, headline_figures(result), 100);
  EXPECT_NE(table.find("h100e_int8"), std::string::npos) << table;
  EXPECT_EQ(table.find("h100e_tpp"), std::string::npos) << table;
  EXPECT_NE(table.find("h100e_bandwidth"), std::string::npos) << table;
}

// "P pooled e" is not a unit: names are cut before units.
TEST(TerminalReport, NeverCutsAUnit) {
  MadeRun made = three_firms();
  made.variants[1] = "a what-if whose name is far too long for any table that people read";
  made.metrics = {
      {"a_metric_with_a_long_name_per_s", "pooled embeddings/s", "", 0, 1.0, Better::higher}};
  made.metrics.push_back({"chips", "chips", "", 0, 1e-3, Better::higher});
  const RunResult result = make_run_result(made);
  const std::string table = metrics_table(result, headline_figures(result), 80);
  EXPECT_NE(table.find("pooled embeddings/s "), std::string::npos) << table;
  EXPECT_LE(widest_line(table), 80u) << table;
}

TEST(TerminalReport, NamesTheSingleFirm) {
  MadeRun made = three_firms();
  made.variants = {"base"};
  made.firms = {"alibaba", "all"};
  const RunResult result = make_run_result(made);
  EXPECT_EQ(headline_lines(result, headline_figures(result), 200)
                .find("alibaba: 1.50 EFLOP/s by 2026-04 (90 %: "),
            0u);
}

TEST(TerminalReport, FitsTheColumnsAndHoldsEveryCase) {
  MadeRun made = three_firms();
  made.variants[1] = "a what-if whose name is far too long for any table that people read";
  const RunResult result = make_run_result(made);
  const std::string report =
      terminal_report(result, std::string(64, 'a'), {"results/made", {"summary.csv"}});
  EXPECT_LE(widest_line(report), 100u) << report;
  for (const char* text : {"bytedance", "alibaba", "tencent", "all firms", "nothing", "aaaaaaaa",
                           "summary.csv", "not a prediction", "Monte Carlo error"})
    EXPECT_NE(report.find(text), std::string::npos) << text;
}

TEST(TerminalReport, PutsManyFirmsInSeveralTables) {
  MadeRun made = three_firms();
  made.firms = {"a1", "a2", "a3", "a4", "a5", "a6", "a7", "all"};
  const RunResult result = make_run_result(made);
  const std::string report = terminal_report(result, std::string(64, 'a'), {});
  EXPECT_LE(widest_line(report), 100u) << report;
  EXPECT_NE(report.find("a7"), std::string::npos);
}

TEST(TerminalReport, KeepsColumnsOfWideNamesAligned) {
  MadeRun made = three_firms();
  made.variants[1] = "字节跳动";
  const RunResult result = make_run_result(made);
  const std::string table = headline_table(result, headline_figures(result), 100);
  std::istringstream lines(table);
  std::string line;
  std::getline(lines, line);  // title
  std::getline(lines, line);  // columns
  const std::size_t width = display_width(line);
  std::getline(lines, line);  // rule
  while (std::getline(lines, line)) EXPECT_EQ(display_width(line), width) << line;
}

TEST(TerminalReport, TakesTheTeethOutOfHostileNames) {
  MadeRun made = three_firms();
  made.firms[0] = "evil\x1b]0;title\x07";
  made.variants[1] = "\x1b[2Jwiped\n";
  RunResult result = make_run_result(made);
  result.set.variants[0].scenario.title = "\x1b[31mred";
  result.set.variants[0].scenario.question =
      "\x9b"
      "1mq";
  const std::string report =
      terminal_report(result, std::string(64, 'a'), {"out\x1b[0m", {"summary.csv"}});
  EXPECT_EQ(report.find('\x1b'), std::string::npos);
  EXPECT_EQ(report.find('\x07'), std::string::npos);
}

TEST(TerminalReport, IsBoldOnlyWhereAsked) {
  const RunResult result = make_run_result(three_firms());
  EXPECT_EQ(terminal_report(result, std::string(64, 'a'), {}).find('\x1b'), std::string::npos);
  EXPECT_NE(terminal_report(result, std::string(64, 'a'), {}, {.emphasis = Emphasis::ansi})
                .find("\x1b[1m"),
            std::string::npos);
}

TEST(TerminalReport, WarnsWhenTheHeadlineRestsOnUnsweptAssumptions) {
  RunResult result = make_run_result(three_firms());
  Workload workload;
  workload.name = "llm";
  workload.compute_efficiency.variable = "assumptions.mfu";
  workload.compute_efficiency.text = "0.4";
  workload.bandwidth_efficiency.confidence = Confidence::published;
  workload.network_efficiency.variable = "workloads.llm.network_efficiency";
  workload.network_efficiency.is_default = true;
  result.set.variants[0].scenario.workloads.push_back(workload);
  const std::string text = caution_text(result, headline_figures(result), 200);
  EXPECT_NE(text.find("rests on 1 assumed number without a range: `assumptions.mfu` = 0.4; and "
                      "on 1 default."),
            std::string::npos)
      << text;
}

TEST(TerminalReport, SaysWhatBindsAtStartMiddleAndEnd) {
  RunResult result = make_run_result(three_firms());
  const kernels::FleetView view = result.lowered.data.view();
  const auto set = [&](int step, int firm, kernels::Constraint constraint, std::uint64_t draws) {
    result.tally.bindings[static_cast<std::size_t>(kernels::binding_counter(
        view, step, 0, firm, static_cast<std::int32_t>(constraint)))] = draws;
  };
  for (int firm = 0; firm < 3; ++firm) {
    set(0, firm, kernels::Constraint::schedule, 101);
    set(2, firm, kernels::Constraint::power, 25);
    set(2, firm, kernels::Constraint::per_buyer_cap, 76);
  }
  EXPECT_EQ(binding_text(result, 100),
            "What limits the new chips in use: base case, mean over firms, share of draws\n"
            "  2026-02   100 %  waiting for decisions, tests and batches\n"
            "  2026-04    75 %  the licence's cap per buyer\n"
            "             25 %  the power cap\n");
}

}  // namespace
}  // namespace tranche
