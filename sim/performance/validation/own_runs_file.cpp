// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/own_runs_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace tranche {
namespace {

// A run that is farther from its prediction than both has another unit, or is not what its row
// says.
constexpr double farthest_ratio = 10.0, farthest_deviations = 6.0;

constexpr double score_95 = 1.6448536269514722;  // normal quantile of 0.95

// A run without what corrects a prediction, and corrected by the other runs.
struct Correction {
  const CaseResult* result = nullptr;
  ErrorGivenRuns left_out;
  const OwnRun* run = nullptr;

  double before() const { return run->ln_error; }
  double after() const { return run->ln_error - left_out.ln_mean; }
  bool was_inside() const { return std::fabs(before()) <= score_95 * run->ln_deviation; }
  bool is_inside() const { return std::fabs(after()) <= score_95 * left_out.ln_deviation; }
};

// Reason why a row is no own run; empty if it is one.
std::string why_unusable(const CaseResult& r) {
  constexpr std::string_view skipped = "skipped: ";
  if (!r.predicted)
    return r.status.starts_with(skipped) ? r.status.substr(skipped.size()) : r.status;
  if (!r.measured || !(*r.measured > 0.0)) return "nothing was measured in it";
  if (!(r.evidence.high > 0.0)) return "no published case of its question says how far off it is";
  const double ratio = *r.measured / *r.predicted;
  const double most =
      std::max(std::log(farthest_ratio), farthest_deviations * ln_deviation_of(r.evidence));
  if (std::fabs(std::log(ratio)) > most)
    return fmt::format("it is {:.3g} times the prediction, {:.4g} {}: another unit?", ratio,
                       *r.predicted, r.unit);
  return {};
}

template <class Visit>
void for_each_usable(const std::vector<ValidatedFile>& files, Visit visit) {
  std::set<std::tuple<EvidenceQuestion, std::string, double, double>> known;
  for (const ValidatedFile& file : files)
    for (const CaseResult& r : file.results)
      if (why_unusable(r).empty() &&
          known.emplace(r.traits.question, r.id, *r.measured, *r.predicted).second)
        visit(r);
}

std::vector<Correction> corrections_of(const OwnRunsFile& own) {
  const std::vector<ErrorGivenRuns> left_out = own.runs.left_out();
  std::vector<Correction> corrections;
  for_each_usable(own.validated, [&](const CaseResult& r) {
    const std::size_t at = corrections.size();
    corrections.push_back({&r, left_out[at], &own.runs.runs()[at]});
  });
  return corrections;
}

Cell ln_percent(double ln) { return {fmt::format("{:.1f} %", 100.0 * ln), 100.0 * ln}; }

Cell share(double value) { return {fmt::format("{:.0f} %", 100.0 * value), 100.0 * value}; }

Cell upper_end(double above) { return {fmt::format("+{:.0f} %", 100.0 * above), 100.0 * above}; }

Cell ratio(double ln) { return {fmt::format("{:.2f}", std::exp(ln)), std::exp(ln)}; }

Cell number(double value) { return {fmt::format("{:.5g}", value), value}; }

// Means over the runs of one question.
struct QuestionMeans {
  std::size_t runs = 0;
  double ln_over = 0, before = 0, after = 0, inside_before = 0, inside_after = 0;
  double width_before = 0, width_after = 0;
};

QuestionMeans means_of(const std::vector<Correction>& corrections, EvidenceQuestion question) {
  QuestionMeans m;
  for (const Correction& c : corrections) {
    if (c.run->traits.question != question) continue;
    ++m.runs;
    m.ln_over -= c.before();
    m.before += std::fabs(c.before());
    m.after += std::fabs(c.after());
    m.inside_before += c.was_inside() ? 1.0 : 0.0;
    m.inside_after += c.is_inside() ? 1.0 : 0.0;
    m.width_before += std::exp(score_95 * c.run->ln_deviation) - 1.0;
    m.width_after += std::exp(score_95 * c.left_out.ln_deviation) - 1.0;
  }
  const double count = std::max<double>(1.0, static_cast<double>(m.runs));
  for (double* const value : {&m.ln_over, &m.before, &m.after, &m.inside_before, &m.inside_after,
                              &m.width_before, &m.width_after})
    *value /= count;
  return m;
}

void refuse_unusable(const std::vector<ValidatedFile>& files) {
  Problems problems;
  for (const ValidatedFile& file : files)
    for (const CaseResult& r : file.results)
      if (const std::string why = why_unusable(r); !why.empty())
        problems.error({file.file, r.line, 1, 1},
                       fmt::format("the own run `{}` cannot be used: {}", r.id, why),
                       {"mend the row or take it out; `tranche calibrate --from` lists all"});
  problems.throw_if_errors();
}

}  // namespace

