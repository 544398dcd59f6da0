// SPDX-License-Identifier: Apache-2.0
#include "sim/report/document/run_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sim/report/document/json_reader.hpp"
#include "sim/report/document/run_document_members.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

using Names = std::vector<std::string>;

constexpr std::size_t label_columns = 40;
constexpr const char* run_again = "run the scenario again with this version of tranche";

std::string text_at(const JsonReader& item, const char* key) {
  const std::optional<JsonReader> found = item.find(key);
  return found ? found->text() : "";
}

std::vector<NamedItem> named_items(const JsonReader& list, std::size_t columns = label_columns) {
  std::vector<NamedItem> out;
  std::vector<std::string> titles;
  const Names names = list.distinct_names("name");
  for (const JsonReader& item : list.items()) {
    const std::string& name = names[out.size()];
    const std::string title = text_at(item, "title");
    out.push_back({name, title.empty() ? name : title, ""});
    titles.push_back(out.back().title);
  }
  const std::vector<std::string> labels = distinct_labels(titles, columns);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].label = labels[i];
  return out;
}

std::vector<DocumentMetric> metrics_of(const JsonReader& list) {
  std::vector<DocumentMetric> out;
  const Names names = list.distinct_names("name");
  for (const JsonReader& item : list.items())
    out.push_back({names[out.size()], item.at("unit").text(), item.at("title").text(),
                   text_at(item, "source"), text_at(item, "as_of")});
  return out;
}

void read_axes(const JsonReader& root, RunDocument& document) {
  document.months = root.at("months").distinct_names(nullptr);
  document.variants = named_items(root.at("variants"));
  document.firms = named_items(root.at("firms"));
  document.constraints = named_items(root.at("constraints"), 60);
  document.metrics = metrics_of(root.at("metrics"));
  for (const auto& [key, size] : {std::pair{"months", document.months.size()},
                                  {"variants", document.variants.size()},
                                  {"firms", document.firms.size()},
                                  {"metrics", document.metrics.size()}})
    if (const auto list = root.find(key); list && size == 0 && list->items().empty())
      list->refuse("expected at least one element");
  if (!document.variants.empty()) document.variants.front().label = "base case";
}

class SeriesReader {
 public:
  explicit SeriesReader(RunDocument& document)
      : document_(document),
        variants_(names_of(document.variants)),
        firms_(names_of(document.firms)),
        metrics_(names_of(document.metrics)),
        constraints_(names_of(document.constraints)),
        pairs_(variants_.size() * firms_.size()) {}

  void headline(const JsonReader& place) {
    document_.headline_metric = place.at("metric").index_in(metrics_).value_or(0);
    document_.headline_month = place.at("month").index_in(document_.months).value_or(0);
    document_.headline_firm = place.at("firm").index_in(firms_).value_or(0);
  }

  // One series per what-if from `first_variant`, firm and metric.
  void series(const JsonReader& list, std::size_t first_variant,
              std::vector<DocumentSeries>& into) {
    const Names variants(variants_.begin() + static_cast<std::ptrdiff_t>(first_variant),
                         variants_.end());
    const std::size_t skipped = first_variant * firms_.size() * metrics_.size();
    std::vector<char> is_there(pairs_ * metrics_.size() - skipped);
    into.resize(pairs_ * metrics_.size());
    const bool has_shares = first_variant > 0;
    for (const JsonReader& row : list.items()) {
      const auto variant = row.at("what_if").index_in(variants);
      const auto firm = row.at("firm").index_in(firms_);
      const auto metric = row.at("metric").index_in(metrics_);
      DocumentSeries values = series_of(row, has_shares);
      if (!variant || !firm || !metric) continue;
      const std::size_t at = (*variant * firms_.size() + *firm) * metrics_.size() + *metric;
      if (is_first(row, is_there, at)) into[skipped + at] = std::move(values);
    }
    const auto missing = std::find(is_there.begin(), is_there.end(), 0);
    if (missing == is_there.end()) return;
    const auto at = static_cast<std::size_t>(missing - is_there.begin());
    list.refuse(fmt::format("the series of what-if `{}`, firm `{}`, metric `{}` is missing",
                            printable(variants[at / metrics_.size() / firms_.size()]),
                            printable(firms_[at / metrics_.size() % firms_.size()]),
                            printable(metrics_[at % metrics_.size()])));
  }

