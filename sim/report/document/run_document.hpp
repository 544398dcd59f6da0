// SPDX-License-Identifier: Apache-2.0

// What result.json says of a run, as charts and the report read it. Both are made from
// its text, right after a run and from a folder years later, so that they are the same.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

// A what-if, firm or constraint. `label` is for charts: harmless, short, and no two of one
// list are the same.
struct NamedItem {
  std::string name, title, label;
};

struct DocumentMetric {
  std::string name, unit, title;
  std::string source, as_of;  // of a yardstick, whose title is its definition; else empty
  // For headings: the title, or a yardstick's name.
  const std::string& short_title() const { return source.empty() ? title : name; }
};

// Statistics over the months; the shares are of differences only.
struct DocumentSeries {
  std::vector<double> mean, p05, p25, p50, p75, p95, share_better, share_worse;
};

struct ExceedanceCurve {
  std::vector<double> probability, value;
};

struct RunDocument {
  nlohmann::ordered_json json;  // the whole, without the series below
  std::vector<std::string> months;
  std::vector<NamedItem> variants;  // base first
  std::vector<NamedItem> firms;     // the sum last
  std::vector<NamedItem> constraints;
  std::vector<DocumentMetric> metrics;
  std::size_t headline_metric = 0, headline_month = 0, headline_firm = 0;

  const DocumentSeries& value(std::size_t variant, std::size_t firm, std::size_t metric) const;
  // Against the base; variant from 1.
  const DocumentSeries& difference(std::size_t variant, std::size_t firm, std::size_t metric) const;
  // Share of draws in which the constraint binds, over the months; empty when it never does.
  const std::vector<double>& binding(std::size_t variant, std::size_t firm,
                                     std::size_t constraint) const;
  // Of the headline metric at the headline month.
  const ExceedanceCurve& exceedance(std::size_t variant, std::size_t firm) const;

  std::vector<DocumentSeries> values, differences;
  std::vector<std::vector<double>> bindings;
  std::vector<ExceedanceCurve> exceedances;
};

// Throws InputError, with the place of all that is wrong, when the text is not a result that this
// version of `tranche run` writes; `file` is for the message. What is returned can be drawn.
RunDocument read_run_document(std::string_view text, const std::string& file);

// Labels of at most `columns` that all differ, made of titles that may hold anything.
std::vector<std::string> distinct_labels(const std::vector<std::string>& titles,
                                         std::size_t columns);

}  // namespace tranche
