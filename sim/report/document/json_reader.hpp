// SPDX-License-Identifier: Apache-2.0

// Reader for JSON that may have been edited: every wrong member is a problem with its location,
// `summary[3].p50[2]`, with the expected and the actual value.
//
// A reader is a location in the document. A missing or mistyped member is reported once and then
// reads as empty, so that one pass finds all errors.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/input/diagnostic.hpp"

namespace tranche {

// Parses the text as JSON. Throws InputError with line and column of a syntax error, and with the
// location of a duplicate key in an object.
nlohmann::ordered_json parse_json(std::string_view text, const std::string& file);

// Problems of one file, the first twenty.
class JsonProblems {
 public:
  explicit JsonProblems(std::string file) : file_(std::move(file)) {}
  void add(const std::string& place, const std::string& what);
  // Throws InputError if there is a problem; `help` is added to the last one.
  void throw_if_any(const std::string& help) const;

 private:
  std::string file_;
  std::vector<Diagnostic> list_;
  std::size_t left_out_ = 0;
};

// Closed range.
struct NumberRange {
  double least = std::numeric_limits<double>::lowest(), most = std::numeric_limits<double>::max();
};
// Shares of draws; a share is written with six digits.
inline constexpr NumberRange share_range{0, 1};
inline constexpr NumberRange not_negative{0, std::numeric_limits<double>::max()};

enum class Null { refused, accepted };

class JsonReader {
 public:
  using Json = nlohmann::ordered_json;
  // Both references must outlive the reader.
  JsonReader(const Json& root, JsonProblems& problems) : json_(&root), problems_(&problems) {}

  // Required and optional members.
  JsonReader at(const char* key) const;
  std::optional<JsonReader> find(const char* key) const;
  // Elements of a list; it must have `count` elements, if given.
  std::vector<JsonReader> items(std::optional<std::size_t> count = {}) const;

  std::string text() const;
  bool is_null() const { return json_ != nullptr && json_->is_null(); }
  // A non-empty text.
  std::string name() const;
  bool flag() const;
  double number(NumberRange range = {}, Null null = Null::refused) const;
  std::uint64_t whole(std::uint64_t least = 0) const;
  std::vector<std::string> texts() const;
  // Null, where accepted, is an unknown number and is returned as NaN.
  std::vector<double> numbers(std::optional<std::size_t> count, NumberRange range = {},
                              Null null = Null::refused) const;
  // Index of this text in a list of names; reports an unknown one.
  std::optional<std::size_t> index_in(const std::vector<std::string>& names) const;
  // Member `key` of each element: distinct names.
  std::vector<std::string> distinct_names(const char* key) const;
  // Checks schema_version of this object against the version that this program writes.
  void check_schema_version() const;

  // Reports this location: "`place`: what".
  void refuse(const std::string& what) const;
  const std::string& place() const { return place_; }

 private:
  JsonReader(const Json* json, JsonProblems* problems, std::string place)
      : json_(json), problems_(problems), place_(std::move(place)) {}
  void expect(const char* what) const;
  bool is(bool (Json::*kind)() const noexcept, const char* what) const;
  void check(const Json& value, const std::string& place, NumberRange range, Null null) const;
  std::string member(const char* key) const;

  const Json* json_;  // null if something was missing, which is already reported
  JsonProblems* problems_;
  std::string place_;
};

}  // namespace tranche
