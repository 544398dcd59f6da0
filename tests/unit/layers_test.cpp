// The rooms of the source tree: tools/ may include sim/, sim/ may include kernels/,
// never the other way round; scenarios/ holds data only.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace tranche {
namespace {

namespace fs = std::filesystem;

// "kernels/base/math.hpp:7" for each line of the text that includes a file of these rooms.
std::vector<std::string> includes_of(const std::string& file, const std::string& text,
                                     const std::string& rooms) {
  const std::regex include("^\\s*#\\s*include\\s*[\"<](\\.\\./)*(" + rooms + ")/.*");
  std::vector<std::string> found;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number)
    if (std::regex_match(line, include)) found.push_back(file + ":" + std::to_string(number));
  return found;
}

bool is_source(const fs::path& path) {
  static const std::set<std::string> endings{".hpp", ".cpp", ".inl", ".cu", ".cuh", ".h"};
  return endings.contains(path.extension().string());
}

std::vector<std::string> wrong_includes(const std::string& room, const std::string& rooms_above) {
  const fs::path root(TRANCHE_SOURCE_DIR);
  std::vector<std::string> found;
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
    if (!entry.is_regular_file() || !is_source(entry.path())) continue;
    ++files;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const auto wrong =
        includes_of(fs::relative(entry.path(), root).string(), text.str(), rooms_above);
    found.insert(found.end(), wrong.begin(), wrong.end());
  }
  EXPECT_GT(files, 5) << "no sources found in " << room;
  return found;
}

using Lines = std::vector<std::string>;

TEST(Layers, AnIncludeOfARoomAboveIsFound) {
  EXPECT_EQ(
      includes_of("kernels/a.hpp", "#pragma once\n # include \"sim/run/run.hpp\"\n", "sim|tools"),
      Lines{"kernels/a.hpp:2"});
  EXPECT_EQ(includes_of("sim/a.hpp", "#include \"../tools/commands.hpp\"", "tools"),
            Lines{"sim/a.hpp:1"});
  EXPECT_EQ(includes_of("sim/a.hpp", "// sim/ never includes \"tools/a.hpp\"", "tools"), Lines{});
}

TEST(Layers, KernelsIncludeNothingAboveThem) {
  EXPECT_EQ(wrong_includes("kernels", "sim|tools|tests"), Lines{});
}

// Kernels are pure numbers: no text, no files, no libraries of the host.
TEST(Layers, KernelsIncludeNoLibraryOfTheHost) {
  EXPECT_EQ(wrong_includes("kernels", "fmt|nlohmann|toml\\+\\+|CLI|boost|Eigen|nettle"), Lines{});
}

TEST(Layers, SimIncludesNothingAboveIt) {
  EXPECT_EQ(wrong_includes("sim", "tools|tests"), Lines{});
}

TEST(Layers, ToolsIncludeNoTest) { EXPECT_EQ(wrong_includes("tools", "tests"), Lines{}); }

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