  void bindings(const JsonReader& list) {
    document_.bindings.resize(pairs_ * constraints_.size());
    std::vector<char> is_there(document_.bindings.size());
    for (const JsonReader& row : list.items()) {
      const auto pair = pair_of(row);
      const auto constraint = row.at("constraint").index_in(constraints_);
      std::vector<double> shares =
          row.at("share_of_draws").numbers(document_.months.size(), share_range);
      if (!pair || !constraint) continue;
      const std::size_t at = *pair * constraints_.size() + *constraint;
      if (is_first(row, is_there, at)) document_.bindings[at] = std::move(shares);
    }
  }

  // One curve per what-if and firm, at the same probabilities.
  void exceedances(const JsonReader& list) {
    document_.exceedances.resize(pairs_);
    std::vector<char> is_there(pairs_);
    std::optional<std::vector<double>> probabilities;
    for (const JsonReader& row : list.items(pairs_)) {
      const auto pair = pair_of(row);
      const JsonReader place = row.at("probability");
      std::vector<double> probability = place.numbers(std::nullopt, share_range);
      std::vector<double> value = row.at("value").numbers(probability.size(), {}, Null::accepted);
      if (!probabilities) probabilities = probability;
      if (probability != *probabilities) place.refuse("expected those of the first curve");
      if (pair && is_first(row, is_there, *pair))
        document_.exceedances[*pair] = {std::move(probability), std::move(value)};
    }
  }

 private:
  std::optional<std::size_t> pair_of(const JsonReader& row) const {
    const auto variant = row.at("what_if").index_in(variants_);
    const auto firm = row.at("firm").index_in(firms_);
    if (!variant || !firm) return {};
    return *variant * firms_.size() + *firm;
  }

  static bool is_first(const JsonReader& row, std::vector<char>& is_there, std::size_t at) {
    if (is_there[at] != 0) row.refuse("this stands twice");
    return std::exchange(is_there[at], char{1}) == 0;
  }

  DocumentSeries series_of(const JsonReader& row, bool has_shares) const {
    const auto get = [&](const char* key, NumberRange range = {}) {
      return row.at(key).numbers(document_.months.size(), range, Null::accepted);
    };
    DocumentSeries out{get("mean"), get("p05"), get("p25"), get("p50"),
                       get("p75"),  get("p95"), {},         {}};
    get("sd", not_negative);
    get("mc_error_p50", not_negative);
    if (!has_shares) return out;
    get("probability_better", share_range);
    out.share_better = get("share_better", share_range);
    out.share_worse = get("share_worse", share_range);
    return out;
  }

  RunDocument& document_;
  Names variants_, firms_, metrics_, constraints_;
  std::size_t pairs_;
};

}  // namespace

const DocumentSeries& RunDocument::value(std::size_t variant, std::size_t firm,
                                         std::size_t metric) const {
  return values[(variant * firms.size() + firm) * metrics.size() + metric];
}

const DocumentSeries& RunDocument::difference(std::size_t variant, std::size_t firm,
                                              std::size_t metric) const {
  return differences[(variant * firms.size() + firm) * metrics.size() + metric];
}

const std::vector<double>& RunDocument::binding(std::size_t variant, std::size_t firm,
                                                std::size_t constraint) const {
  return bindings[(variant * firms.size() + firm) * constraints.size() + constraint];
}

const ExceedanceCurve& RunDocument::exceedance(std::size_t variant, std::size_t firm) const {
  return exceedances[variant * firms.size() + firm];
}

RunDocument read_run_document(std::string_view text, const std::string& file) {
  nlohmann::ordered_json json = parse_json(text, file);
  JsonProblems problems(file);
  const JsonReader root(json, problems);
  RunDocument document;
  // With another version or wrong axes, all further members would be wrong as well.
  root.check_schema_version();
  problems.throw_if_any(run_again);
  read_axes(root, document);
  problems.throw_if_any(run_again);
  SeriesReader reader(document);
  reader.headline(root.at("headline"));
  reader.series(root.at("summary"), 0, document.values);
  reader.series(root.at("differences"), 1, document.differences);
  reader.bindings(root.at("binding"));
  reader.exceedances(root.at("exceedance"));
  check_page_members(root, document);
  problems.throw_if_any(run_again);
  for (const char* const key : {"summary", "differences", "binding", "exceedance"}) json.erase(key);
  document.json = std::move(json);
  return document;
}

std::vector<std::string> distinct_labels(const std::vector<std::string>& titles,
                                         std::size_t columns) {
  std::vector<std::string> out;
  std::set<std::string> taken;
  for (const std::string& title : titles) {
    std::string label = shortened(printable(title), columns);
    for (int copy = 2; !taken.insert(label).second; ++copy)
      label = shortened(printable(title), columns - 6) + fmt::format(" ({})", copy);
    out.push_back(label);
  }
  return out;
}

}  // namespace tranche
