// SPDX-License-Identifier: Apache-2.0

// Finished points of a sweep, kept on disk while it runs, so that an interrupted sweep can
// go on.
//
// sweep.partial: a line with the format and the key of the sweep, then for each finished
// point a line `point NUMBER ROWS CHECKSUM` and its rows. The key is a hash of everything
// that the results follow from. A point cut off at the end of the file was interrupted and
// is done again; anything else that does not fit is refused.
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
  // Opens DIR/sweep.partial and locks it; makes the folder where it is missing. With
  // Resume::yes reads what is there. Throws OutputError when it cannot be written, when it is
  // damaged, when it belongs to another sweep, or when another process works on it.
  SweepStore(const std::filesystem::path& folder, const std::string& key, Resume resume);

  // Rows (CSV lines) of the points that are done, by number.
  const std::map<std::uint64_t, std::string>& points() const { return points_; }
  // Keeps the rows of one more point.
  void add(std::uint64_t number, const std::string& rows);
  // Takes the file away, once the results are written.
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
