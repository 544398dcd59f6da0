// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/own_runs_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

namespace tranche {
namespace {

constexpr double score_95 = 1.6448536269514722;  // normal quantile of 0.95

// A run without what corrects a prediction, and corrected by the other runs.
struct Correction {
  const CaseResult* result = nullptr;
  ErrorGivenRuns left_out;
  const OwnRun* run = nullptr;

  double before() const { return run->ln_error; }
  double after() const { return run->ln_error - left_out.ln_mean; }
  bool is_inside() const { return std::fabs(after()) <= score_95 * left_out.ln_deviation; }
};

template <class Visit>
void for_each_usable(const std::vector<ValidatedFile>& files, Visit visit) {
  for (const ValidatedFile& file : files)
    for (const CaseResult& r : file.results)
      if (r.predicted && r.measured && r.evidence.high > 0.0) visit(r);
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

Cell signed_percent(double ln) {
  const double value = 100.0 * std::expm1(ln);
  return {fmt::format("{:+.1f} %", value), value};
}

Cell number(double value) { return {fmt::format("{:.5g}", value), value}; }

// Means over the runs of one question.
struct QuestionMeans {
  std::size_t runs = 0;
  double ln_factor = 0, before = 0, after = 0, inside = 0, width_before = 0, width_after = 0;
};

QuestionMeans means_of(const std::vector<Correction>& corrections, EvidenceQuestion question) {
  QuestionMeans m;
  for (const Correction& c : corrections) {
    if (c.run->traits.question != question) continue;
    ++m.runs;
    m.ln_factor += c.before();
    m.before += std::fabs(c.before());
    m.after += std::fabs(c.after());
    m.inside += c.is_inside() ? 1.0 : 0.0;
    m.width_before += std::exp(score_95 * c.run->ln_deviation) - 1.0;
    m.width_after += std::exp(score_95 * c.left_out.ln_deviation) - 1.0;
  }
  const double count = std::max<double>(1.0, static_cast<double>(m.runs));
  for (double* const value :
       {&m.ln_factor, &m.before, &m.after, &m.inside, &m.width_before, &m.width_after})
    *value /= count;
  return m;
}

void refuse_unusable(const std::vector<ValidatedFile>& files) {
  Problems problems;
  for (const ValidatedFile& file : files)
    for (const CaseResult& r : file.results)
      if (!r.predicted)
        problems.error({file.file, r.line, 1, 1},
                       fmt::format("the own run `{}` cannot be used: {}", r.id, r.status),
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
    problems.error({files.front()}, why_none(own.validated), {});
    problems.throw_if_errors();
  }
  own.runs = OwnRuns(std::move(runs));
  return own;
}

TextTable own_runs_table(const OwnRunsFile& own) {
  TextTable table;
  table.columns = {{"question", "question"},
                   {"runs", "runs"},
                   {"measured/predicted", "measured_over_predicted"},
                   {"error before", "error_before_percent"},
                   {"after", "error_after_percent"},
                   {"inside 90 %", "inside_percent"},
                   {"90 % before", "interval_before_percent"},
                   {"after", "interval_after_percent"}};
  const std::vector<Correction> corrections = corrections_of(own);
  for (const EvidenceQuestionName& question : evidence_questions) {
    const QuestionMeans m = means_of(corrections, question.question);
    if (m.runs == 0) continue;
    const double factor = std::exp(m.ln_factor);
    const auto width = [](double value) {
      return Cell(fmt::format("+{:.0f} %", 100.0 * value), 100.0 * value);
    };
    table.rows.push_back(
        {std::string(question.title),
         {fmt::format("{}", m.runs), static_cast<double>(m.runs)},
         {fmt::format("{:.2f}", factor), factor},
         ln_percent(m.before),
         m.runs > 1 ? ln_percent(m.after) : Cell(),
         m.runs > 1 ? Cell(fmt::format("{:.0f} %", 100.0 * m.inside), 100.0 * m.inside) : Cell(),
         width(m.width_before),
         m.runs > 1 ? width(m.width_after) : Cell()});
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
                   {"error before", "error_before_percent"},
                   {"after", "error_after_percent"},
                   {"status", "status", false}};
  const std::vector<Correction> corrections = corrections_of(own);
  std::size_t next = 0;
  for (const ValidatedFile& file : own.validated) {
    for (const CaseResult& r : file.results) {
      if (next == corrections.size() || corrections[next].result != &r) {
        table.rows.push_back(
            {r.id, r.measured ? number(*r.measured) : Cell(), {}, {}, r.unit, {}, {}, r.status});
        continue;
      }
      const Correction& c = corrections[next++];
      table.rows.push_back({r.id, number(*r.measured), number(*r.predicted),
                            number(*r.predicted * std::exp(c.left_out.ln_mean)), r.unit,
                            signed_percent(-c.before()), signed_percent(-c.after()), r.status});
    }
  }
  return table;
}

std::string own_runs_text(const OwnRunsFile& own) {
  std::string text = aligned_text(own_runs_table(own)) +
                     "\nErrors are mean |ln(measured/predicted)|; after: each run predicted from "
                     "the others.\nIntervals are 90 %, upper ends.\n\n" +
                     aligned_text(own_runs_detail_table(own));
  std::string unused;
  std::size_t count = 0;
  for (const ValidatedFile& file : own.validated)
    for (const CaseResult& r : file.results)
      if (!r.predicted) {
        ++count;
        unused += fmt::format("  {}:{}: {}: {}\n", file.file, r.line, r.id, r.status);
      }
  if (count > 0)
    text += fmt::format("\n{} row{} not used:\n{}", count, count == 1 ? "" : "s", unused);
  for (const EvidenceQuestionName& question : evidence_questions) {
    if (own.runs.count(question.question) == 1)
      text +=
          fmt::format("\n{}: one run alone has no others to be predicted from.\n", question.title);
  }
  return text;
}

}  // namespace tranche
