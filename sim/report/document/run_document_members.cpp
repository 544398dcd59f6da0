// SPDX-License-Identifier: Apache-2.0
#include "sim/report/document/run_document_members.hpp"

namespace tranche {
namespace {

using Names = std::vector<std::string>;

void check_texts(const JsonReader& item, std::initializer_list<const char*> keys) {
  for (const char* const key : keys) item.at(key).text();
}

void check_optional_text(const JsonReader& item, const char* key) {
  if (const auto text = item.find(key)) text->text();
}

void check_statistics(const JsonReader& item) {
  for (const char* const key : {"mean", "p05", "p25", "p50", "p75", "p95"}) item.at(key).number();
  for (const char* const key : {"sd", "mc_error_p50"}) item.at(key).number(not_negative);
}

void check_manifest(const JsonReader& root) {
  check_texts(root, {"version", "started_utc", "digest", "device", "device_description"});
  check_optional_text(root, "device_note");
  root.at("draws").whole(1);
  root.at("seed").whole();
  root.at("threads").whole();
  if (const auto ranks = root.find("ranks")) ranks->whole(1);
  for (const char* const key : {"seconds_preparation", "seconds_simulation", "draws_per_second"})
    root.at(key).number(not_negative, Null::accepted);
  check_scenario_names(root);
  const JsonReader scenario = root.at("scenario");
  check_texts(scenario, {"question", "description", "file", "step"});
  check_input_files(root.at("input_files"));
}

void check_headline(const JsonReader& headline, const Names& variants, const Names& sources) {
  const JsonReader added = headline.at("added");
  if (!added.is_null()) {
    added.at("source").index_in(sources);
    check_statistics(added);
  }
  headline.at("unit").text();
  headline.at("sentences").texts();
  headline.at("assumed_constants").texts();
  if (const auto assumed = headline.find("model_assumptions")) assumed->texts();
  std::size_t at = 0;
  for (const JsonReader& row : headline.at("cases").items(variants.size())) {
    row.at("what_if").index_in(variants);
    check_statistics(row.at("value"));
    if (at++ == 0) continue;
    check_statistics(row.at("difference"));
    for (const char* const key : {"probability_better", "share_better", "share_worse"})
      row.at(key).number(share_range);
  }
}

void check_remarks(const JsonReader& root) {
  root.at("remarks").texts();
  for (const JsonReader& warning : root.at("warnings").items()) {
    check_texts(warning, {"where", "problem"});
    warning.at("help").texts();
  }
}

void check_works(const JsonReader& root) {
  root.at("work_warnings").texts();
  for (const JsonReader& work : root.at("works").items()) {
    check_texts(work, {"workload", "chip", "reason", "formats", "arithmetic", "widened",
                       "not_modelled", "layout", "memory"});
    // Members since version 0.1.1; results of earlier versions can be read.
    for (const char* const key : {"software", "binds", "evidence", "grade", "resembles"})
      if (const auto text = work.find(key)) text->text();
    if (const auto assumed = work.find("assumed")) assumed->texts();
    for (const char* const key : {"job_chips", "low", "high"})
      if (const auto number = work.find(key)) number->number({}, Null::accepted);
  }
}

void check_axes(const JsonReader& root) {
  static const Names directions = {"higher", "lower", "neither"};
  for (const JsonReader& variant : root.at("variants").items()) variant.at("changed").texts();
  for (const JsonReader& metric : root.at("metrics").items())
    metric.at("better").index_in(directions);
}

void check_inputs(const JsonReader& list) {
  static const Names roles = {"lever", "assumption"};
  static const Names confidences = {"published", "derived", "calibrated", "assumed"};
  for (const JsonReader& input : list.items()) {
    check_texts(input, {"path", "variable", "text", "unit", "distribution", "source", "as_of",
                        "note", "where"});
    input.at("role").index_in(roles);
    input.at("confidence").index_in(confidences);
    input.at("is_constant").flag();
    input.at("is_default").flag();
    check_optional_text(input, "share");
    input.at("rank_correlation").number({}, Null::accepted);
  }
}

void check_accuracy(const JsonReader& list) {
  for (const JsonReader& figure : list.items()) {
    figure.at("what").text();
    figure.at("cases").whole();
    for (const char* const key : {"predicted_percent", "mean_absolute_error_percent",
                                  "median_absolute_error_percent", "bias_percent"})
      figure.at(key).number({}, Null::accepted);
    // Members since version 0.1.1.
    for (const char* const key : {"left_out_error_percent", "left_out_bias_percent"})
      if (const auto number = figure.find(key)) number->number({}, Null::accepted);
  }
}

void check_decompositions(const JsonReader& list, const RunDocument& document) {
  static const Names methods = {"shapley", "sequential"};
  static const Names measures = {"alone", "shapley", "sequential", "interaction", "total"};
  const Names variants = names_of(document.variants), firms = names_of(document.firms),
              metrics = names_of(document.metrics);
  for (const JsonReader& one : list.items()) {
    one.at("what_if").index_in(variants);
    one.at("method").index_in(methods);
    one.at("draws").whole();
    one.at("month").index_in(document.months);
    check_optional_text(one, "note");
    for (const JsonReader& row : one.at("rows").items()) {
      row.at("measure").index_in(measures);
      check_texts(row, {"path", "group"});
      row.at("firm").index_in(firms);
      row.at("metric").index_in(metrics);
      check_statistics(row);
    }
  }
}

void check_sources(const JsonReader& root, const RunDocument& document, const Names& sources) {
  static const Names kinds = {"stock", "tranche", "all_stock", "all_tranches"};
  const Names variants = names_of(document.variants), firms = names_of(document.firms),
              metrics = names_of(document.metrics), constraints = names_of(document.constraints);
  for (const JsonReader& source : root.at("sources").items()) {
    source.at("title").text();
    source.at("kind").index_in(kinds);
  }
  for (const JsonReader& row : root.at("by_source").items()) {
    row.at("what_if").index_in(variants);
    row.at("firm").index_in(firms);
    row.at("source").index_in(sources);
    row.at("chip").text();
    row.at("month").index_in(document.months);
    row.at("metric").index_in(metrics);
    check_statistics(row);
  }
  for (const JsonReader& row : root.at("source_binding").items()) {
    row.at("what_if").index_in(variants);
    row.at("firm").index_in(firms);
    row.at("source").index_in(sources);
    row.at("constraint").index_in(constraints);
    row.at("share_of_draws").number(share_range);
  }
}

}  // namespace

void check_scenario_names(const JsonReader& root) {
  const JsonReader scenario = root.at("scenario");
  scenario.at("name").name();
  scenario.at("title").text();
}

void check_input_files(const JsonReader& list) {
  for (const JsonReader& file : list.items()) check_texts(file, {"path", "sha256"});
}

void check_page_members(const JsonReader& root, const RunDocument& document) {
  const Names sources = root.at("sources").distinct_names("name");
  check_manifest(root);
  check_headline(root.at("headline"), names_of(document.variants), sources);
  check_remarks(root);
  check_works(root);
  check_axes(root);
  check_inputs(root.at("inputs"));
  check_accuracy(root.at("accuracy"));
  check_decompositions(root.at("decompositions"), document);
  check_sources(root, document, sources);
}

}  // namespace tranche
