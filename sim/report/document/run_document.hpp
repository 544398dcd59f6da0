// SPDX-License-Identifier: Apache-2.0

// Contents of result.json for charts and the report. Both are made from its text, after a run and
// later from a folder, so that they are equal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

// A what-if, firm or constraint. `label` is for charts: sanitised, short, and unique in its list.
struct NamedItem {
  std::string name, title, label;
};

struct DocumentMetric {
  std::string name, unit, title;
  std::string source, as_of;  // of a yardstick, whose title is its definition; else empty
  // For headings: the title, or a yardstick's name.
  const std::string& short_title() const { return source.empty() ? title : name; }
};

// Statistics over the months; the shares are for differences only.
struct DocumentSeries {
  std::vector<double> mean, p05, p25, p50, p75, p95, share_better, share_worse;
};

struct ExceedanceCurve {
  std::vector<double> probability, value;
};

struct RunDocument {
  nlohmann::ordered_json json;  // the document without the series below
  std::vector<std::string> months;
  std::vector<NamedItem> variants;  // base first
  std::vector<NamedItem> firms;     // the sum last
  std::vector<NamedItem> constraints;
  std::vector<DocumentMetric> metrics;
  std::size_t headline_metric = 0, headline_month = 0, headline_firm = 0;

  const DocumentSeries& value(std::size_t variant, std::size_t firm, std::size_t metric) const;
  // Difference to the base; variant from 1.
  const DocumentSeries& difference(std::size_t variant, std::size_t firm, std::size_t metric) const;
  // Share of draws in which the constraint binds, by month; empty if it never does.
  const std::vector<double>& binding(std::size_t variant, std::size_t firm,
                                     std::size_t constraint) const;
  // Exceedance of the headline metric at the headline month.
  const ExceedanceCurve& exceedance(std::size_t variant, std::size_t firm) const;

  std::vector<DocumentSeries> values, differences;
  std::vector<std::vector<double>> bindings;
  std::vector<ExceedanceCurve> exceedances;
};

// Parses a result. Throws InputError, with the location of all errors, if the text is not a result
// of `tranche run` of this version; `file` is for the message. A returned document can be drawn.
RunDocument read_run_document(std::string_view text, const std::string& file);

// Distinct labels of at most `columns`, from arbitrary titles.
std::vector<std::string> distinct_labels(const std::vector<std::string>& titles,
                                         std::size_t columns);

}  // namespace tranche
