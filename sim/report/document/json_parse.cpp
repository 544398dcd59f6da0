// SPDX-License-Identifier: Apache-2.0

// JSON parser that reports the location of errors.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/report/document/json_reader.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

// Follows the parser through the document to find duplicate keys, of which the library silently
// keeps the last.
class KeyWatch {
 public:
  explicit KeyWatch(JsonProblems& problems) : problems_(problems) {}

  bool operator()(int, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (event == Event::object_end || event == Event::array_end) {
      levels_.pop_back();
      return true;
    }
    if (event == Event::key) {
      Level& level = levels_.back();
      level.key = parsed.get<std::string>();
      if (!level.keys.insert(level.key).second) problems_.add(place(), "this key stands twice");
      return true;
    }
    if (!levels_.empty() && levels_.back().is_list) ++levels_.back().elements;
    if (event != Event::value) levels_.push_back({.is_list = event == Event::array_start});
    return true;
  }

 private:
  struct Level {
    bool is_list = false;
    std::size_t elements = 0;  // begun so far
    std::string key = {};
    std::set<std::string> keys = {};
  };

  std::string place() const {
    std::string out;
    for (const Level& level : levels_)
      if (level.is_list)
        out += fmt::format("[{}]", level.elements - 1);
      else
        out += (out.empty() ? "" : ".") + level.key;
    return out;
  }

  JsonProblems& problems_;
  std::vector<Level> levels_;
};

// The library's messages begin with an error code: "[json.exception...] ".
std::string explanation(const Json::exception& problem) {
  const std::string text = problem.what();
  const std::size_t end = text.find("] ");
  return printable(end == std::string::npos ? text : text.substr(end + 2));
}

SourceSpan place_of_byte(std::string_view text, const std::string& file, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 without one
  return {.file = file,
          .line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          .column = before.size() - line_start + 1};
}

}  // namespace

Json parse_json(std::string_view text, const std::string& file) {
  JsonProblems problems(file);
  try {
    Json json = Json::parse(text, KeyWatch(problems));
    problems.throw_if_any("each key of a table stands once");
    return json;
  } catch (const Json::parse_error& problem) {
    throw InputError({{.where = place_of_byte(text, file, problem.byte),
                       .problem = "this is not JSON",
                       .help = {explanation(problem)}}});
  } catch (const Json::exception& problem) {
    // A number outside the range of double, which the message quotes.
    const std::string why = explanation(problem);
    const std::size_t begin = why.find('\'') + 1, end = why.rfind('\'');
    const std::size_t at = begin < end ? text.find(why.substr(begin, end - begin)) : 0;
    throw InputError({{.where = place_of_byte(text, file, at == std::string::npos ? 1 : at + 1),
                       .problem = "this is not JSON that can be read",
                       .help = {why}}});
  }
}

}  // namespace tranche
