// The folders of the source tree and which of them may include which: tools/ may include sim/,
// sim/ may include kernels/, and among their folders only the arrows of the table are allowed.
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

using Lines = std::vector<std::string>;

// A folder and the folders that its sources may include, beside itself. Each row names only
// folders of rows above it, so that the arrows can form no cycle. A new arrow, and one that is
// no longer used, is a change of this table.
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
    {"kernels/performance", {"kernels/base", "kernels/device"}},
    {"kernels/sampling", {"kernels/base"}},
    {"kernels/fleet", {"kernels/base", "kernels/performance", "kernels/sampling"}},
    {"kernels/statistics", {"kernels/base"}},
    {"kernels/backend", {"kernels/base", "kernels/device", "kernels/sampling", "kernels/fleet",
      "kernels/statistics"}},
    {"sim/base", {}},
    {"sim/input", {}},
    {"sim/text", {}},
    {"sim/catalogue", {"kernels/performance", "sim/input", "sim/text"}},
    {"sim/distribution", {"kernels/base", "kernels/sampling"}},
    {"sim/performance", {"kernels/performance", "kernels/fleet", "sim/input", "sim/text",
      "sim/catalogue"}},
    {"sim/scenario", {"kernels/sampling", "kernels/fleet", "sim/input", "sim/catalogue",
      "sim/distribution"}},
    {"sim/statistics", {"kernels/fleet"}},
    {"sim/run", {"kernels/performance", "kernels/fleet", "kernels/backend", "sim/base",
      "sim/input", "sim/text", "sim/catalogue", "sim/distribution", "sim/performance",
      "sim/scenario", "sim/statistics"}},
    {"sim/results", {"kernels/backend", "sim/base", "sim/text", "sim/scenario", "sim/statistics",
      "sim/run"}},
    {"sim/charts", {"sim/base", "sim/input", "sim/text", "sim/results"}},
    {"sim/sensitivity", {"kernels/base", "kernels/backend", "sim/base", "sim/input", "sim/text",
      "sim/catalogue", "sim/scenario", "sim/statistics", "sim/run", "sim/results"}},
    {"sim/discover", {"sim/base", "sim/input", "sim/text", "sim/catalogue", "sim/scenario",
      "sim/run", "sim/results", "sim/sensitivity"}},
    {"sim/study", {"kernels/base", "kernels/fleet", "kernels/backend", "sim/base", "sim/input",
      "sim/text", "sim/catalogue", "sim/scenario", "sim/statistics", "sim/run", "sim/results",
      "sim/sensitivity", "sim/discover"}},
    {"tools", {"kernels/fleet", "kernels/backend", "sim/base", "sim/input", "sim/text",
      "sim/catalogue", "sim/performance", "sim/scenario", "sim/run", "sim/results", "sim/charts",
      "sim/sensitivity", "sim/discover", "sim/study"}},
    {"tools/benchmarks", {"kernels/base", "kernels/performance", "kernels/sampling",
      "kernels/backend", "sim/catalogue", "sim/distribution", "sim/performance", "sim/scenario",
      "sim/run"}},
    {"tools/fit", {"sim/input", "sim/catalogue", "sim/performance"}},
    // end of the table
      // clang-format on
  };
  return rows;
}

struct Include {
  std::string file, to;  // the file that includes; the folder that is included
  int line = 0;
};

std::string folder_of(const std::string& path) { return fs::path(path).parent_path().string(); }

// The includes of a file's text that name a file of kernels/, sim/, tools/ or tests/.
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

// Sources of a top folder, by path from the root. Baselines of the benchmarks stand alone.
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
                  "#pragma once\n # include \"sim/run/run.hpp\"\n#include \"../tools/b.hpp\"\n"
                  "// no \"sim/run/run.hpp\"\n#include <vector>\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].to, "sim/run");
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

// Kernels are pure numbers: no text, no files, no libraries of the host.
TEST(Layers, KernelsIncludeNoLibraryOfTheHost) {
  static const std::regex library(
      R"((?:^|\n)\s*#\s*include\s*["<](?:fmt|nlohmann|toml\+\+|CLI|boost|Eigen|nettle)/)");
  for (const auto& [path, text] : sources_of("kernels"))
    EXPECT_FALSE(std::regex_search(text, library)) << path;
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
