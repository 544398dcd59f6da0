// SPDX-License-Identifier: Apache-2.0

// Writer of a NetCDF-4 file: calls throw on errors, and an unfinished file is removed.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tranche {

class NetcdfFile {
 public:
  // Creates a hidden file beside `target`. Throws OutputError, as do all members.
  explicit NetcdfFile(const std::filesystem::path& target);
  NetcdfFile(const NetcdfFile&) = delete;
  NetcdfFile& operator=(const NetcdfFile&) = delete;
  ~NetcdfFile();

  int dimension(const std::string& name, std::size_t length);
  int texts(const std::string& name, int dimension);
  int numbers(const std::string& name, int dimension);  // integers, 64 bits
  // 32-bit floats in compressed chunks.
  int floats(const std::string& name, const std::vector<int>& dimensions,
             const std::vector<std::size_t>& chunk);
  void attribute(int variable, const std::string& name, const std::string& text);
  void file_attribute(const std::string& name, const std::string& text);
  // Ends the definitions; called after all names, before any value.
  void end_of_names();

  void write(int variable, const std::vector<std::string>& values);
  void write(int variable, std::size_t start, const std::vector<long long>& values);
  void write(int variable, const std::vector<std::size_t>& start,
             const std::vector<std::size_t>& count, std::span<const float> values);
  // Renames it to the target.
  void publish();

 private:
  void check(int status);
  std::filesystem::path target_, staging_;
  int file_ = -1;
  bool failed_ = false;
};

}  // namespace tranche
