// SPDX-License-Identifier: Apache-2.0

// result.json: manifest of the run, inputs, and every table in columns.
#include <nlohmann/json.hpp>

#include "sim/performance/throughput/bounds.hpp"
#include "sim/results/decomposition_report.hpp"
#include "sim/results/headline.hpp"
#include "sim/results/headline_sentences.hpp"
#include "sim/results/input_influence.hpp"
#include "sim/results/json_head.hpp"
#include "sim/results/results.hpp"
#include "sim/results/results_series.hpp"
#include "sim/results/share_texts.hpp"
#include "sim/scenario/constraints.hpp"
#include "sim/text/json_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

Json statistics_json(const Statistics& s) {
  return {{"mean", json_number(s.mean)}, {"sd", json_number(s.sd)},
          {"p05", json_number(s.p05)},   {"p25", json_number(s.p25)},
          {"p50", json_number(s.p50)},   {"p75", json_number(s.p75)},
          {"p95", json_number(s.p95)},   {"mc_error_p50", json_number(s.mc_error_p50)}};
}

std::string place(const SourceSpan& where) {
  return where.line == 0 ? where.file : where.file + ":" + std::to_string(where.line);
}

std::string_view name_of(Confidence confidence) {
  switch (confidence) {
    case Confidence::published:
      return "published";
    case Confidence::derived:
      return "derived";
    case Confidence::calibrated:
      return "calibrated";
    case Confidence::assumed:
      break;
  }
  return "assumed";
}

std::string_view name_of(Better better) {
  if (better == Better::neither) return "neither";
  return better == Better::higher ? "higher" : "lower";
}

Json scenario_json(const RunResult& result) {
  const Scenario& scenario = result.set.variants.front().scenario;
  return {{"name", scenario.name},
          {"title", scenario.title},
          {"question", scenario.question},
          {"description", scenario.description},
          {"file", result.set.file},
          {"step", scenario.step == Step::month ? "month" : "quarter"}};
}

Json variants_json(const RunResult& result) {
  Json out = Json::array();
  for (const Variant& variant : result.set.variants)
    out.push_back(
        {{"name", variant.name}, {"title", variant.title}, {"changed", variant.changed_paths}});
  return out;
}

Json firms_json(const RunResult& result) {
  Json out = Json::array();
  for (std::int32_t firm = 0; firm < std::ssize(result.lowered.firms); ++firm)
    out.push_back({{"name", result.lowered.firms[static_cast<std::size_t>(firm)]},
                   {"title", firm_title(result, firm)}});
  return out;
}

Json metrics_json(const RunResult& result) {
  Json out = Json::array();
  for (const MetricInfo& metric : result.lowered.metrics) {
    out.push_back({{"name", metric.name},
                   {"unit", metric.unit},
                   {"title", metric.title},
                   {"better", name_of(metric.better)}});
    if (!metric.source.empty()) out.back()["source"] = metric.source;
    if (!metric.as_of.empty()) out.back()["as_of"] = metric.as_of;
  }
  return out;
}

Json constraints_json() {
  Json out = Json::array();
  for (int i = 0; i < kernels::constraint_count; ++i) {
    const auto constraint = static_cast<kernels::Constraint>(i);
    out.push_back({{"name", std::string(constraint_info(constraint).name)},
                   {"title", std::string(constraint_info(constraint).title)}});
  }
  return out;
}

Json sources_json(const RunResult& result) {
  Json out = Json::array();
  for (const SourceInfo& source : result.lowered.sources)
    out.push_back({{"name", source.name},
                   {"title", source.title},
                   {"kind", source.kind == SourceInfo::Kind::stock       ? "stock"
                            : source.kind == SourceInfo::Kind::tranche   ? "tranche"
                            : source.kind == SourceInfo::Kind::all_stock ? "all_stock"
                                                                         : "all_tranches"}});
  return out;
}

