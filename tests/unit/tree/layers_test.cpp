// SPDX-License-Identifier: Apache-2.0

// Allowed dependencies between the folders of the source tree: tools/ may include sim/, sim/ may
// include kernels/, and among their folders only the dependencies of the table.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace tranche {
namespace {

namespace fs = std::filesystem;

// A folder and the folders that its sources may include, in addition to itself. Each row names only
// folders of earlier rows, so that dependencies form no cycle. A new or an unused dependency
// requires a change of this table.
struct Folder {
  std::string name;
  std::vector<std::string> may_include;
};

const std::vector<Folder>& folders() {
  static const std::vector<Folder> rows{
      // clang-format off
    // begin of the table
    {"kernels/base", {}},
    {"kernels/device", {}},
    {"kernels/engine/design", {"kernels/base"}},
    {"kernels/random", {"kernels/base"}},
    {"kernels/models/reliability", {"kernels/base", "kernels/device", "kernels/random"}},
    {"kernels/engine/fleet", {"kernels/base", "kernels/random", "kernels/models/reliability"}},
    {"kernels/engine/tally", {"kernels/engine/fleet"}},
    {"kernels/engine/backend", {"kernels/device", "kernels/engine/design",
      "kernels/engine/fleet", "kernels/engine/tally"}},
    {"kernels/engine/cpu", {"kernels/engine/design", "kernels/random", "kernels/engine/fleet",
      "kernels/engine/tally", "kernels/engine/backend"}},
    {"kernels/engine/gpu", {"kernels/device", "kernels/engine/design", "kernels/engine/fleet",
      "kernels/engine/tally", "kernels/engine/backend"}},
    {"kernels/models/chip", {"kernels/base"}},
    {"kernels/models/memory_bound", {"kernels/models/chip"}},
    {"kernels/models/transformer", {"kernels/base"}},
    {"kernels/models/serving", {"kernels/base", "kernels/models/chip",
      "kernels/models/transformer"}},
    {"kernels/models/training", {"kernels/base", "kernels/device", "kernels/models/chip",
      "kernels/models/transformer"}},
    {"kernels/probes", {"kernels/base", "kernels/device"}},
    {"sim/base", {}},
    {"sim/input", {}},
    {"sim/performance/coefficients", {"kernels/models/chip", "kernels/models/memory_bound",
      "kernels/models/serving", "sim/input"}},
    {"sim/catalogue", {"kernels/models/chip", "kernels/models/memory_bound",
      "kernels/models/transformer", "kernels/models/serving", "sim/input",
      "sim/performance/coefficients"}},
    {"sim/text", {}},
    {"sim/catalogue/pages", {"kernels/models/transformer", "sim/input", "sim/catalogue",
      "sim/text"}},
    {"sim/distribution", {"kernels/base", "kernels/random"}},
    {"sim/performance/calibration", {"kernels/probes", "sim/performance/coefficients",
      "sim/catalogue", "sim/text"}},
    {"sim/performance/evidence", {"kernels/models/memory_bound", "kernels/models/serving",
      "kernels/models/training", "kernels/models/transformer", "sim/input",
      "sim/performance/coefficients", "sim/catalogue"}},
    {"sim/performance/plan", {"kernels/models/chip", "kernels/models/training", "sim/input",
      "sim/catalogue", "sim/performance/evidence", "sim/text"}},
    {"sim/performance/serving", {"kernels/models/serving", "sim/performance/coefficients",
      "sim/text"}},
    {"sim/performance/throughput", {"kernels/models/chip", "kernels/models/memory_bound",
      "kernels/models/serving", "sim/base", "sim/performance/coefficients", "sim/catalogue",
      "sim/performance/evidence", "sim/text", "sim/performance/plan", "sim/performance/serving"}},
    {"sim/performance/compare", {"kernels/models/chip", "sim/input",
      "sim/performance/coefficients", "sim/catalogue", "sim/performance/evidence", "sim/text",
      "sim/performance/plan", "sim/performance/serving", "sim/performance/throughput"}},
    {"sim/performance/validation", {"kernels/models/chip", "kernels/models/transformer",
      "kernels/models/serving", "kernels/models/training", "sim/input",
      "sim/performance/coefficients", "sim/catalogue", "sim/performance/evidence", "sim/text",
      "sim/performance/plan", "sim/performance/serving", "sim/performance/throughput"}},
    {"sim/scenario", {"kernels/engine/fleet", "sim/base", "sim/input", "sim/catalogue", "sim/distribution"}},
    {"sim/scenario/fields", {"kernels/engine/tally", "sim/input", "sim/catalogue", "sim/scenario"}},
    {"sim/scenario/read", {"kernels/random", "sim/input", "sim/catalogue", "sim/distribution",
      "sim/scenario", "sim/scenario/fields"}},
    {"sim/simulate/lowering", {"kernels/engine/fleet", "sim/input",
      "sim/catalogue", "sim/performance/evidence", "sim/text", "sim/distribution",
      "sim/performance/serving", "sim/performance/throughput", "sim/performance/validation",
      "sim/scenario"}},
    {"sim/simulate/parallel", {"kernels/engine/tally", "kernels/engine/backend", "sim/input"}},
    {"sim/statistics", {"kernels/engine/fleet", "kernels/engine/tally"}},
    {"sim/simulate", {"kernels/engine/fleet", "kernels/engine/tally", "kernels/engine/backend",
      "kernels/engine/cpu", "sim/base", "sim/input", "sim/catalogue", "sim/text", "sim/scenario",
      "sim/scenario/fields", "sim/scenario/read", "sim/simulate/lowering",
      "sim/simulate/parallel", "sim/statistics"}},
    {"sim/results", {"sim/base", "sim/text", "sim/performance/throughput", "sim/scenario",
      "sim/simulate/lowering", "sim/statistics", "sim/simulate"}},
    {"sim/report/document", {"sim/input", "sim/text", "sim/results"}},
    {"sim/report/charts", {"sim/input", "sim/text", "sim/results", "sim/report/document"}},
    {"sim/report/page", {"sim/base", "sim/input", "sim/text", "sim/report/document",
      "sim/report/charts"}},
    {"sim/results/netcdf", {"kernels/engine/cpu", "sim/base", "sim/simulate"}},
    {"sim/results/terminal", {"sim/text", "sim/performance/throughput", "sim/scenario", "sim/simulate", "sim/results"}},
    {"sim/scenario/describe", {"sim/scenario", "sim/scenario/fields", "sim/scenario/read"}},
    {"sim/studies/allocate", {"kernels/engine/fleet", "kernels/engine/cpu", "sim/base",
      "sim/input", "sim/text", "sim/scenario/read", "sim/simulate/lowering",
      "sim/simulate/parallel", "sim/statistics", "sim/simulate", "sim/results"}},
    {"sim/studies/sensitivity", {"kernels/random", "kernels/engine/backend",
      "kernels/engine/cpu", "sim/base", "sim/input", "sim/text", "sim/catalogue/pages",
      "sim/scenario", "sim/simulate/lowering", "sim/simulate/parallel", "sim/statistics",
      "sim/simulate", "sim/results"}},
    {"sim/studies/discover", {"sim/base", "sim/input", "sim/text", "sim/catalogue/pages",
      "sim/scenario", "sim/simulate/lowering", "sim/simulate/parallel", "sim/simulate",
      "sim/results", "sim/studies/sensitivity"}},
    {"sim/studies/sweep", {"kernels/random", "sim/base", "sim/input", "sim/text",
      "sim/scenario/read", "sim/simulate/lowering", "sim/simulate/parallel", "sim/statistics",
      "sim/simulate", "sim/results", "sim/studies/sensitivity"}},
    {"sim/studies/check", {"sim/scenario/read", "sim/simulate/lowering", "sim/studies/allocate",
      "sim/studies/discover", "sim/studies/sweep"}},
    {"sim/api", {"sim/base"}},
    {"sim/api/implementation", {"kernels/device", "kernels/engine/tally", "kernels/models/chip",
      "sim/base", "sim/input", "sim/performance/coefficients", "sim/catalogue",
      "sim/performance/evidence", "sim/text", "sim/performance/plan", "sim/performance/compare",
      "sim/performance/validation", "sim/scenario", "sim/scenario/read",
      "sim/simulate/lowering", "sim/simulate/parallel", "sim/simulate", "sim/results",
      "sim/report/page", "sim/results/netcdf", "sim/results/terminal", "sim/studies/allocate",
      "sim/studies/sensitivity", "sim/studies/discover", "sim/studies/sweep", "sim/studies/check",
      "sim/api"}},
    {"tools/benchmarks", {"kernels/random", "kernels/engine/backend", "kernels/engine/cpu",
      "kernels/models/training", "sim/performance/coefficients", "sim/catalogue",
      "sim/distribution", "sim/performance/plan", "sim/scenario", "sim/simulate/lowering"}},
    {"tools/cli", {"kernels/engine/backend", "sim/base", "sim/input", "sim/text", "sim/scenario",
      "sim/simulate/parallel", "sim/simulate", "sim/report/page", "sim/api"}},
    {"tools/cli/commands", {"sim/base", "sim/input", "sim/text", "sim/catalogue/pages",
      "sim/performance/calibration", "sim/performance/validation", "sim/scenario",
      "sim/scenario/read", "sim/scenario/describe", "sim/studies/check", "sim/api", "tools/cli"}},
    {"tools/fit", {"sim/input", "sim/performance/coefficients", "sim/performance/evidence", "sim/performance/plan",
      "sim/performance/validation"}},
    // end of the table
      // clang-format on
  };
  return rows;
}

struct Include {
  std::string file, to;  // the including file; the included folder
  int line = 0;
};

std::string folder_of(const std::string& path) { return fs::path(path).parent_path().string(); }

// Includes of a file's text that name a file of kernels/, sim/, tools/ or tests/.
std::vector<Include> includes_of(const std::string& file, const std::string& text) {
  static const std::regex include(
      R"(^\s*#\s*include\s*["<](?:\.\./)*((?:kernels|sim|tools|tests)/[^">]*)[">].*)");
  std::vector<Include> found;
  std::istringstream lines(text);
  std::string line;
  std::smatch match;
  for (int number = 1; std::getline(lines, line); ++number)
    if (std::regex_match(line, match, include))
      found.push_back({file, folder_of(match[1].str()), number});
  return found;
}

bool is_source(const fs::path& path) {
  static const std::set<std::string> endings{".hpp", ".cpp", ".inl", ".cu", ".cuh", ".h"};
  return endings.contains(path.extension().string());
}

// Sources of a top folder, by path from the root, without the independent baselines of the
// benchmarks.
std::map<std::string, std::string> sources_of(const std::string& top) {
  const fs::path root(TRANCHE_SOURCE_DIR);
  std::map<std::string, std::string> sources;
  for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
    if (!entry.is_regular_file() || !is_source(entry.path())) continue;
    const std::string path = fs::relative(entry.path(), root).string();
    if (path.starts_with("tools/benchmarks/baselines/") ||
        path.find("node_modules") != std::string::npos)
      continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    sources.emplace(path, text.str());
  }
  EXPECT_GT(sources.size(), 5u) << "no sources found in " << top;
  return sources;
}

