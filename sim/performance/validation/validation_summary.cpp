// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "sim/performance/validation/validate.hpp"
#include "sim/performance/validation/validate_training.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

using Label = std::function<std::string(const CaseResult&)>;

constexpr std::size_t width = 100;      // columns of a terminal
constexpr std::size_t max_rows = 24;    // of one table; the rest are counted
constexpr std::size_t name_width = 48;  // of a label

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

// Errors by label, the largest group first.
std::string errors_by(const char* title, const std::vector<CaseResult>& results,
                      const Label& label) {
  std::map<std::string, std::vector<CaseResult>> by_label;
  for (const CaseResult& r : results) by_label[or_dash(label(r))].push_back(r);
  struct Line {
    std::string name;
    std::size_t rows;
    double covered;
    std::optional<FamilySummary> errors;
  };
  std::vector<Line> lines;
  for (const auto& [name, own] : by_label) {
    const auto errors = summarise_families(own, [](const CaseResult&) { return "all"; });
    lines.push_back({name, own.size(), coverage(own),
                     errors.empty() ? std::nullopt : std::optional(errors.front())});
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.rows > b.rows; });
  TextTable table;
  table.columns = {{title, "label"},       {"cases", "rows"},         {"predicted", "coverage"},
                   {"groups", "families"}, {"mean |error|", "error"}, {"bias", "bias"}};
  for (std::size_t i = 0; i < lines.size() && i < max_rows; ++i) {
    const Line& line = lines[i];
    std::vector<Cell> row = {shortened(printable(line.name), name_width),
                             {fmt::format("{}", line.rows), static_cast<double>(line.rows)},
                             {fmt::format("{:.0f} %", 100.0 * line.covered), line.covered}};
    if (line.errors) {
      row.push_back(
          {fmt::format("{}", line.errors->families), static_cast<double>(line.errors->families)});
      row.push_back({fmt::format("{:.1f} %", line.errors->mean_absolute_error_percent),
                     line.errors->mean_absolute_error_percent});
      row.push_back(
          {fmt::format("{:+.1f} %", line.errors->bias_percent), line.errors->bias_percent});
    } else {
      row.resize(table.columns.size());
    }
    table.rows.push_back(std::move(row));
  }
  std::string text = aligned_text(table);
  if (lines.size() > max_rows) text += fmt::format("... and {} more\n", lines.size() - max_rows);
  return text + "\n";
}

// Texts with their counts, the most frequent first.
std::string counted(const char* title, const std::map<std::string, std::size_t>& counts) {
  if (counts.empty()) return {};
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text = fmt::format("{}\n", title);
  for (std::size_t i = 0; i < sorted.size() && i < max_rows; ++i) {
    text += wrapped(fmt::format("{:>6}  {}", sorted[i].second, printable(sorted[i].first)), width,
                    "        ");
  }
  if (sorted.size() > max_rows) text += fmt::format("... and {} more\n", sorted.size() - max_rows);
  return text + "\n";
}

std::map<std::string, std::size_t> skip_reasons(const std::vector<CaseResult>& results) {
  constexpr std::string_view prefix = "skipped: ";
  std::map<std::string, std::size_t> counts;
  for (const CaseResult& r : results) {
    if (r.status.starts_with(prefix)) ++counts[r.status.substr(prefix.size())];
  }
  return counts;
}

std::map<std::string, std::size_t> assumptions(const std::vector<CaseResult>& results) {
  std::map<std::string, std::size_t> counts;
  for (const CaseResult& r : results) {
    for (std::size_t at = 0; at < r.assumed.size() && r.status == "ok";) {
      const std::size_t end = std::min(r.assumed.find("; ", at), r.assumed.size());
      ++counts[r.assumed.substr(at, end - at)];
      at = end + 2;
    }
  }
  return counts;
}

