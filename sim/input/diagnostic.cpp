// SPDX-License-Identifier: Apache-2.0
#include "sim/input/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "sim/input/plain_text.hpp"

namespace tranche {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.emplace_back(line);
    begin = end + 1;
  }
  return lines;
}

// Replaces tabs, which would shift the carets, and other control bytes, which could move the cursor
// of a terminal.
std::string printable(std::string_view line) {
  std::string out(line);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

// Number of characters (UTF-8) in a part of a line: its columns in a terminal.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// A longer line is cut around the reported column.
constexpr std::size_t longest_line = 160;
constexpr std::size_t context_before = 60;

// Bytes that a diagnostic keeps of a longer line, as a long line may have thousands of errors.
constexpr std::size_t kept_bytes = 4096;
constexpr std::size_t kept_before = 1024;

// Start of the part of the line that a diagnostic about this column keeps.
std::size_t kept_from(std::string_view line, std::size_t column) {
  if (line.size() <= kept_bytes || column <= kept_before) return 0;
  std::size_t from = std::min(column, line.size()) - kept_before;
  while (from < line.size() && !starts_character(line[from])) ++from;
  return from;
}

struct Excerpt {
  std::string text;
  std::size_t carets_at = 0;  // number of characters before the carets
  std::size_t carets = 1;
};

Excerpt excerpt(const Diagnostic& diagnostic) {
  std::string line = printable(diagnostic.source_line);
  const std::size_t before = diagnostic.source_offset + 1;
  std::size_t first = diagnostic.where.column > before ? diagnostic.where.column - before : 0;
  first = std::min(first, line.size());
  std::size_t length = std::min(diagnostic.where.length, line.size() - first);
  if (line.size() > longest_line) {
    std::size_t cut = first > context_before ? first - context_before : 0;
    while (cut < line.size() && !starts_character(line[cut])) ++cut;
    std::size_t keep = std::min(longest_line, line.size() - cut);
    while (cut + keep < line.size() && !starts_character(line[cut + keep])) --keep;
    line = line.substr(cut, keep);
    first = std::min(first > cut ? first - cut : 0, line.size());
    length = std::min(length, line.size() - first);
  }
  return {
      .text = line,
      .carets_at = characters(std::string_view(line).substr(0, first)),
      .carets = std::max<std::size_t>(1, characters(std::string_view(line).substr(first, length)))};
}

// Edit distance that counts a transposition as one step (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

// True if `name` contains all letters of `part` in order.
bool holds_in_order(std::string_view name, std::string_view part) {
  for (const char c : part) {
    const std::size_t at = name.find(c);
    if (at == std::string_view::npos) return false;
    name.remove_prefix(at + 1);
  }
  return true;
}

// Names that contain the text, ignoring letter case.
std::vector<std::string> names_with(std::string_view text, const std::vector<std::string>& known) {
  constexpr std::size_t telling = 3;  // letters
  std::vector<std::string> names;
  if (text.size() < telling) return names;
  const std::string wanted = lower_case(text);
  for (const std::string& name : known)
    if (lower_case(name).find(wanted) != std::string::npos) names.push_back(name);
  return names;
}

// Names inside the text of another naming scheme, with an owner or blanks: `h100` in "NVIDIA H100
// 94GB".
std::vector<std::string> names_within(std::string_view text,
                                      const std::vector<std::string>& known) {
  constexpr std::size_t telling = 4, longest_text = 200;  // letters
  std::vector<std::string> names;
  const bool is_of_others = text.find_first_of("/ ") != std::string_view::npos;
  if (!is_of_others || text.size() > longest_text) return names;
  const std::string wanted = lower_case(text);
  for (const std::string& name : known)
    if (name.size() >= telling && wanted.find(lower_case(name)) != std::string::npos)
      names.push_back(name);
  return names;
}

std::string all_rendered(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) text += '\n';
    text += render(diagnostic);
  }
  return text;
}

}  // namespace

std::string render(const Diagnostic& diagnostic) {
  const SourceSpan& where = diagnostic.where;
  std::string out =
      fmt::format("{}: {}\n", diagnostic.severity == Severity::error ? "error" : "warning",
                  printable(diagnostic.problem));
  std::string margin(1, ' ');
  if (!where.file.empty() && where.line == 0) {
    out += fmt::format(" --> {}\n", where.file);
  } else if (!where.file.empty()) {
    margin = std::string(std::to_string(where.line).size(), ' ');
    out += fmt::format("{}--> {}:{}:{}\n", margin, where.file, where.line, where.column);
    if (!diagnostic.source_line.empty()) {
      const Excerpt shown = excerpt(diagnostic);
      out += fmt::format("{} |\n{} | {}\n{} | {}{}\n", margin, where.line, shown.text, margin,
                         std::string(shown.carets_at, ' '), std::string(shown.carets, '^'));
    }
  }
  for (const std::string& line : diagnostic.help) {
    out += fmt::format("{} = help: {}\n", margin, printable(line));
  }
  return out;
}

