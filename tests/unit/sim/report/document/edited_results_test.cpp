// SPDX-License-Identifier: Apache-2.0

// Edited result files: each is either drawn, or refused with the location of the error.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sim/report/charts/run_charts.hpp"
#include "sim/report/charts/table_charts.hpp"
#include "sim/report/document/study_members.hpp"
#include "sim/report/page/report_page.hpp"
#include "sim/results/results.hpp"
#include "sim/simulate/decomposition.hpp"
#include "sim/simulate/run.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

// A result with a what-if of two paths, two firms and warnings, as `tranche run` writes it.
const Json& real_result() {
  static const Json shared = [] {
    ReadOptions reading;
    reading.set = {"scenario.months=2", "scenario.draws=16",
                   "scenario.metrics=[\"training_flop_per_s\", \"training_flop_cumulative\"]"};
    const ScenarioSource source = tests::source_of(tests::small_scenario(R"(
[firms.other]
[tranches.first.split]
acme = 0.7
other = 0.2
[[what_if]]
name = "more"
title = "More of both"
set = { "tranches.first.quantity" = 3000, "workloads.training.mfu" = 0.5 }
)"),
                                                   reading);
    RunOptions options;
    options.execution.device = Device::cpu;
    options.execution.threads = 1;
    RunResult result = run_scenario(source.set(), tests::catalogue(), options);
    result.decompositions = decompose(source, tests::catalogue(), options, result);
    return Json::parse(result_json(result, result_tables(result)));
  }();
  return shared;
}

// All outputs of `tranche report`.
void draw_run(const std::string& text) {
  const RunDocument document = read_run_document(text, "result.json");
  const std::vector<Chart> charts = run_charts(document);
  for (const Chart& chart : charts) specification_text(chart);
  report_page({.page = "@@TITLE@@ @@DATA@@ @@SCRIPT@@", .script = "x"}, "title",
              run_page_data(document, charts));
}

// Locations in the document: all members; of long lists the first two elements and the last.
void collect(const Json& json, const Pointer& at, std::vector<Pointer>& places) {
  places.push_back(at);
  if (json.is_object())
    for (const auto& [key, value] : json.items()) collect(value, at / key, places);
  if (json.is_array())
    for (std::size_t i = 0; i < json.size(); ++i)
      if (i < 2 || i + 1 == json.size()) collect(json[i], at / i, places);
}

using Draw = std::function<void(const std::string& text)>;

struct Outcomes {
  std::size_t drawn = 0, refused = 0;
};

// Draws the text; a refusal must have a location and a reason.
bool is_drawn(const Draw& draw, const std::string& text, const std::string& edit) {
  try {
    draw(text);
    return true;
  } catch (const InputError& error) {
    EXPECT_FALSE(error.diagnostics().empty()) << edit;
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      EXPECT_FALSE(diagnostic.where.file.empty()) << edit;
      EXPECT_EQ(diagnostic.problem.find("json.exception"), std::string::npos) << edit;
      EXPECT_TRUE(diagnostic.where.line > 0 || diagnostic.problem.starts_with('`') ||
                  diagnostic.problem.starts_with("expected"))
          << edit << ": " << diagnostic.problem;
    }
  } catch (const std::exception& other) {
    ADD_FAILURE() << edit << " ends with: " << other.what();
  }
  return false;
}

// Under a sanitizer, which makes each edit twenty times slower, one location in this many.
constexpr std::size_t thinning = TRANCHE_UNDER_SANITIZER ? 7 : 1;

