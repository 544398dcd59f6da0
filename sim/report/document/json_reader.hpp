// SPDX-License-Identifier: Apache-2.0

// Reading JSON that somebody may have edited: every wrong member is a problem with its place,
// `summary[3].p50[2]`, with what is expected there and what was found.
//
// A reader is a place in the document. What is missing or of another kind is reported once and
// then reads as empty, so that one look finds all that is wrong.
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

// The text as JSON. Throws InputError with line and column where it is none, and with the place
// of a key that stands twice in an object.
nlohmann::ordered_json parse_json(std::string_view text, const std::string& file);

// What is wrong with one file, the first twenty of it.
class JsonProblems {
 public:
  explicit JsonProblems(std::string file) : file_(std::move(file)) {}
  void add(const std::string& place, const std::string& what);
  // Throws InputError when there is a problem; `help` goes with the last one.
  void throw_if_any(const std::string& help) const;

 private:
  std::string file_;
  std::vector<Diagnostic> list_;
  std::size_t left_out_ = 0;
};

// Both ends are accepted.
struct NumberRange {
  double least = std::numeric_limits<double>::lowest(), most = std::numeric_limits<double>::max();
};
// Of draws; a share is written with six digits.
inline constexpr NumberRange share_range{0, 1};
inline constexpr NumberRange not_negative{0, std::numeric_limits<double>::max()};

enum class Null { refused, accepted };

class JsonReader {
 public:
  using Json = nlohmann::ordered_json;
  // Both must outlive the reader.
  JsonReader(const Json& root, JsonProblems& problems) : json_(&root), problems_(&problems) {}

  // A member that must be there; one that may be.
  JsonReader at(const char* key) const;
  std::optional<JsonReader> find(const char* key) const;
  // The elements of a list; it must have `count` where that is given.
  std::vector<JsonReader> items(std::optional<std::size_t> count = {}) const;

  std::string text() const;
  bool is_null() const { return json_ != nullptr && json_->is_null(); }
  // A text that is not empty.
  std::string name() const;
  bool flag() const;
  double number(NumberRange range = {}, Null null = Null::refused) const;
  std::uint64_t whole(std::uint64_t least = 0) const;
  std::vector<std::string> texts() const;
  // Where null is accepted, a number that is not known, it is NaN.
  std::vector<double> numbers(std::optional<std::size_t> count, NumberRange range = {},
                              Null null = Null::refused) const;
  // Index of this text in a list of names; reports what is not in it.
  std::optional<std::size_t> index_in(const std::vector<std::string>& names) const;
  // The member `key` of each element: names, of which no two are the same.
  std::vector<std::string> distinct_names(const char* key) const;
  // schema_version of this object, which must be the one that this program writes.
  void check_schema_version() const;

  // Reports this place: "`place`: what".
  void refuse(const std::string& what) const;
  const std::string& place() const { return place_; }

 private:
  JsonReader(const Json* json, JsonProblems* problems, std::string place)
      : json_(json), problems_(problems), place_(std::move(place)) {}
  void expect(const char* what) const;
  bool is(bool (Json::*kind)() const noexcept, const char* what) const;
  void check(const Json& value, const std::string& place, NumberRange range, Null null) const;
  std::string member(const char* key) const;

  const Json* json_;  // null where something was missing, which is reported already
  JsonProblems* problems_;
  std::string place_;
};

}  // namespace tranche