std::vector<Include> all_includes() {
  std::vector<Include> all;
  for (const char* top : {"kernels", "sim", "tools"})
    for (const auto& [path, text] : sources_of(top))
      for (Include& include : includes_of(path, text))
        if (include.to != folder_of(path)) all.push_back(std::move(include));
  return all;
}

TEST(Layers, IncludesAreFound) {
  const std::vector<Include> found =
      includes_of("kernels/base/a.hpp",
                  "#pragma once\n # include \"sim/simulate/run.hpp\"\n#include \"../tools/b.hpp\"\n"
                  "// no \"sim/simulate/run.hpp\"\n#include <vector>\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].to, "sim/simulate");
  EXPECT_EQ(found[0].line, 2);
  EXPECT_EQ(found[1].to, "tools");
}

TEST(Layers, EachRowNamesOnlyFoldersAboveIt) {
  std::set<std::string> above;
  for (const Folder& folder : folders()) {
    for (const std::string& included : folder.may_include)
      EXPECT_TRUE(above.contains(included)) << folder.name << " -> " << included;
    EXPECT_TRUE(above.insert(folder.name).second) << folder.name << " has two rows";
  }
}

TEST(Layers, EveryFolderOfSourcesHasARow) {
  std::set<std::string> known, found;
  for (const Folder& folder : folders()) known.insert(folder.name);
  for (const char* top : {"kernels", "sim", "tools"})
    for (const auto& [path, text] : sources_of(top)) found.insert(folder_of(path));
  EXPECT_EQ(found, known);
}

TEST(Layers, SourcesIncludeOnlyWhatTheTableAllows) {
  std::map<std::string, std::set<std::string>> allowed;
  for (const Folder& folder : folders())
    allowed[folder.name] = {folder.may_include.begin(), folder.may_include.end()};
  for (const Include& include : all_includes())
    EXPECT_TRUE(allowed[folder_of(include.file)].contains(include.to))
        << include.file << ":" << include.line << " includes " << include.to;
}

TEST(Layers, EveryArrowOfTheTableIsUsed) {
  std::set<std::pair<std::string, std::string>> used;
  for (const Include& include : all_includes()) used.insert({folder_of(include.file), include.to});
  for (const Folder& folder : folders())
    for (const std::string& included : folder.may_include)
      EXPECT_TRUE(used.contains({folder.name, included})) << folder.name << " -> " << included;
}

TEST(Layers, TopFoldersPointOneWay) {
  const std::vector<std::string> order{"kernels", "sim", "tools"};
  const auto rank = [&](const std::string& folder) {
    return std::find(order.begin(), order.end(), folder.substr(0, folder.find('/'))) -
           order.begin();
  };
  for (const Folder& folder : folders())
    for (const std::string& included : folder.may_include)
      EXPECT_LE(rank(included), rank(folder.name)) << folder.name << " -> " << included;
}

// Kernels depend on no text, files or host libraries.
TEST(Layers, KernelsIncludeNoLibraryOfTheHost) {
  static const std::regex library(
      R"((?:^|\n)\s*#\s*include\s*["<](?:fmt|nlohmann|toml\+\+|CLI|boost|Eigen|nettle)/)");
  for (const auto& [path, text] : sources_of("kernels"))
    EXPECT_FALSE(std::regex_search(text, library)) << path;
}

// Programs that use the library need no header but these and the standard ones.
TEST(Layers, PublicHeadersIncludeStandardHeadersOnly) {
  static const std::regex other(
      R"((?:^|\n)\s*#\s*include\s*(?:<[^>]*[/.][^>]*>|"(?!sim/api/[a-z_]+\.hpp"|sim/base/version\.hpp")[^"]*"))");
  int headers = 0;
  for (const auto& [path, text] : sources_of("sim")) {
    if (folder_of(path) != "sim/api") continue;
    ++headers;
    EXPECT_FALSE(std::regex_search(text, other)) << path;
  }
  EXPECT_GT(headers, 5);
}

TEST(Layers, ScenariosHoldDataOnly) {
  const std::set<std::string> endings{".toml", ".csv", ".json", ".md", ".txt"};
  const fs::path root(TRANCHE_SOURCE_DIR);
  for (const auto& entry : fs::recursive_directory_iterator(root / "scenarios")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_TRUE(endings.contains(entry.path().extension().string()))
        << fs::relative(entry.path(), root);
  }
}

}  // namespace
}  // namespace tranche
