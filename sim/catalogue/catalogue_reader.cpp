// SPDX-License-Identifier: Apache-2.0
#include "sim/catalogue/catalogue_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace tranche {
namespace {

constexpr std::string_view number_forms =
    "write `{ value = \"4.8 TB/s\", source = \"...\" }`, with `as_of`, `confidence` or `note` "
    "if known";

Confidence confidence_of(std::string_view name) {
  if (name == "derived") return Confidence::derived;
  if (name == "calibrated") return Confidence::calibrated;
  if (name == "assumed") return Confidence::assumed;
  return Confidence::published;
}

}  // namespace

SourceSpan span_of(const CatalogueFile& file, const toml::node& node) {
  const toml::source_region& region = node.source();
  const bool one_line = region.begin.line == region.end.line;
  const std::size_t length = one_line && region.end.column > region.begin.column
                                 ? region.end.column - region.begin.column
                                 : 1;
  return {.file = file.path,
          .line = region.begin.line,
          .column = region.begin.column,
          .length = length};
}

std::vector<std::string> source_codes(std::string_view codes) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= codes.size()) {
    const std::size_t end = std::min(codes.find(',', begin), codes.size());
    std::string_view part = codes.substr(begin, end - begin);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    begin = end + 1;
  }
  return parts;
}

TableReader::TableReader(const CatalogueFile& file, const toml::table& table, std::string subject)
    : file_(file), table_(table), subject_(std::move(subject)) {}

const toml::node* TableReader::take(std::string_view key) {
  asked_.emplace_back(key);
  return table_.get(key);
}

SourceSpan TableReader::where(std::string_view key) const {
  const toml::node* node = table_.get(key);
  return node == nullptr ? where() : span_of(file_, *node);
}

void TableReader::expected(const toml::node& node, std::string_view key, std::string_view what) {
  file_.problems->error(span_of(file_, node),
                        fmt::format("`{}` of {} is not {}", key, subject_, what));
}

void TableReader::missing(std::string_view key) {
  file_.problems->error(where(), fmt::format("{} has no `{}`", subject_, key));
}

std::string TableReader::text_or(std::string_view key, std::string fallback) {
  const toml::node* node = take(key);
  if (node == nullptr) return fallback;
  if (const auto value = node->value_exact<std::string>()) return *value;
  expected(*node, key, "a text in quotes");
  return fallback;
}

std::string TableReader::text(std::string_view key) {
  const std::string value = text_or(key, "");
  if (table_.get(key) == nullptr) {
    missing(key);
  } else if (value.empty() && table_.get(key)->is_string()) {
    expected(*table_.get(key), key, "a text (it is empty)");
  }
  return value;
}

std::string TableReader::choice(std::string_view key, const std::vector<std::string>& accepted,
                                std::string fallback) {
  const std::string value = fallback.empty() ? text(key) : text_or(key, fallback);
  if (value.empty() || std::find(accepted.begin(), accepted.end(), value) != accepted.end()) {
    return value;
  }
  file_.problems->error(where(key), fmt::format("unknown `{}` `{}` of {}", key, value, subject_),
                        name_help(value, accepted, "accepted here"));
  return fallback;
}

std::vector<std::string> TableReader::texts(std::string_view key) {
  std::vector<std::string> values;
  const toml::array* list = array(key);
  if (list == nullptr) return values;
  for (const toml::node& node : *list) {
    if (const auto value = node.value_exact<std::string>()) {
      values.push_back(*value);
    } else {
      expected(node, key, "a list of texts in quotes");
    }
  }
  return values;
}

std::optional<bool> TableReader::flag(std::string_view key) {
  const toml::node* node = take(key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = node->value_exact<bool>()) return value;
  expected(*node, key, "`true` or `false`");
  return std::nullopt;
}

std::optional<std::int32_t> TableReader::integer(std::string_view key, std::int32_t least) {
  const toml::node* node = take(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= least && *value <= std::numeric_limits<std::int32_t>::max()) {
    return static_cast<std::int32_t>(*value);
  }
  expected(*node, key, fmt::format("a whole number from {} to 2147483647", least));
  return std::nullopt;
}