// Every location: deleted, replaced by another type, duplicated.
Outcomes edit_everywhere(const Json& whole, const Draw& draw) {
  const std::vector<Json> others = {
      nullptr, true, -1, 1e308, "", "elsewhere", Json::object(), Json::array({1, "a", nullptr})};
  std::vector<Pointer> places;
  collect(whole, Pointer(), places);
  Outcomes out;
  const auto look = [&](const Json& edited, const std::string& edit) {
    ++(is_drawn(draw, edited.dump(), edit) ? out.drawn : out.refused);
  };
  for (std::size_t i = 0; i < places.size(); i += thinning) {
    const Pointer& place = places[i];
    for (const Json& other : others) {
      Json edited = whole;
      edited[place] = other;
      look(edited, place.to_string() + " as " + other.dump());
    }
    if (place.empty()) continue;
    Json edited = whole;
    Json& parent = edited[place.parent_pointer()];
    if (parent.is_array()) {
      const std::size_t index = std::stoul(place.back());
      const Json element = parent[index];
      parent.erase(index);
      look(edited, place.to_string() + " deleted");
      parent.push_back(element);
      parent.push_back(element);
      look(edited, place.to_string() + " twice");
    } else {
      parent.erase(place.back());
      look(edited, place.to_string() + " deleted");
    }
  }
  return out;
}

TEST(EditedResult, IsDrawnOrRefusedWithItsPlace) {
  draw_run(real_result().dump());
  const Outcomes outcomes = edit_everywhere(real_result(), draw_run);
  EXPECT_GT(outcomes.drawn + outcomes.refused, 3000u / thinning);
  // Most edits change the type; a number in place of a number is valid.
  EXPECT_GT(outcomes.refused, outcomes.drawn);
}

TEST(EditedResult, ThatIsCutOrFlippedIsDrawnOrRefusedWithItsPlace) {
  const std::string text = real_result().dump(1);
  std::size_t drawn = 0;
  for (std::size_t at = 0; at < text.size(); at += text.size() / 200 + 1) {
    EXPECT_FALSE(is_drawn(draw_run, text.substr(0, at), "cut at " + std::to_string(at)));
    for (const char letter : {'"', '9', '\0', '\xFF', '{'}) {
      std::string flipped = text;
      flipped[at] = letter;
      drawn += is_drawn(draw_run, flipped, "byte " + std::to_string(at)) ? 1u : 0u;
    }
  }
  EXPECT_GT(drawn, 0u);  // inside a text or a number
}

std::vector<std::string> problems_of(const Json& edited) {
  std::vector<std::string> out;
  try {
    draw_run(edited.dump());
  } catch (const InputError& error) {
    for (const Diagnostic& diagnostic : error.diagnostics()) out.push_back(diagnostic.problem);
  }
  return out;
}

using Found = std::vector<std::string>;

TEST(EditedResult, OfAnotherSchemaVersionIsRefusedByNumber) {
  Json edited = real_result();
  edited["schema_version"] = 99;
  edited["months"] = 7;
  EXPECT_EQ(problems_of(edited), Found{"`schema_version`: this version of tranche reads schema "
                                       "version 1, found `99`"});
}

TEST(EditedResult, WithANameTwiceIsRefused) {
  Json edited = real_result();
  edited["metrics"].push_back(edited["metrics"][0]);
  edited["constraints"].push_back(edited["constraints"][3]);
  const Found found = problems_of(edited);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NE(found[0].find("`constraints["), std::string::npos) << found[0];
  EXPECT_NE(found[1].find("].name`: `training_flop_per_s` stands twice"), std::string::npos)
      << found[1];
  Json series = real_result();
  series["summary"].push_back(series["summary"][0]);
  EXPECT_EQ(problems_of(series).size(), 1u);
}

TEST(EditedResult, NamesEveryPlaceThatIsWrongAtOnce) {
  Json edited = real_result();
  edited["summary"][3]["p50"][1] = "much";
  edited["summary"][1]["sd"][0] = -1;
  edited["differences"][0]["share_better"].push_back(1);
  edited["headline"].erase("month");
  edited["inputs"][0]["role"] = "wish";
  edited["binding"][0]["constraint"] = "luck";
  const Found found = problems_of(edited);
  ASSERT_EQ(found.size(), 6u);
  EXPECT_EQ(found[0], "`headline.month`: this is missing");
  EXPECT_EQ(found[1], "`summary[1].sd[0]`: expected a number of at least 0, found `-1`");
  EXPECT_EQ(found[2], "`summary[3].p50[1]`: expected a number, found `\"much\"`");
  EXPECT_EQ(found[3], "`differences[0].share_better`: expected 2 numbers, found 3");
  EXPECT_TRUE(found[4].starts_with("`binding[0].constraint`: unknown name `\"luck\"`")) << found[4];
  EXPECT_EQ(found[5],
            "`inputs[0].role`: unknown name `\"wish\"`, expected one of `lever`, `assumption`");
}