std::string headline(CaseSchema schema, const std::vector<CaseResult>& results) {
  const auto predicted = std::count_if(results.begin(), results.end(),
                                       [](const CaseResult& r) { return r.status == "ok"; });
  std::string text = fmt::format("{} cases: {} of {} predicted ({:.1f} %)", schema_name(schema),
                                 predicted, results.size(), 100.0 * coverage(results));
  const auto all = summarise_families(results, [](const CaseResult&) { return "all"; });
  if (!all.empty()) {
    text += fmt::format(
        "\nmean absolute error {:.1f} % over {} groups, median {:.1f} % over cases, bias {:+.1f} %",
        all.front().mean_absolute_error_percent, all.front().families,
        all.front().median_absolute_error_percent, all.front().bias_percent);
  }
  return text + "\n\n";
}

// Grade with its meaning; empty for rows that were not predicted.
std::string grade_label(const CaseResult& r) {
  if (!r.predicted) return "not predicted";
  return fmt::format("{}: {}", grade_letter(r.evidence.grade), grade_meaning(r.evidence.grade));
}

// How many measured values lie inside the 90 % interval of their prediction.
std::string inside_line(const std::vector<CaseResult>& results) {
  std::size_t with_interval = 0, inside = 0;
  for (const CaseResult& r : results) {
    if (!r.predicted || !r.measured || !(r.evidence.high > 0.0)) continue;
    ++with_interval;
    const double factor = *r.measured / *r.predicted;
    if (r.evidence.low <= factor && factor <= r.evidence.high) ++inside;
  }
  if (with_interval == 0) return {};
  return wrapped(
             fmt::format("{} of {} measured values ({:.0f} %) lie inside the 90 % interval of "
                         "their prediction",
                         inside, with_interval,
                         100.0 * static_cast<double>(inside) / static_cast<double>(with_interval)),
             width) +
         "\n";
}

std::string pairs_line(const std::vector<ChipPair>& pairs) {
  if (pairs.empty()) return {};
  const CaseSummary s = summarise_pairs(pairs);
  return wrapped(fmt::format("ratio of H200-SXM to H100-SXM, same configuration: {} pairs, mean "
                             "absolute error {:.1f} %, p90 {:.1f} %, bias {:+.1f} %",
                             s.rows, s.mean_absolute_error_percent, s.p90_absolute_error_percent,
                             s.bias_percent),
                 width) +
         "\n";
}

}  // namespace

std::string validation_summary(const std::vector<ValidatedFile>& files) {
  std::string text;
  for (const CaseSchema schema :
       {CaseSchema::training, CaseSchema::inference, CaseSchema::memory_bound}) {
    std::vector<CaseResult> results;
    std::vector<ChipPair> pairs;
    for (const ValidatedFile& file : files) {
      if (file.schema != schema) continue;
      results.insert(results.end(), file.results.begin(), file.results.end());
      pairs.insert(pairs.end(), file.pairs.begin(), file.pairs.end());
    }
    if (results.empty()) continue;
    text += headline(schema, results) + inside_line(results) + pairs_line(pairs);
    text += errors_by("grade", results, grade_label);
    text += errors_by("source", results, [](const CaseResult& r) { return r.source; });
    text += errors_by("chip", results, [](const CaseResult& r) { return r.chip; });
    text += errors_by("precision", results, [](const CaseResult& r) { return r.precision; });
    if (schema == CaseSchema::training) {
      text += errors_by("family", results, [](const CaseResult& r) { return r.group; });
    } else if (schema == CaseSchema::inference) {
      text += errors_by("software", results, [](const CaseResult& r) { return r.software; });
      text += errors_by("metric", results, [](const CaseResult& r) { return r.metric; });
    } else {
      text += errors_by("access pattern", results, [](const CaseResult& r) { return r.software; });
    }
    text += counted("skipped, and why", skip_reasons(results));
    text += counted("assumed where the case was blank", assumptions(results));
  }
  return text;
}

}  // namespace tranche