Json by_source_json(const RunResult& result, const std::vector<SourceRow>& rows) {
  const LoweredScenario& lowered = result.lowered;
  const auto step = static_cast<std::size_t>(lowered.data.numbers.source_step);
  Json out = Json::array();
  for (const SourceRow& row : rows) {
    Json entry = {{"what_if", lowered.variants[static_cast<std::size_t>(row.variant)]},
                  {"firm", lowered.firms[static_cast<std::size_t>(row.firm)]},
                  {"source", lowered.sources[static_cast<std::size_t>(row.source)].name},
                  {"chip", row.chip},
                  {"month", lowered.steps[step]},
                  {"metric", lowered.metrics[static_cast<std::size_t>(row.metric)].name}};
    entry.update(statistics_json(row.statistics));
    out.push_back(std::move(entry));
  }
  return out;
}

Json source_binding_json(const RunResult& result) {
  const LoweredScenario& lowered = result.lowered;
  Json out = Json::array();
  for (std::int32_t variant = 0; variant < std::ssize(lowered.variants); ++variant)
    for (std::int32_t firm = 0; firm < std::ssize(lowered.firms); ++firm)
      for (const SourceBinding& row : source_bindings(result, variant, firm))
        out.push_back({{"what_if", lowered.variants[static_cast<std::size_t>(variant)]},
                       {"firm", lowered.firms[static_cast<std::size_t>(firm)]},
                       {"source", lowered.sources[static_cast<std::size_t>(row.source)].name},
                       {"constraint", std::string(constraint_info(row.constraint).name)},
                       {"share_of_draws", json_number(row.share_of_draws)}});
  return out;
}

Json accuracy_json(const RunResult& result) {
  Json out = Json::array();
  const auto maybe = [](std::optional<double> value) {
    return value ? json_number(*value) : Json(nullptr);
  };
  for (const AccuracyFigure& figure : result.accuracy)
    out.push_back(
        {{"what", figure.what},
         {"cases", figure.cases},
         {"predicted_percent", json_number(figure.predicted_percent)},
         {"mean_absolute_error_percent", json_number(figure.mean_absolute_error_percent)},
         {"median_absolute_error_percent", json_number(figure.median_absolute_error_percent)},
         {"bias_percent", json_number(figure.bias_percent)},
         {"left_out_error_percent", maybe(figure.left_out_error_percent)},
         {"left_out_bias_percent", maybe(figure.left_out_bias_percent)}});
  return out;
}

Json inputs_json(const RunResult& result, const HeadlineFigures& headline) {
  const auto shares = share_texts(result.set.variants.front().scenario);
  const auto influence =
      input_influence(result.lowered, {0, headline.firm, headline.step, headline.metric});
  Json out = Json::array();
  for_each_input(result.set.variants.front().scenario, [&](const Input& input) {
    out.push_back({{"path", input.path},
                   {"variable", input.variable},
                   {"role", input.role == Role::lever ? "lever" : "assumption"},
                   {"text", input.text},
                   {"unit", input.unit},
                   {"distribution", describe(input.distribution)},
                   {"is_constant", input.distribution.is_constant()},
                   {"is_default", input.is_default},
                   {"confidence", name_of(input.confidence)},
                   {"source", input.source},
                   {"as_of", input.as_of},
                   {"note", input.note},
                   {"where", place(input.where)}});
    const auto moves = influence.find(input.variable);
    const auto share = shares.find(input.path);
    if (share != shares.end()) out.back()["share"] = share->second;
    out.back()["rank_correlation"] =
        moves != influence.end() ? json_number(moves->second) : Json(nullptr);
  });
  return out;
}

