// SPDX-License-Identifier: Apache-2.0

// Places in the lines of a document: characters counted to bytes, in constant time a place.
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
  // The byte, from 1, at which the character of this column (from 1) begins; one beyond the
  // end of the line where it has fewer characters.
  std::size_t byte_column(std::size_t number, std::size_t character_column);

 private:
  std::vector<std::string_view> lines_;
  // Of lines that were asked for: where their characters begin; empty where all are single bytes.
  std::unordered_map<std::size_t, std::vector<std::uint32_t>> begins_;
};

}  // namespace tranche
