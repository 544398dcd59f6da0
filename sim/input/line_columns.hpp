// SPDX-License-Identifier: Apache-2.0

// Converts character columns in the lines of a document to byte columns, in constant time each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tranche {

class LineColumns {
 public:
  // The document must outlive it.
  explicit LineColumns(std::string_view document);

  std::size_t line_count() const { return lines_.size(); }
  // Line numbers count from 1 and must be at most line_count().
  std::string_view line(std::size_t number) const { return lines_[number - 1]; }
  // Returns the byte, from 1, at which the character of this column (from 1) begins; one past the
  // end of the line if it has fewer characters.
  std::size_t byte_column(std::size_t number, std::size_t character_column);

 private:
  std::vector<std::string_view> lines_;
  // Start bytes of the characters of the lines used; empty if all are single bytes.
  std::unordered_map<std::size_t, std::vector<std::uint32_t>> begins_;
};

}  // namespace tranche
