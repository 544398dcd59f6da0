// SPDX-License-Identifier: Apache-2.0
#include "sim/input/toml_load.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include "sim/input/input_file.hpp"
#include "sim/input/line_columns.hpp"
#include "sim/input/sha256.hpp"

namespace tranche {
namespace {

// Deeper documents are refused before toml++ builds them, because its tables are destroyed
// recursively.
constexpr std::size_t dots_in_a_row_limit = 1000;
constexpr int depth_limit = 32;

std::string too_large(std::uintmax_t bytes) {
  return fmt::format("it is too large ({:.1f} MB)", static_cast<double>(bytes) / 1e6);
}

std::string size_limit() {
  return fmt::format("an input file may have at most {} MiB", input_file_limit_bytes >> 20);
}

std::string nested_too_deep() { return fmt::format("nested more than {} deep", depth_limit); }

class Converter {
 public:
  Converter(std::string_view document, const std::string& file, Problems& problems)
      : lines_(document), file_(file), problems_(problems) {}

  // toml++ counts columns in characters; diagnostics count bytes.
  SourceSpan span(const toml::source_region& region) {
    SourceSpan where{.file = file_};
    const std::size_t line = region.begin.line;
    if (line == 0 || line > lines_.line_count()) return where;
    where.line = line;
    where.column = lines_.byte_column(line, region.begin.column);
    const std::size_t end = region.end.line == line ? lines_.byte_column(line, region.end.column)
                                                    : lines_.line(line).size() + 1;
    where.length = end > where.column ? end - where.column : 1;
    return where;
  }

  Node node(const toml::node& source, int depth) {
    Node out;
    out.where = span(source.source());
    if (depth > depth_limit) {
      problems_.error(out.where, nested_too_deep());
    } else if (const toml::table* table = source.as_table()) {
      add_members(out, *table, depth);
    } else if (const toml::array* array = source.as_array()) {
      out.kind = Node::Kind::array;
      for (const toml::node& item : *array) out.children.push_back(node(item, depth + 1));
    } else {
      add_value(out, source);
    }
    return out;
  }

 private:
  void add_members(Node& out, const toml::table& table, int depth) {
    out.is_inline = table.is_inline();
    for (const auto& [key, value] : table) {
      Node child = node(value, depth + 1);
      child.key = key.str();
      child.key_where = span(key.source());
      out.children.push_back(std::move(child));
    }
    // toml++ sorts by name; the order of the file is restored.
    std::stable_sort(out.children.begin(), out.children.end(), [](const Node& a, const Node& b) {
      return std::pair(a.key_where.line, a.key_where.column) <
             std::pair(b.key_where.line, b.key_where.column);
    });
    out.note_places();
  }

  void add_value(Node& out, const toml::node& source) {
    out.text = as_written(out.where);
    if (const auto* string = source.as_string()) {
      out.kind = Node::Kind::string;
      out.text = string->get();
    } else if (const auto* integer = source.as_integer()) {
      out.kind = Node::Kind::integer;
      out.integer = integer->get();
      out.number = static_cast<double>(out.integer);
    } else if (const auto* number = source.as_floating_point()) {
      out.kind = Node::Kind::number;
      out.number = number->get();
    } else if (const auto* boolean = source.as_boolean()) {
      out.kind = Node::Kind::boolean;
      out.boolean = boolean->get();
    } else {
      out.kind = Node::Kind::date;
    }
  }

  std::string as_written(const SourceSpan& where) const {
    if (where.line == 0) return {};
    return std::string(lines_.line(where.line).substr(where.column - 1, where.length));
  }