void Problems::error(SourceSpan where, std::string problem, std::vector<std::string> help) {
  add(Severity::error, std::move(where), std::move(problem), std::move(help));
}

void Problems::warning(SourceSpan where, std::string problem, std::vector<std::string> help) {
  add(Severity::warning, std::move(where), std::move(problem), std::move(help));
}

void Problems::remember_source(const std::string& file, std::string_view text) {
  sources_.push_back({file, split_lines(text)});
}

void Problems::add(Severity severity, SourceSpan where, std::string problem,
                   std::vector<std::string> help) {
  Diagnostic diagnostic{.where = std::move(where),
                        .problem = std::move(problem),
                        .help = std::move(help),
                        .source_line = {},
                        .source_offset = 0,
                        .severity = severity};
  // The latest text under a name is used: a file may be read again.
  const auto source = std::find_if(sources_.rbegin(), sources_.rend(), [&](const SourceText& text) {
    return text.file == diagnostic.where.file;
  });
  const std::size_t line = diagnostic.where.line;
  if (source != sources_.rend() && line > 0 && line <= source->lines.size()) {
    const std::string& whole = source->lines[line - 1];
    diagnostic.source_offset = kept_from(whole, diagnostic.where.column);
    diagnostic.source_line = whole.substr(diagnostic.source_offset, kept_bytes);
  }
  list_.push_back(std::move(diagnostic));
  if (severity == Severity::error) ++error_count_;
}

void Problems::throw_if_errors() const {
  if (has_errors()) throw InputError(list_);
}

InputError::InputError(std::vector<Diagnostic> diagnostics)
    : std::runtime_error(all_rendered(diagnostics)), diagnostics_(std::move(diagnostics)) {}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  // Longer names are not compared: the cost exceeds the benefit.
  constexpr std::size_t longest_name = 80;
  if (name.empty() || name.size() > longest_name) return {};
  const std::string wanted = lower_case(name);
  const std::size_t accepted = std::max<std::size_t>(1, wanted.size() / 3);
  std::string best;
  std::size_t best_distance = accepted + 1;
  for (const std::string& candidate : known) {
    // The distance is at least the difference of the lengths.
    const std::size_t longer = std::max(candidate.size(), wanted.size());
    if (longer - std::min(candidate.size(), wanted.size()) > best_distance) continue;
    const std::size_t distance = edit_distance(wanted, lower_case(candidate));
    // Of equally near names, prefers one from which only letters were omitted.
    const bool decides = !best.empty() && distance == best_distance &&
                         holds_in_order(lower_case(candidate), wanted) &&
                         !holds_in_order(lower_case(best), wanted);
    if (distance < best_distance || decides) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::vector<std::string> name_help(std::string_view name, const std::vector<std::string>& known,
                                   std::string_view what) {
  std::vector<std::string> help;
  const std::string near_name = nearest_name(name, known);
  if (!near_name.empty()) help.push_back(fmt::format("did you mean `{}`?", near_name));
  const std::vector<std::string> within =
      near_name.empty() ? names_within(name, known) : std::vector<std::string>();
  if (!within.empty()) help.push_back(fmt::format("did you mean `{}`?", within.front()));
  if (known.empty()) return help;
  constexpr std::size_t max_names = 12;
  const std::vector<std::string> like = names_with(name, known);
  const bool is_long = near_name.empty() && known.size() > max_names && !like.empty();
  const std::vector<std::string>& shown = is_long ? like : known;
  std::string list;
  for (std::size_t i = 0; i < std::min(shown.size(), max_names); ++i) {
    list += fmt::format("{}`{}`", i == 0 ? "" : ", ", shown[i]);
  }
  if (shown.size() > max_names) list += fmt::format(" and {} more", shown.size() - max_names);
  help.push_back(
      is_long ? fmt::format("of {} {}, with `{}` in the name: {}", known.size(), what, name, list)
              : fmt::format("{}: {}", what, list));
  return help;
}

}  // namespace tranche
