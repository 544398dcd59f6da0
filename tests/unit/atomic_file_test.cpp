#include "sim/results/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

namespace tranche {
namespace fs = std::filesystem;
namespace {

class AtomicFile : public testing::Test {
 protected:
  AtomicFile() {
    std::string pattern = (fs::temp_directory_path() / "tranche-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~AtomicFile() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  static std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::size_t entries(const fs::path& folder) const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }
  fs::path folder_;
};

TEST_F(AtomicFile, AppearsOnlyWhenPublished) {
  {
    FileSet files(folder_ / "a" / "b");
    files.write("one.csv", "1\n");
    files.write("two.csv", "2\n");
    EXPECT_FALSE(fs::exists(folder_ / "a" / "b" / "one.csv"));
    files.publish();
  }
  EXPECT_EQ(content(folder_ / "a" / "b" / "one.csv"), "1\n");
  EXPECT_EQ(entries(folder_ / "a" / "b"), 2u);  // and no staging folder
}

TEST_F(AtomicFile, LeavesNothingWhenNotPublished) {
  {
    FileSet files(folder_ / "a" / "b");
    files.write("one.csv", "1\n");
  }
  EXPECT_EQ(entries(folder_), 0u);
}

TEST_F(AtomicFile, KeepsTheOldFileUntilPublished) {
  write_file_atomically(folder_ / "x", "old");
  {
    FileSet files(folder_);
    files.write("x", "new");
    EXPECT_EQ(content(folder_ / "x"), "old");
  }
  EXPECT_EQ(content(folder_ / "x"), "old");
  write_file_atomically(folder_ / "x", "new");
  EXPECT_EQ(content(folder_ / "x"), "new");
}

TEST_F(AtomicFile, NamesThePathAndTheReasonWhenTheFolderIsAFile) {
  write_file_atomically(folder_ / "file", "x");
  try {
    FileSet files(folder_ / "file" / "results");
    FAIL() << "no error";
  } catch (const OutputError& error) {
    EXPECT_EQ(std::string(error.what()), "cannot write into the folder `" +
                                             (folder_ / "file").string() + "`: Not a directory");
  }
}

TEST_F(AtomicFile, ReportsAFolderThatCannotBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  ASSERT_EQ(::chmod(folder_.c_str(), 0555), 0);
  EXPECT_THROW(FileSet{folder_ / "results"}, OutputError);
  ::chmod(folder_.c_str(), 0755);
}

TEST_F(AtomicFile, DoesNotSplitTheSetWhenAFolderIsInTheWay) {
  fs::create_directory(folder_ / "two.csv");
  FileSet files(folder_);
  files.write("one.csv", "1\n");
  files.write("two.csv", "2\n");
  EXPECT_THROW(files.publish(), OutputError);
  EXPECT_FALSE(fs::exists(folder_ / "one.csv"));
}

TEST_F(AtomicFile, SetsOfSeveralRunsNeverMix) {
  constexpr int rounds = 50;
  const auto run = [&](const std::string& who) {
    for (int round = 0; round < rounds; ++round) {
      FileSet files(folder_);
      const std::string text = who + std::to_string(round);
      files.write("one", text);
      files.write("two", text);
      files.publish();
    }
  };
  std::thread first(run, "a"), second(run, "b");
  first.join();
  second.join();
  EXPECT_EQ(content(folder_ / "one"), content(folder_ / "two"));
  EXPECT_EQ(entries(folder_), 2u);
}

TEST_F(AtomicFile, BearsRunsThatRemoveTheFolderTheyMade) {
  constexpr int rounds = 500;
  const auto probe = [&] {
    for (int round = 0; round < rounds; ++round) const FileSet files(folder_ / "a" / "b");
  };
  std::thread first(probe), second(probe);
  first.join();
  second.join();
  // The empty folder may stay: each run takes it for the other's.
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_))
    EXPECT_TRUE(entry.path().filename() == "a" || entry.path().filename() == "b") << entry.path();
}

}  // namespace
}  // namespace tranche
