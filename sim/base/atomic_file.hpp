// SPDX-License-Identifier: Apache-2.0

// Writes files atomically: completely or not at all.
//
// Everything is written to a hidden staging folder inside the destination, synced to disk, and then
// renamed into place, file by file, while the destination is locked. A full disk or an interruption
// leaves nothing behind, and of two runs into one folder the later one replaces every file of the
// earlier.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

// A file could not be written; the text names it and gives the reason. The command line exits with
// status 1.
struct OutputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Returns the target of a file at `path`: the target of a symbolic link, else `path` itself. Throws
// OutputError if the target exists and is not a regular file (a device, pipe or folder), which
// would be lost.
std::filesystem::path replaceable(const std::filesystem::path& path);

// A set of files to be published together into one folder. The destructor removes unpublished files
// and the folders created for them (an empty one may stay if two runs create it at the same
// moment).
class FileSet {
 public:
  // Creates the folder if needed and checks that it is writable.
  explicit FileSet(std::filesystem::path folder);
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;
  ~FileSet();

  // Writes one file to the staging folder. `name` may contain one folder, "charts/a.svg".
  void write(const std::string& name, std::string_view content);
  // Moves all files into place, in the order they were written. Follows links. Throws OutputError,
  // and moves none, if a target is not a regular file.
  void publish();

  // Path of a file: in the staging folder if this set holds it, else in the destination.
  std::filesystem::path find(const std::string& name) const;

  const std::filesystem::path& folder() const { return folder_; }
  const std::vector<std::string>& names() const { return names_; }
  // Entries of the folder in a listing: each inner folder once, "charts/".
  std::vector<std::string> entries() const;

 private:
  std::filesystem::path folder_, staging_;
  std::vector<std::filesystem::path> made_folders_;  // innermost last
  std::vector<std::string> names_;
  bool published_ = false;
};

// Replaces one file, completely or not at all.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace tranche
