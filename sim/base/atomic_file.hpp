// SPDX-License-Identifier: Apache-2.0

// Files that appear whole or not at all.
//
// Everything is written into a hidden staging folder inside the destination, synced to
// the disk, and only then renamed into place, file by file, while the destination is
// locked. So a full disk or an interruption leaves nothing behind, and of two runs into
// one folder at once the later one replaces every file of the earlier: never a mixture.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

// Something could not be written; the text says what and why. The command line ends with
// status 1.
struct OutputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Where the bytes of a file at `path` belong: what a symbolic link there leads to, else `path`
// itself. Throws OutputError where something is there that is no regular file, such as a device,
// a pipe or a folder: it would be gone.
std::filesystem::path replaceable(const std::filesystem::path& path);

// A set of files that belong together, on their way into one folder. Whatever was not
// published is removed by the destructor, folders that it made included (an empty one may
// stay when two runs make it in the same moment).
class FileSet {
 public:
  // Makes the folder where it is missing and proves that it can be written to.
  explicit FileSet(std::filesystem::path folder);
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;
  ~FileSet();

  // Writes one file to the staging folder. `name` may have one folder in it, "charts/a.svg".
  void write(const std::string& name, std::string_view content);
  // Moves all files into place, in the order they were written. Links are followed. Throws
  // OutputError, and moves none, where something in the way is no regular file.
  void publish();

  // Where that file is: on its way when this set holds it, else in the folder, if anywhere.
  std::filesystem::path find(const std::string& name) const;

  const std::filesystem::path& folder() const { return folder_; }
  const std::vector<std::string>& names() const { return names_; }
  // The names as a person sees the folder: each inner folder once, "charts/".
  std::vector<std::string> entries() const;

 private:
  std::filesystem::path folder_, staging_;
  std::vector<std::filesystem::path> made_folders_;  // innermost last
  std::vector<std::string> names_;
  bool published_ = false;
};

// Replaces one file, whole or not at all.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace tranche