Json headline_json(const RunResult& result, const HeadlineFigures& headline) {
  const LoweredScenario& lowered = result.lowered;
  const auto firm = static_cast<std::size_t>(headline.firm);
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(headline.metric)];
  Json cases = Json::array();
  for (const HeadlineCase& what_if : headline.cases) {
    Json row = {{"what_if", lowered.variants[static_cast<std::size_t>(what_if.variant)]},
                {"value", statistics_json(what_if.firms[firm])}};
    if (what_if.variant > 0) {
      row["difference"] = statistics_json(what_if.differences[firm]);
      row["probability_better"] = json_number(what_if.probability_better);
      const DrawShares shares = draw_shares(what_if.differences[firm], metric.better);
      row["share_better"] = json_number(shares.better);
      row["share_worse"] = json_number(shares.worse);
    }
    cases.push_back(std::move(row));
  }
  Json assumed = Json::array();
  for (const Input& input : unswept_assumptions(result.set.variants.front().scenario))
    assumed.push_back(input.variable);
  Json added = nullptr;
  if (const auto found = added_by_tranches(result, headline)) {
    added = {{"source", lowered.sources[static_cast<std::size_t>(found->source)].name}};
    added.update(statistics_json(found->added));
  }
  return {{"metric", metric.name},
          {"unit", metric.unit},
          {"month", lowered.steps[static_cast<std::size_t>(headline.step)]},
          {"firm", lowered.firms[firm]},
          {"sentences", headline_sentences(result, headline)},
          {"added", std::move(added)},
          {"cases", std::move(cases)},
          {"assumed_constants", std::move(assumed)},
          {"model_assumptions", model_assumptions(result)}};
}

Json decomposition_json(const RunResult& result) {
  Json out = Json::array();
  for (const Decomposition& d : result.decompositions) {
    Json rows = Json::array();
    for (const DecompositionRow& row : d.rows) {
      Json entry = {{"measure", measure_name(row.kind, d.method)},
                    {"path", row.path},
                    {"group", group_name(row)},
                    {"firm", result.lowered.firms[static_cast<std::size_t>(row.firm)]},
                    {"metric", result.lowered.metrics[static_cast<std::size_t>(row.metric)].name}};
      entry.update(statistics_json(row.statistics));
      rows.push_back(std::move(entry));
    }
    Json one = {{"what_if", result.lowered.variants[static_cast<std::size_t>(d.variant)]},
                {"method", d.method == DecompositionMethod::shapley ? "shapley" : "sequential"},
                {"draws", d.draws},
                {"month", result.lowered.steps[static_cast<std::size_t>(d.step)]}};
    if (!d.note.empty()) one["note"] = d.note;
    one["rows"] = std::move(rows);
    out.push_back(std::move(one));
  }
  return out;
}

Json until_json(const UntilOutcome& until) {
  return {{"rule", until.rule.text},
          {"reached", until.reached},
          {"most_draws", until.max_draws},
          {"metric", until.rule.metric},
          {"firm", until.rule.firm},
          {"month", until.rule.month},
          {"what_if", until.rule.what_if},
          {"value", json_number(until.value)},
          {"standard_error", json_number(until.standard_error)},
          {"tolerance", json_number(until.rule.tolerance)}};
}

Json warnings_json(const RunResult& result) {
  Json out = Json::array();
  const auto add = [&](const Diagnostic& diagnostic) {
    out.push_back({{"where", place(diagnostic.where)},
                   {"problem", diagnostic.problem},
                   {"help", diagnostic.help}});
  };
  for (const Diagnostic& warning : result.set.warnings) add(warning);
  for (const Diagnostic& note : result.lowered.notes) add(note);
  return out;
}

// Fraction of the time of each part, 0 to 1.
Json time_shares_json(const ChipWork& work) {
  Json out = Json::object();
  for (const BoundInfo& part : bound_table)
    if (work.is_possible && !part.meaning.empty())
      out[std::string(part.name)] = json_number(share_of_time(work.step, part.bound));
  return out;
}