  LineColumns lines_;
  const std::string& file_;
  Problems& problems_;
};

// Replaces quotation marks by backticks.
std::string in_backticks(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '`');
  return text;
}

// Line with an excessively long dotted key, 0 if there is none.
std::size_t line_nested_too_deep(const LineColumns& lines) {
  for (std::size_t number = 1; number <= lines.line_count(); ++number) {
    const std::string_view line = lines.line(number);
    std::size_t dots = 0;
    for (const char c : line.substr(0, line.find('#'))) {
      if (c == '=' || c == ',' || c == '{' || c == '}') dots = 0;
      if (c == '.' && ++dots > dots_in_a_row_limit) return number;
    }
  }
  return 0;
}

// Reports a toml++ error in our style: without "Error while parsing", with names in backticks.
void report(const toml::parse_error& error, Converter& convert, Problems& problems) {
  std::string text(error.description());
  std::vector<std::string> help;
  constexpr std::string_view opening = "Error while parsing ";
  if (text.starts_with(opening)) {
    const std::size_t colon = text.find(": ");
    help.push_back("while reading a " + text.substr(opening.size(), colon - opening.size()));
    if (help.back().ends_with("root table")) help.clear();
    text.erase(0, colon + 2);
  } else if (!text.empty()) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  if (text.starts_with("cannot redefine existing")) {
    const std::string name = text.substr(std::min(text.find('\''), text.size()));
    problems.error(convert.span(error.source()), "duplicate name " + in_backticks(name),
                   {"each name may stand only once in a table"});
    return;
  }
  if (text.starts_with("exceeded maximum nested value depth")) {
    problems.error(convert.span(error.source()), nested_too_deep());
    return;
  }
  if (text.starts_with("unescaped control characters")) {
    help = {"a string ends on the line where it begins, except between triple quotes"};
  } else if (text.starts_with("expected '-', saw")) {
    help = {"a month is written in quotes: `\"2026-01\"`"};
  } else if (text.starts_with("expected digit, saw")) {
    help = {"a number with letters or a unit is written in quotes: `\"400k\"`, `\"900 MW\"`"};
  }
  if (text.ends_with('.')) text.pop_back();
  problems.error(convert.span(error.source()), "not valid TOML: " + in_backticks(text), help);
}

}  // namespace

std::optional<std::string> read_input_file(const std::string& path, const SourceSpan& asked_from,
                                           Problems& problems) {
  namespace fs = std::filesystem;
  const auto fail = [&](const std::string& why, std::vector<std::string> help = {}) {
    SourceSpan where = asked_from;
    if (where.line == 0) where.file = path;
    problems.error(where, fmt::format("cannot read `{}`: {}", path, why), std::move(help));
    return std::nullopt;
  };
  const std::string why = why_no_file(path);
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return fail(why, {"name a file"});
  if (!why.empty()) return fail(why);
  std::error_code status_error;
  const std::uintmax_t size = fs::file_size(path, status_error);
  if (status_error) return fail(status_error.message());
  if (size > input_file_limit_bytes) return fail(too_large(size), {size_limit()});
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return fail("permission denied, or the disk failed");
  return bytes;
}

std::optional<Node> parse_toml(std::string_view document, const std::string& file,
                               Problems& problems) {
  if (document.starts_with("\xEF\xBB\xBF")) document.remove_prefix(3);
  problems.remember_source(file, document);
  Converter convert(document, file, problems);
  if (const std::size_t line = line_nested_too_deep(LineColumns(document))) {
    problems.error({.file = file, .line = line, .column = 1}, nested_too_deep());
    return std::nullopt;
  }
  try {
    const toml::table table = toml::parse(document, std::string_view(file));
    const std::size_t errors_before = problems.error_count();
    Node root = convert.node(table, 0);
    if (problems.error_count() > errors_before) return std::nullopt;
    return root;
  } catch (const toml::parse_error& error) {
    report(error, convert, problems);
    return std::nullopt;
  }
}

std::optional<LoadedFile> load_toml(const std::string& path, const SourceSpan& asked_from,
                                    Problems& problems) {
  const std::optional<std::string> bytes = read_input_file(path, asked_from, problems);
  if (!bytes) return std::nullopt;
  return load_toml_text(*bytes, path, problems);
}

std::optional<LoadedFile> load_toml_text(std::string_view text, const std::string& path,
                                         Problems& problems) {
  if (text.size() > input_file_limit_bytes) {
    problems.error({.file = path}, too_large(text.size()), {size_limit()});
    return std::nullopt;
  }
  std::optional<Node> root = parse_toml(text, path, problems);
  if (!root) return std::nullopt;
  return LoadedFile{.root = std::move(*root), .input = {.path = path, .sha256 = sha256_hex(text)}};
}

namespace {

void move_to(Node& node, const SourceSpan& where) {
  node.where = where;
  node.key_where = where;
  for (Node& child : node.children) move_to(child, where);
}

}  // namespace

Node parse_toml_value(std::string_view text, const SourceSpan& where) {
  Problems ignored;
  const std::string document = "value = " + std::string(text);
  const std::optional<Node> parsed =
      text.find('\n') == std::string_view::npos ? parse_toml(document, "", ignored) : std::nullopt;
  Node value = string_node(std::string(text), where);
  if (parsed && parsed->children.size() == 1 && parsed->children[0].key == "value") {
    value = parsed->children[0];
  }
  move_to(value, where);
  value.key.clear();
  return value;
}

}  // namespace tranche