std::optional<double> TableReader::value_of(const toml::node& node, std::string_view key,
                                            UnitKind kind, std::string& text) {
  std::optional<double> value;
  if (const auto written = node.value_exact<std::string>()) {
    text = *written;
    ParsedQuantity read = parse_quantity(text, kind);
    if (!read) {
      SourceSpan where = span_of(file_, node);
      where.column += 1 + read.problem.offset;  // after the opening quote
      where.length = read.problem.length;
      file_.problems->error(where,
                            fmt::format("{} for `{}` of {}", read.problem.problem, key, subject_),
                            std::move(read.problem.help));
      return std::nullopt;
    }
    value = read.value;
  } else if (const auto bare = node.value<double>(); bare && node.is_number()) {
    text = fmt::format("{}", *bare);
    const bool unit_known = parse_quantity("1", kind).value.has_value();
    if (!unit_known) {
      file_.problems->error(span_of(file_, node),
                            fmt::format("missing unit for `{}` of {}", key, subject_),
                            {units_help(kind)});
      return std::nullopt;
    }
    value = *bare;
  } else {
    file_.problems->error(span_of(file_, node),
                          fmt::format("`{}` of {} is not a quantity", key, subject_),
                          {std::string(number_forms)});
    return std::nullopt;
  }
  if (!(*value > 0) || *value > std::numeric_limits<double>::max()) {
    file_.problems->error(
        span_of(file_, node),
        fmt::format("`{}` of {} is {} (must be above zero and finite)", key, subject_, text),
        {"leave out a value that is not known"});
    return std::nullopt;
  }
  return value;
}

MaybeNumber TableReader::number(std::string_view key, UnitKind kind,
                                std::string_view entry_source) {
  const toml::node* node = take(key);
  if (node == nullptr) return std::nullopt;
  SourcedNumber number;
  number.where = span_of(file_, *node);
  if (const toml::table* parts = node->as_table()) {
    TableReader reader(file_, *parts, fmt::format("`{}` of {}", key, subject_));
    const toml::node* value = reader.take("value");
    if (value == nullptr) {
      reader.missing("value");
      return std::nullopt;
    }
    const std::optional<double> base_value = value_of(*value, key, kind, number.text);
    number.source = parts->contains("source") || entry_source.empty() ? reader.source("source")
                                                                      : std::string(entry_source);
    number.as_of = reader.text_or("as_of", "");
    number.note = reader.text_or("note", "");
    number.confidence = confidence_of(reader.choice(
        "confidence", {"published", "derived", "calibrated", "assumed"}, "published"));
    reader.finish();
    if (!base_value) return std::nullopt;
    number.value = *base_value;
    return number;
  }
  const std::optional<double> base_value = value_of(*node, key, kind, number.text);
  if (!base_value) return std::nullopt;
  if (entry_source.empty()) {
    file_.problems->error(number.where, fmt::format("`{}` of {} has no source", key, subject_),
                          {std::string(number_forms)});
  }
  number.value = *base_value;
  number.source = std::string(entry_source);
  return number;
}

SourcedNumber TableReader::required_number(std::string_view key, UnitKind kind,
                                           std::string_view entry_source) {
  if (table_.get(key) == nullptr) missing(key);
  return number(key, kind, entry_source).value_or(SourcedNumber{});
}

std::string TableReader::source(std::string_view key) {
  std::string codes = text(key);
  if (table_.get(key) != nullptr && !codes.empty()) check_source(*table_.get(key), codes);
  return codes;
}

void TableReader::check_source(const toml::node& node, const std::string& codes) {
  if (file_.sources.empty()) return;  // this file has full sources instead of codes
  std::vector<std::string> known;
  for (const auto& [code, text] : file_.sources) known.push_back(code);
  for (const std::string& code : source_codes(codes)) {
    if (file_.sources.contains(code)) continue;
    file_.problems->error(span_of(file_, node),
                          fmt::format("unknown source `{}` in {}", code, subject_),
                          name_help(code, known, "codes in `[sources]` of this file"));
  }
}

const toml::table* TableReader::table(std::string_view key) {
  const toml::node* node = take(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) expected(*node, key, "a table");
  return node->as_table();
}

const toml::array* TableReader::array(std::string_view key) {
  const toml::node* node = take(key);
  if (node == nullptr) return nullptr;
  if (!node->is_array()) expected(*node, key, "a list");
  return node->as_array();
}

std::vector<const toml::table*> TableReader::tables(std::string_view key) {
  std::vector<const toml::table*> found;
  const toml::array* list = array(key);
  if (list == nullptr) return found;
  for (const toml::node& node : *list) {
    if (!node.is_table()) expected(node, key, "a list of tables");
    if (node.is_table()) found.push_back(node.as_table());
  }
  return found;
}

void TableReader::finish() {
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    SourceSpan where{.file = file_.path,
                     .line = key.source().begin.line,
                     .column = key.source().begin.column,
                     .length = name.size()};
    file_.problems->error(where, fmt::format("unknown key `{}` in {}", name, subject_),
                          name_help(name, asked_, "keys known here"));
  }
}

}  // namespace tranche