// Interval of measured over predicted throughput, grade, and the nearest measured cases; null for a
// roofline at stated efficiencies.
Json prediction_json(const ChipWork& work) {
  const bool has_one = work.is_possible && work.how.prediction;
  const PredictionEvidence e = has_one ? *work.how.prediction : PredictionEvidence{};
  const auto known = [](double value) { return value > 0.0 ? json_number(value) : Json(nullptr); };
  return {{"low", known(e.low)},
          {"high", known(e.high)},
          {"own_runs", e.own_runs},
          {"own_factor", e.own_runs > 0 ? json_number(e.own_factor) : Json(nullptr)},
          {"grade", has_one ? std::string(grade_letter(e.grade)) : ""},
          {"resembles", has_one ? describe(e) : ""}};
}

Json works_json(const RunResult& result) {
  Json out = Json::array();
  for (const ChipWork& work : result.lowered.works) {
    const WorkDescription& how = work.how;
    const auto known = [](double value) { return value > 0 ? Json(value) : Json(nullptr); };
    out.push_back({{"workload", work.workload},
                   {"chip", work.chip},
                   {"possible", work.is_possible},
                   {"reason", work.reason},
                   {"formats", how.formats},
                   {"arithmetic", how.arithmetic},
                   {"widened", how.widened},
                   {"not_modelled", how.not_modelled},
                   {"layout", how.layout},
                   {"memory", how.memory},
                   {"chips_per_copy", known(how.replica_chips)},
                   {"sequences_per_copy", known(how.sequences)},
                   {"time_per_token_s", known(how.tpot_s)},
                   {"software", how.software},
                   {"job_chips", known(work.job_chips)},
                   {"binds", work.is_possible ? std::string(bound_name(work.binds)) : ""},
                   {"time_shares", time_shares_json(work)},
                   {"assumed", how.assumed},
                   {"evidence", how.evidence}});
    out.back().update(prediction_json(work));
  }
  return out;
}

}  // namespace

std::string result_json(const RunResult& result, const ResultTables& tables) {
  Json json = json_head();
  json["started_utc"] = result.started_utc;
  json["digest"] = tables.digest;
  json["draws"] = result.draws;
  if (result.until) json["until"] = until_json(*result.until);
  json["seed"] = result.seed;
  json["device"] = result.device;
  json["device_description"] = result.device_description;
  if (!result.device_note.empty()) json["device_note"] = result.device_note;
  json["threads"] = result.threads;
  if (result.ranks > 1) json["ranks"] = result.ranks;
  json["seconds_preparation"] = json_number(result.seconds_preparation);
  json["seconds_simulation"] = json_number(result.seconds_simulation);
  json["draws_per_second"] = json_number(result.draws_per_second);
  json["scenario"] = scenario_json(result);
  json["input_files"] = input_files_json(result.set.inputs);
  const HeadlineFigures headline = headline_figures(result);
  json["headline"] = headline_json(result, headline);
  json["warnings"] = warnings_json(result);
  json["work_warnings"] = result.lowered.work_warnings;
  json["remarks"] = result.lowered.remarks;
  json["months"] = result.lowered.steps;
  json["variants"] = variants_json(result);
  json["firms"] = firms_json(result);
  json["metrics"] = metrics_json(result);
  json["constraints"] = constraints_json();
  json["inputs"] = inputs_json(result, headline);
  json["decompositions"] = decomposition_json(result);
  json["works"] = works_json(result);
  json["accuracy"] = accuracy_json(result);
  json["exceedance"] = exceedance_series(result, headline.metric, headline.step);
  json["sources"] = sources_json(result);
  json["by_source"] = by_source_json(result, tables.by_source);
  json["source_binding"] = source_binding_json(result);
  json["binding"] = binding_series(result.lowered, tables.binding);
  json["summary"] = summary_series(result.lowered, tables.summary, SeriesKind::values);
  json["differences"] = summary_series(result.lowered, tables.differences, SeriesKind::differences);
  return json_text(json);
}

}  // namespace tranche
