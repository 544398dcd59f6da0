// SPDX-License-Identifier: Apache-2.0

// Cells and detail rows shared by the catalogue's pages.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "sim/catalogue/pages/pages.hpp"

namespace tranche {
namespace {

std::vector<std::string> split_codes(std::string_view codes) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin < codes.size()) {
    const std::size_t end = std::min(codes.find(", ", begin), codes.size());
    parts.emplace_back(codes.substr(begin, end - begin));
    begin = end + 2;
  }
  return parts;
}

}  // namespace

std::string_view confidence_name(Confidence confidence) {
  switch (confidence) {
    case Confidence::published:
      return "published";
    case Confidence::derived:
      return "derived";
    case Confidence::calibrated:
      return "calibrated";
    case Confidence::assumed:
      return "assumed";
  }
  return "published";
}

Cell quantity_cell(const MaybeNumber& number, UnitKind kind) {
  if (!number) return {};
  return {quantity_text(number->value, kind), number->value};
}

Cell count_cell(const std::optional<double>& value, int digits_behind_point) {
  if (!value) return {};
  return {fmt::format("{:.{}f}", *value, digits_behind_point), *value};
}

Cell large_count_cell(const std::optional<double>& value) {
  struct Magnitude {
    double size;
    std::string_view letter;
  };
  constexpr std::array<Magnitude, 4> magnitudes = {
      {{1e12, " T"}, {1e9, " B"}, {1e6, " M"}, {1e3, " k"}}};
  if (!value) return {};
  for (const Magnitude& magnitude : magnitudes) {
    if (std::abs(*value) >= magnitude.size) {
      return {fmt::format("{:.4g}{}", *value / magnitude.size, magnitude.letter), *value};
    }
  }
  return {fmt::format("{:.4g}", *value), *value};
}

Details::Details() {
  table_.columns = {
      {"figure", "figure"}, {"value", "value"}, {"confidence", "confidence"}, {"source", "source"}};
}

void Details::text(std::string figure, std::string value, std::string source) {
  if (value.empty()) return;
  table_.rows.push_back({std::move(figure), std::move(value), "published", std::move(source)});
}

void Details::number(std::string figure, const MaybeNumber& number) {
  if (!number) {
    table_.rows.push_back({std::move(figure), "not known", "", ""});
    return;
  }
  std::string source = number->source;
  used_.push_back(source);
  if (!number->as_of.empty()) source += fmt::format(" ({})", number->as_of);
  if (!number->note.empty()) source += fmt::format(" [{}]", number->note);
  table_.rows.push_back({std::move(figure), number->text,
                         std::string(confidence_name(number->confidence)), std::move(source)});
}

void Details::computed(std::string figure, const Cell& value, std::string how) {
  table_.rows.push_back({std::move(figure), value.shown.empty() ? "not known" : value.shown,
                         "derived", std::move(how)});
}

void Details::spell_sources_out(const std::map<std::string, std::string>& sources) {
  for (std::vector<Cell>& row : table_.rows) {
    std::string& field = row.back().shown;
    const std::size_t codes_end = std::min(field.find_first_of("[("), field.size());
    std::string full;
    for (std::string code : split_codes(field.substr(0, codes_end))) {
      while (code.ends_with(' ')) code.pop_back();
      const auto source = sources.find(code);
      if (source == sources.end()) full.clear();
      if (source == sources.end()) break;
      full += (full.empty() ? "" : "; ") + source->second;
    }
    if (full.empty()) continue;
    if (codes_end < field.size()) full.append(1, ' ').append(field, codes_end);
    field = full;
  }
}

std::string Details::source_lines(const std::map<std::string, std::string>& sources) const {
  std::set<std::string> codes;
  for (const std::string& field : used_) {
    for (const std::string& code : split_codes(field)) codes.insert(code);
  }
  std::string lines;
  for (const std::string& code : codes) {
    const auto source = sources.find(code);
    if (source != sources.end()) lines += fmt::format("  {:<5} {}\n", code, source->second);
  }
  return lines.empty() ? lines : "\nsources\n" + lines;
}

}  // namespace tranche
