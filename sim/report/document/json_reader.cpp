// SPDX-License-Identifier: Apache-2.0
#include "sim/report/document/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/results/json_head.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_problems = 20;

// Texts and numbers as written, larger values by kind.
std::string found(const Json& value) {
  if (value.is_object()) return "a table";
  if (value.is_array()) return fmt::format("a list of {}", value.size());
  if (value.is_null()) return "null";
  return fmt::format(
      "`{}`", shortened(printable(value.dump(-1, ' ', false, Json::error_handler_t::replace)), 40));
}

}  // namespace

void JsonProblems::add(const std::string& place, const std::string& what) {
  std::string problem = place.empty() ? what : fmt::format("`{}`: {}", printable(place), what);
  // A location may be read twice.
  for (const Diagnostic& known : list_)
    if (known.problem == problem) return;
  if (list_.size() == max_problems) {
    ++left_out_;
    return;
  }
  list_.push_back({.where = {.file = file_}, .problem = std::move(problem)});
}

void JsonProblems::throw_if_any(const std::string& help) const {
  if (list_.empty()) return;
  std::vector<Diagnostic> all = list_;
  if (left_out_ > 0) all.back().help.push_back(fmt::format("and {} more like it", left_out_));
  all.back().help.push_back(help);
  throw InputError(std::move(all));
}

void JsonReader::refuse(const std::string& what) const { problems_->add(place_, what); }

void JsonReader::expect(const char* what) const {
  refuse(fmt::format("expected {}, found {}", what, found(*json_)));
}

bool JsonReader::is(bool (Json::*kind)() const noexcept, const char* what) const {
  if (json_ == nullptr) return false;
  if ((json_->*kind)()) return true;
  expect(what);
  return false;
}

std::string JsonReader::member(const char* key) const {
  return place_.empty() ? key : place_ + "." + key;
}

JsonReader JsonReader::at(const char* key) const {
  if (is(&Json::is_object, "a table")) {
    if (const auto value = json_->find(key); value != json_->end())
      return {&*value, problems_, member(key)};
    problems_->add(member(key), "this is missing");
  }
  return {nullptr, problems_, member(key)};
}

std::optional<JsonReader> JsonReader::find(const char* key) const {
  if (json_ == nullptr || !json_->is_object() || !json_->contains(key)) return {};
  return at(key);
}

std::vector<JsonReader> JsonReader::items(std::optional<std::size_t> count) const {
  std::vector<JsonReader> out;
  if (!is(&Json::is_array, "a list")) return out;
  if (count && json_->size() != *count)
    refuse(fmt::format("expected {} elements, found {}", *count, json_->size()));
  for (std::size_t i = 0; i < json_->size(); ++i)
    out.push_back({&(*json_)[i], problems_, fmt::format("{}[{}]", place_, i)});
  return out;
}

std::string JsonReader::text() const {
  return is(&Json::is_string, "a text") ? json_->get<std::string>() : std::string();
}

std::string JsonReader::name() const {
  const std::string out = text();
  if (json_ != nullptr && json_->is_string() && out.empty()) expect("a name");
  return out;
}

bool JsonReader::flag() const {
  return is(&Json::is_boolean, "true or false") && json_->get<bool>();
}

void JsonReader::check(const Json& value, const std::string& place, NumberRange range,
                       Null null) const {
  if (value.is_null() && null == Null::accepted) return;
  if (!value.is_number()) {
    problems_->add(place, fmt::format("expected a number, found {}", found(value)));
    return;
  }
  const double number = value.get<double>();
  if (number >= range.least && number <= range.most) return;
  const bool has_most = range.most < std::numeric_limits<double>::max();
  problems_->add(place,
                 fmt::format("expected a number {}, found {}",
                             has_most ? fmt::format("from {:g} to {:g}", range.least, range.most)
                                      : fmt::format("of at least {:g}", range.least),
                             found(value)));
}

double JsonReader::number(NumberRange range, Null null) const {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (json_ == nullptr) return none;
  check(*json_, place_, range, null);
  return json_->is_number() ? json_->get<double>() : none;
}

std::uint64_t JsonReader::whole(std::uint64_t least) const {
  if (json_ == nullptr) return least;
  if (!json_->is_number_unsigned() || json_->get<std::uint64_t>() < least) {
    refuse(fmt::format("expected a whole number of at least {}, found {}", least, found(*json_)));
    return least;
  }
  return json_->get<std::uint64_t>();
}

std::vector<std::string> JsonReader::texts() const {
  std::vector<std::string> out;
  for (const JsonReader& item : items()) out.push_back(item.text());
  return out;
}

std::vector<double> JsonReader::numbers(std::optional<std::size_t> count, NumberRange range,
                                        Null null) const {
  std::vector<double> out;
  if (!is(&Json::is_array, "a list")) return out;
  if (count && json_->size() != *count)
    refuse(fmt::format("expected {} numbers, found {}", *count, json_->size()));
  out.reserve(json_->size());
  for (std::size_t i = 0; i < json_->size(); ++i) {
    const Json& value = (*json_)[i];
    const bool is_right = value.is_number() && value.get<double>() >= range.least &&
                          value.get<double>() <= range.most;
    if (!is_right) check(value, fmt::format("{}[{}]", place_, i), range, null);
    out.push_back(is_right ? value.get<double>() : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

std::optional<std::size_t> JsonReader::index_in(const std::vector<std::string>& names) const {
  if (!is(&Json::is_string, "a text")) return {};
  const std::string wanted = json_->get<std::string>();
  const auto at = std::find(names.begin(), names.end(), wanted);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  std::string known;
  for (std::size_t i = 0; i < names.size() && i < 12; ++i)
    known += (i == 0 ? "`" : ", `") + printable(names[i]) + "`";
  if (names.size() > 12) known += " …";
  refuse(fmt::format("unknown name {}, expected one of {}", found(*json_), known));
  return {};
}

std::vector<std::string> JsonReader::distinct_names(const char* key) const {
  std::vector<std::string> out;
  std::set<std::string> taken;
  for (const JsonReader& item : items()) {
    const JsonReader place = key == nullptr ? item : item.at(key);
    out.push_back(place.name());
    if (!out.back().empty() && !taken.insert(out.back()).second)
      place.refuse(fmt::format("`{}` stands twice", printable(out.back())));
  }
  return out;
}

void JsonReader::check_schema_version() const {
  const JsonReader version = at("schema_version");
  if (version.json_ == nullptr || *version.json_ == json_schema_version) return;
  version.refuse(fmt::format("this version of tranche reads schema version {}, found {}",
                             json_schema_version, found(*version.json_)));
}

}  // namespace tranche
