#include "sim/charts/run_document.hpp"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <set>

#include "sim/input/diagnostic.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;
using Places = std::map<std::string, std::size_t, std::less<>>;

constexpr std::size_t label_columns = 40;

struct WrongDocument : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? "" : found->get<std::string>();
}

template <class Item>
Places places_of(const std::vector<Item>& items) {
  Places out;
  for (std::size_t i = 0; i < items.size(); ++i) out.emplace(items[i].name, i);
  return out;
}

std::size_t place_of(const Places& places, const Json& object, const char* key) {
  const auto found = places.find(object.at(key).get<std::string>());
  if (found == places.end())
    throw WrongDocument(fmt::format("`{}` names something that is not listed", key));
  return found->second;
}

std::vector<NamedItem> named_items(const Json& list, std::size_t columns = label_columns) {
  std::vector<NamedItem> out;
  std::vector<std::string> titles;
  for (const Json& item : list) {
    const std::string name = item.at("name");
    const std::string title = text_at(item, "title");
    out.push_back({name, title.empty() ? name : title, ""});
    titles.push_back(out.back().title);
  }
  const std::vector<std::string> labels = distinct_labels(titles, columns);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].label = labels[i];
  return out;
}

std::vector<DocumentMetric> metrics_of(const Json& list) {
  std::vector<DocumentMetric> out;
  for (const Json& item : list)
    out.push_back({item.at("name"), item.at("unit"), item.at("title"), text_at(item, "source"),
                   text_at(item, "as_of")});
  return out;
}

std::vector<double> numbers(const Json& series, const char* key, std::size_t count) {
  std::vector<double> out;
  const auto found = series.find(key);
  if (found == series.end()) return out;
  out.reserve(count);
  for (const Json& value : *found)
    out.push_back(value.is_number() ? value.get<double>()
                                    : std::numeric_limits<double>::quiet_NaN());
  if (out.size() != count)
    throw WrongDocument(
        fmt::format("`{}` has {} values where there are {}", key, out.size(), count));
  return out;
}

DocumentSeries series_of(const Json& row, std::size_t months) {
  const auto get = [&](const char* key) { return numbers(row, key, months); };
  return {get("mean"), get("p05"), get("p25"),          get("p50"),
          get("p75"),  get("p95"), get("share_better"), get("share_worse")};
}

RunDocument document_of(Json json) {
  RunDocument document;
  document.months = json.at("months").get<std::vector<std::string>>();
  document.variants = named_items(json.at("variants"));
  document.firms = named_items(json.at("firms"));
  document.constraints = named_items(json.at("constraints"), 60);
  document.metrics = metrics_of(json.at("metrics"));
  const Places variants = places_of(document.variants), firms = places_of(document.firms),
               metrics = places_of(document.metrics), constraints = places_of(document.constraints);
  if (document.months.empty() || variants.empty() || firms.empty() || metrics.empty())
    throw WrongDocument("an axis is empty");
  document.variants.front().label = "base case";
  Places months;
  for (std::size_t i = 0; i < document.months.size(); ++i) months.emplace(document.months[i], i);

  const Json& headline = json.at("headline");
  document.headline_metric = place_of(metrics, headline, "metric");
  document.headline_month = place_of(months, headline, "month");
  document.headline_firm = place_of(firms, headline, "firm");

  const std::size_t pairs = document.variants.size() * document.firms.size();
  const auto pair = [&](const Json& row) {
    return place_of(variants, row, "what_if") * document.firms.size() +
           place_of(firms, row, "firm");
  };
  document.values.resize(pairs * metrics.size());
  document.differences.resize(pairs * metrics.size());
  document.bindings.resize(pairs * constraints.size());
  document.exceedances.resize(pairs);
  const std::size_t count = document.months.size();
  for (const Json& row : json.at("summary"))
    document.values[pair(row) * metrics.size() + place_of(metrics, row, "metric")] =
        series_of(row, count);
  for (const Json& row : json.at("differences"))
    document.differences[pair(row) * metrics.size() + place_of(metrics, row, "metric")] =
        series_of(row, count);
  for (const Json& row : json.at("binding"))
    document.bindings[pair(row) * constraints.size() + place_of(constraints, row, "constraint")] =
        numbers(row, "share_of_draws", count);
  for (const Json& row : json.at("exceedance")) {
    const std::size_t points = row.at("probability").size();
    document.exceedances[pair(row)] = {numbers(row, "probability", points),
                                       numbers(row, "value", points)};
  }
  for (std::size_t i = 0; i < document.values.size(); ++i)
    if (document.values[i].p50.empty() ||
        (i >= document.firms.size() * metrics.size() && document.differences[i].p50.empty()))
      throw WrongDocument("a series is missing");
  for (const char* const key : {"summary", "differences", "binding", "exceedance"}) json.erase(key);
  document.json = std::move(json);
  return document;
}

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
  std::string why;
  try {
    return document_of(Json::parse(text));
  } catch (const Json::exception& problem) {
    why = problem.what();
  } catch (const WrongDocument& problem) {
    why = problem.what();
  }
  throw InputError(
      {{.where = {.file = file},
        .problem = "this is not a result of `tranche run` that a report can be made of",
        .help = {why, "run the scenario again with this version"}}});
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
