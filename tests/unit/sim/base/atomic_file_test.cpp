// SPDX-License-Identifier: Apache-2.0
#include "sim/base/atomic_file.hpp"

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

// Regression: as root, /dev/null became a regular file.
TEST_F(AtomicFile, LeavesAPipeWhereItIs) {
  const fs::path pipe = folder_ / "b.csv";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  FileSet files(folder_);
  files.write("a.csv", "a");
  files.write("b.csv", "b");
  EXPECT_THROW(files.publish(), OutputError);
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_FALSE(fs::exists(folder_ / "a.csv"));
  EXPECT_THROW(write_file_atomically(pipe, "b"), OutputError);
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(AtomicFile, FollowsLinks) {
  const fs::path elsewhere = folder_ / "elsewhere";
  fs::create_directory(elsewhere);
  std::ofstream(elsewhere / "kept.csv") << "old";
  fs::create_symlink("elsewhere/kept.csv", folder_ / "relative");
  fs::create_symlink(folder_ / "relative", folder_ / "through_two");
  write_file_atomically(folder_ / "through_two", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "relative"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "through_two"));
  EXPECT_EQ(content(elsewhere / "kept.csv"), "new");
  // A dangling link creates its target.
  fs::create_symlink("elsewhere/made.csv", folder_ / "dangling");
  write_file_atomically(folder_ / "dangling", "made");
  EXPECT_EQ(content(elsewhere / "made.csv"), "made");
  // A circular link has no target.
  fs::create_symlink("circle", folder_ / "circle");
  EXPECT_THROW(write_file_atomically(folder_ / "circle", "x"), OutputError);
}

TEST_F(AtomicFile, FollowsALinkToAnotherFileSystem) {
  const fs::path other = "/dev/shm";
  struct stat here {
  }, there{};
  if (::stat(folder_.c_str(), &here) != 0 || ::stat(other.c_str(), &there) != 0 ||
      here.st_dev == there.st_dev)
    GTEST_SKIP() << "there is no second file system here";
  const fs::path target = other / folder_.filename();
  fs::create_symlink(target, folder_ / "link");
  write_file_atomically(folder_ / "link", "across");
  EXPECT_EQ(content(target), "across");
  fs::remove(target);
}

TEST_F(AtomicFile, SetsOfSeveralRunsNeverMix) {
  constexpr int rounds = 50;
  const auto run = [&](const std::string& writer) {
    for (int round = 0; round < rounds; ++round) {
      FileSet files(folder_);
      const std::string text = writer + std::to_string(round);
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
  // The empty folder may stay: each run assumes that the other made it.
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_))
    EXPECT_TRUE(entry.path().filename() == "a" || entry.path().filename() == "b") << entry.path();
}

}  // namespace
}  // namespace tranche
