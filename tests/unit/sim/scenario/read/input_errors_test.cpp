// SPDX-License-Identifier: Apache-2.0

// Every wrong scenario in tests/input_errors gives exactly the expected message.
//
// NAME.toml is read, with `--set` for each leading line `# set: path=value`; its message is in
// NAME.expected. TRANCHE_UPDATE_GOLDEN=1 rewrites those.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;

constexpr const char* folder = "tests/input_errors";

// Message paths are relative to the source tree.
class InSourceTree {
 public:
  InSourceTree() : before_(fs::current_path()) { fs::current_path(TRANCHE_SOURCE_DIR); }
  ~InSourceTree() { fs::current_path(before_); }

 private:
  fs::path before_;
};

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

ReadOptions options_in(const std::string& text) {
  constexpr std::string_view mark = "# set: ";
  ReadOptions options;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line) && line.starts_with(mark);) {
    options.set.push_back(line.substr(mark.size()));
  }
  return options;
}

std::string message_of(const std::string& path) {
  try {
    read_scenario(path, options_in(text_of(path)), tests::catalogue());
  } catch (const InputError& error) {
    return error.what();
  }
  return "it was read without an error\n";
}

// The first different lines, with the expected ones.
std::string difference(const std::string& expected, const std::string& found) {
  std::istringstream left(expected), right(found);
  std::string out;
  std::string a, b;
  for (int line = 1;; ++line) {
    const bool more_left = static_cast<bool>(std::getline(left, a));
    const bool more_right = static_cast<bool>(std::getline(right, b));
    if (!more_left && !more_right) return out;
    if (!more_left) a.clear();
    if (!more_right) b.clear();
    if (a != b)
      out += std::to_string(line) + " - " + a + "\n" + std::to_string(line) + " + " + b + "\n";
  }
}

std::vector<std::string> names() {
  std::vector<std::string> list;
  for (const auto& entry : fs::directory_iterator(fs::path(TRANCHE_SOURCE_DIR) / folder)) {
    if (entry.path().extension() == ".toml") list.push_back(entry.path().stem().string());
  }
  std::sort(list.begin(), list.end());
  return list;
}

class InputErrors : public testing::TestWithParam<std::string> {};

TEST_P(InputErrors, SayWhatIsWrongAndWhere) {
  const InSourceTree here;
  const std::string path = std::string(folder) + "/" + GetParam();
  const std::string found = message_of(path + ".toml");
  const char* update = std::getenv("TRANCHE_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path + ".expected", std::ios::binary) << found;
  }
  const std::string expected = text_of(path + ".expected");
  EXPECT_EQ(difference(expected, found), "") << "(- expected, + found)";
}

INSTANTIATE_TEST_SUITE_P(Files, InputErrors, testing::ValuesIn(names()),
                         [](const auto& name) { return name.param; });

TEST(InputErrorFiles, AreAtLeastForty) { EXPECT_GE(names().size(), 40u); }

}  // namespace
}  // namespace tranche