TEST(EditedResult, WithRowsOfASourceThatIsNotThereIsRefused) {
  for (const char* const list : {"by_source", "source_binding"}) {
    Json json = real_result();
    ASSERT_FALSE(json.at(list).empty());
    json[list][0]["source"] = "tranches.none";
    try {
      draw_run(json.dump());
      ADD_FAILURE() << list << " was drawn";
    } catch (const InputError& error) {
      ASSERT_EQ(error.diagnostics().size(), 1u);
      EXPECT_TRUE(
          error.diagnostics()[0].problem.starts_with("`" + std::string(list) + "[0].source`: "))
          << error.diagnostics()[0].problem;
    }
  }
}

TEST(EditedResult, WithAKeyTwiceIsRefused) {
  std::string text = real_result().dump();
  text.insert(text.find("\"p50\":"), "\"p50\":[],");
  try {
    draw_run(text);
    ADD_FAILURE() << "the key was taken";
  } catch (const InputError& error) {
    const std::string& problem = error.diagnostics().at(0).problem;
    EXPECT_TRUE(problem.ends_with(".p50`: this key stands twice")) << problem;
  }
}

const char* const sweep_text = R"({"schema_version": 1, "version": "0.1.0",
 "scenario": {"name": "a", "title": "A"}, "design": "grid",
 "axes": [{"name": "cap", "path": "levers.cap", "unit": "chips"}, {"name": "delay"}],
 "shown": {"metric": "training_flop_per_s", "unit": "FLOP/s", "firm": "all", "month": "2027-12"},
 "points": [
 {"point": 1, "values": ["25000", "late"], "mean": 2e18, "p05": 1e18, "p50": 2e18, "p95": 3e18,
  "difference": {"mean": 0, "p05": -1e18, "p50": 0, "p95": 5e17, "share_above": 0.25}},
 {"point": 2, "values": ["50000", "late"], "mean": 4e18, "p05": 3e18, "p50": 4e18, "p95": 5e18,
  "difference": {"mean": 0, "p05": -1e18, "p50": 0, "p95": 5e17, "share_above": 0.25}}]})";

void draw_charts(const std::vector<Chart>& charts) {
  for (const Chart& chart : charts) specification_text(chart);
  report_page({.page = "@@TITLE@@ @@DATA@@ @@SCRIPT@@", .script = "x"}, "title",
              charts_page_data("title", {}, charts));
}

TEST(EditedSweep, IsDrawnOrRefusedWithItsPlace) {
  const Draw draw = [](const std::string& text) {
    draw_charts(sweep_charts(read_sweep_json(text, "sweep.json")));
    EXPECT_FALSE(read_study_title(text, "sweep.json").empty());
  };
  draw(sweep_text);
  const Outcomes outcomes = edit_everywhere(Json::parse(sweep_text), draw);
  EXPECT_GT(outcomes.refused, outcomes.drawn);
}

TEST(EditedAllocation, IsDrawnOrRefusedWithItsPlace) {
  const CsvTable splits = parse_csv(
      "rank,share_a,share_b,flop,power,feasible,pareto\n1,0.5,0.5,2e18,10,1,1\n2,1,0,1e18,9,1,0\n",
      "allocation.csv");
  const std::string text = R"({"schema_version": 1, "scenario": {"name": "a", "title": ""},
    "objectives": [{"name": "flop", "what": "mean of training", "unit": "FLOP/s"},
                   {"name": "power", "what": "mean of power", "unit": "MW"}]})";
  const Draw draw = [&](const std::string& edited) {
    draw_charts(allocation_charts(splits, read_allocation_json(edited, "allocation.json", splits)));
  };
  draw(text);
  const Outcomes outcomes = edit_everywhere(Json::parse(text), draw);
  EXPECT_GT(outcomes.refused, outcomes.drawn);
}

}  // namespace
}  // namespace tranche