OwnRunsFile read_own_runs(const std::vector<std::string>& files, const ValidationInputs& inputs,
                          bool skips) {
  OwnRunsFile own{.validated = validate_files(files, inputs), .runs = {}};
  if (!skips) refuse_unusable(own.validated);
  std::vector<OwnRun> runs;
  for_each_usable(own.validated, [&](const CaseResult& r) {
    runs.push_back({.id = r.id,
                    .traits = r.traits,
                    .ln_error = std::log(*r.measured / *r.predicted),
                    .ln_deviation = ln_deviation_of(r.evidence)});
  });
  if (runs.empty()) {
    Problems problems;
    for (const ValidatedFile& file : own.validated)
      for (const CaseResult& r : file.results)
        problems.error({file.file, r.line, 1, 1},
                       fmt::format("the own run `{}` cannot be used: {}", r.id, why_unusable(r)));
    problems.throw_if_errors();
  }
  own.runs = OwnRuns(std::move(runs));
  return own;
}

TextTable own_runs_table(const OwnRunsFile& own) {
  TextTable table;
  table.columns = {{"question", "question"},
                   {"runs", "runs"},
                   {"predicted/measured", "predicted_over_measured"},
                   {"mean error", "error_before_percent"},
                   {"after", "error_after_percent"},
                   {"inside 90 %", "inside_before_percent"},
                   {"after", "inside_after_percent"},
                   {"upper end", "upper_end_before_percent"},
                   {"after", "upper_end_after_percent"}};
  const std::vector<Correction> corrections = corrections_of(own);
  for (const EvidenceQuestionName& question : evidence_questions) {
    const QuestionMeans m = means_of(corrections, question.question);
    if (m.runs == 0) continue;
    const auto after = [&](const Cell& cell) { return m.runs > 1 ? cell : Cell(); };
    table.rows.push_back({std::string(question.title),
                          {fmt::format("{}", m.runs), static_cast<double>(m.runs)},
                          ratio(m.ln_over),
                          ln_percent(m.before),
                          after(ln_percent(m.after)),
                          share(m.inside_before),
                          after(share(m.inside_after)),
                          upper_end(m.width_before),
                          after(upper_end(m.width_after))});
  }
  return table;
}

TextTable own_runs_detail_table(const OwnRunsFile& own) {
  TextTable table;
  table.columns = {{"run", "id"},
                   {"measured", "measured"},
                   {"predicted", "predicted"},
                   {"by the others", "predicted_by_the_others"},
                   {"unit", "unit"},
                   {"predicted/measured", "predicted_over_measured"},
                   {"after", "predicted_by_the_others_over_measured"},
                   {"question", "question", false},
                   {"status", "status", false}};
  const std::vector<Correction> corrections = corrections_of(own);
  std::size_t next = 0;
  for (const ValidatedFile& file : own.validated) {
    for (const CaseResult& r : file.results) {
      if (next == corrections.size() || corrections[next].result != &r) {
        const std::string why = why_unusable(r);
        table.rows.push_back({r.id,
                              r.measured ? number(*r.measured) : Cell(),
                              {},
                              {},
                              r.unit,
                              {},
                              {},
                              {},
                              "not used: " + (why.empty() ? "the same run again" : why)});
        continue;
      }
      const Correction& c = corrections[next++];
      const bool is_alone = own.runs.count(r.traits.question) == 1;
      const double by_others = *r.predicted * std::exp(c.left_out.ln_mean);
      table.rows.push_back({r.id, number(*r.measured), number(*r.predicted),
                            is_alone ? Cell() : number(by_others), r.unit, ratio(-c.before()),
                            is_alone ? Cell() : ratio(-c.after()),
                            std::string(name_of(r.traits.question).name), "used"});
    }
  }
  return table;
}

std::string own_runs_text(const OwnRunsFile& own) {
  std::string text =
      aligned_text(own_runs_table(own)) +
      "\nErrors are mean |ln(predicted/measured)|; after: each run predicted from "
      "the others, all of one\nconfiguration left out together. Intervals are 90 %.\n\n" +
      aligned_text(own_runs_detail_table(own));
  std::string unused;
  std::size_t count = 0;
  std::map<std::string, std::size_t> assumed;
  for (const ValidatedFile& file : own.validated) {
    for (const CaseResult& r : file.results) {
      if (const std::string why = why_unusable(r); !why.empty()) {
        ++count;
        unused += fmt::format("  {}:{}: {}: {}\n", file.file, r.line, r.id, why);
      } else if (!r.assumed.empty()) {
        ++assumed[r.assumed];
      }
    }
  }
  if (!assumed.empty()) text += "\nAssumed for blanks, runs by what is assumed:\n";
  for (const auto& [what, runs] : assumed) text += fmt::format("  {}: {}\n", runs, what);
  if (count > 0)
    text += fmt::format("\n{} row{} not used:\n{}", count, count == 1 ? "" : "s", unused);
  for (const EvidenceQuestionName& question : evidence_questions)
    if (own.runs.count(question.question) == 1)
      text +=
          fmt::format("\n{}: one run alone has no others to be predicted from.\n", question.title);
  return text;
}

std::string own_runs_json(const OwnRunsFile& own) {
  nlohmann::ordered_json json;
  json["questions"] =
      nlohmann::ordered_json::parse(format_table(own_runs_table(own), TextFormat::json));
  json["runs"] =
      nlohmann::ordered_json::parse(format_table(own_runs_detail_table(own), TextFormat::json));
  return json.dump(2) + "\n";
}

}  // namespace tranche
