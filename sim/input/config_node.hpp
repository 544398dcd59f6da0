// SPDX-License-Identifier: Apache-2.0

// A value of a scenario file with its file and line, so that merged trees refer to the original
// text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/input/diagnostic.hpp"

namespace tranche {

struct Node {
  enum class Kind { table, array, string, integer, number, boolean, date };

  Kind kind = Kind::table;
  std::string key = {};  // in the table that holds it
  SourceSpan key_where = {};
  SourceSpan where = {};  // of the value
  std::string text = {};  // string: its content; numbers and dates: as written
  double number = 0;      // integer and number
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<Node> children = {};  // of a table in file order, or of an array
  bool is_inline = false;           // a table in braces, not one of headers or dotted keys
  std::string set_by = {};          // what-if that set it, or empty
  // Index of a large table's members when it was read. Copies share it and changes leave it stale:
  // entries are verified, and missing ones are searched for.
  std::shared_ptr<const std::unordered_map<std::string, std::size_t>> places = {};

  bool is_table() const { return kind == Kind::table; }
  bool is_array() const { return kind == Kind::array; }
  bool is_string() const { return kind == Kind::string; }
  bool is_number() const { return kind == Kind::integer || kind == Kind::number; }

  // Returns the member of a table; nullptr if there is none or this is not a table.
  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);
  // As find, along a dotted path: "supply.rate".
  const Node* find_path(std::string_view dotted) const;
  void remove(std::string_view name);
  // Builds the index that speeds up `find` in a large table.
  void note_places();
};

Node string_node(std::string text, SourceSpan where);

// "a table", "a string": kind in messages.
std::string_view kind_text(const Node& node);

// The value as TOML on one line.
std::string toml_text(const Node& node);

// "a.b" -> {"a", "b"}; empty pieces are kept.
std::vector<std::string> split_path(std::string_view dotted);
std::string join_path(const std::vector<std::string>& segments);

// True if the value of an optional key is "none", which removes it.
bool is_none(const Node& node);

}  // namespace tranche
