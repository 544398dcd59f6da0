// SPDX-License-Identifier: Apache-2.0

// Finished points of a sweep on disk, so that an interrupted sweep can continue.
//
// sweep.partial: a line with the format and the key of the sweep, then for each finished point a
// line `point NUMBER ROWS CHECKSUM` and its rows. The key is a hash of everything that determines
// the results. A truncated point at the end of the file is repeated; any other inconsistency is an
// error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "sim/base/file_descriptor.hpp"

namespace tranche {

enum class Resume { no, yes };

class SweepStore {
 public:
  // Keeps points in memory only.
  SweepStore() : file_(-1) {}
  // Opens DIR/sweep.partial and locks it; creates the folder if needed. With Resume::yes reads its
  // contents. Throws OutputError if it cannot be written, is damaged, belongs to another sweep, or
  // is locked by another process.
  SweepStore(const std::filesystem::path& folder, const std::string& key, Resume resume);

  // Rows (CSV lines) of the finished points, by number.
  const std::map<std::uint64_t, std::string>& points() const { return points_; }
  // Stores the rows of one more point.
  void add(std::uint64_t number, const std::string& rows);
  // Deletes the file after the results are written.
  void remove();

  const std::filesystem::path& path() const { return path_; }

 private:
  void read(const std::string& text, const std::string& header);
  void write(const std::string& text);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::map<std::uint64_t, std::string> points_;
};

}  // namespace tranche
