// SPDX-License-Identifier: Apache-2.0

// Files that are not scenarios, and locations of values.
#include "sim/input/toml_load.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/scenario_text_file.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;

std::string error_of(const std::string& path) {
  try {
    read_scenario(path, {}, tests::catalogue());
  } catch (const InputError& error) {
    EXPECT_EQ(error.diagnostics().size(), 1u);
    return error.diagnostics().front().problem;
  }
  return {};
}

class Files : public testing::Test {
 protected:
  // A folder per test, because tests run concurrently.
  Files()
      : folder_(fs::path(testing::TempDir()) /
                ("tranche_toml_load_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Files() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(Files, ThatAreMissingAreSaid) {
  EXPECT_EQ(error_of(path("none.toml")), "cannot read `" + path("none.toml") + "`: no such file");
}

TEST_F(Files, ThatAreDirectoriesAreSaid) {
  EXPECT_EQ(error_of(folder_.string()),
            "cannot read `" + folder_.string() + "`: it is a directory");
}

TEST_F(Files, ThatAreDevicesAreSaid) {
  EXPECT_EQ(error_of("/dev/zero"), "cannot read `/dev/zero`: it is not a regular file");
}

TEST_F(Files, OfAHundredMegabytesAreRefusedBeforeReading) {
  std::ofstream(path("large.toml")) << "# large\n";
  fs::resize_file(path("large.toml"), 100'000'000);
  EXPECT_EQ(error_of(path("large.toml")),
            "cannot read `" + path("large.toml") + "`: it is too large (100.0 MB)");
}

TEST_F(Files, UpToTheLimitAreRead) {
  std::ofstream out(path("long.toml"));
  out << tests::small_scenario();
  const std::string line = "#" + std::string(998, '.') + "\n";
  for (std::size_t bytes = 1000; bytes + line.size() < input_file_limit_bytes;
       bytes += line.size()) {
    out << line;
  }
  out.close();
  EXPECT_NO_THROW(read_scenario(path("long.toml"), {}, tests::catalogue()));
}

TEST_F(Files, WithManyKeysAreRead) {
  std::ofstream out(path("wide.toml"));
  out << tests::small_scenario("[assumptions]\n");
  for (int i = 0; i < 20'000; ++i) out << "x" << i << " = 1\n";
  out.close();
  const ScenarioSet set = read_scenario(path("wide.toml"), {}, tests::catalogue());
  EXPECT_EQ(set.warnings.size(), 20'000u);
}

TEST(TomlPositions, CountBytesBehindOtherLetters) {
  Problems problems;
  const auto root =
      parse_toml("title = \"\xC3\xA9\xC3\xA9\"\nx = { \"\xC3\xA9\" = 1, b = 23 }\n", "f", problems);
  ASSERT_TRUE(root);
  const Node& b = *root->find("x")->find("b");
  EXPECT_EQ(b.where.line, 2u);
  EXPECT_EQ(b.where.column, 21u);  // x = { "é" = 1, b = 23 }: é has two bytes
  EXPECT_EQ(b.where.length, 2u);
}

TEST(TomlValues, AreTextWhereTheyAreNotToml) {
  const SourceSpan where{.file = "(--set)", .line = 1, .column = 3, .length = 4};
  EXPECT_EQ(parse_toml_value("4_000", where).integer, 4000);
  EXPECT_EQ(parse_toml_value("H200", where).text, "H200");
  EXPECT_EQ(parse_toml_value("20k to 30k", where).text, "20k to 30k");
  EXPECT_EQ(parse_toml_value("\"5 MW\"", where).text, "5 MW");
  EXPECT_TRUE(parse_toml_value("{ a = 1 }", where).is_table());
  EXPECT_TRUE(parse_toml_value("1\nb = 2", where).is_string());
}

}  // namespace
}  // namespace tranche
