// SPDX-License-Identifier: Apache-2.0

// C interface to the evidence of predictions for tools/fit/write_evidence.py, so that distances,
// expected errors and grades are computed in one place.
#include <utility>
#include <vector>

#include "sim/performance/evidence/evidence.hpp"

namespace {

tranche::EvidenceTable& table() {
  static tranche::EvidenceTable one;
  return one;
}

const tranche::EvidenceCell& row(int at) { return table().cells[static_cast<std::size_t>(at)]; }

}  // namespace

extern "C" {

// Reads <data_folder>/measured/evidence.csv; returns the number of its rows.
int evidence_open(const char* data_folder) {
  table() = tranche::read_evidence(data_folder);
  return static_cast<int>(table().cells.size());
}

// rows, groups, mean_absolute_ln_error, interval_factor of each question, in their order.
void evidence_errors(double* out) {
  for (const tranche::QuestionErrors& errors : tranche::question_errors(table())) {
    *out++ = errors.rows;
    *out++ = errors.groups;
    *out++ = errors.mean_absolute_ln_error;
    *out++ = errors.interval_factor;
  }
}

// Of each row, with its group left out: expected ln error, distance of the nearest group, grade (0
// to 3).
void evidence_rows(double* expected, double* distance, int* grade) {
  for (std::size_t i = 0; i < table().cells.size(); ++i) {
    const tranche::EvidenceCell& cell = table().cells[i];
    const auto e = tranche::evidence_of(cell.traits, table(), cell.group);
    expected[i] = e.expected_ln_error;
    distance[i] = e.distance;
    grade[i] = static_cast<int>(e.grade);
  }
}

// Distance between every two of `count` rows, `rows` holding their numbers: count x count values.
void evidence_distances(const int* rows, int count, double* out) {
  for (int i = 0; i < count; ++i)
    for (int j = 0; j < count; ++j)
      *out++ = tranche::trait_distance(row(rows[i]).traits, row(rows[j]).traits);
}

// Some rows of a group as own runs, others of it predicted with them: mean and standard deviation
// of their ln errors. `errors` and `deviations`, without own runs, are of every row of the table.
void evidence_with_own_runs(const double* errors, const double* deviations, const int* own,
                            int own_count, const int* others, int other_count, double* mean,
                            double* deviation) {
  std::vector<tranche::OwnRun> runs;
  for (int i = 0; i < own_count; ++i)
    runs.push_back({.id = {},
                    .traits = row(own[i]).traits,
                    .ln_error = errors[own[i]],
                    .ln_deviation = deviations[own[i]]});
  const tranche::OwnRuns all(std::move(runs));
  for (int i = 0; i < other_count; ++i) {
    const auto e = all.at(row(others[i]).traits, deviations[others[i]]);
    mean[i] = e.ln_mean;
    deviation[i] = e.ln_deviation;
  }
}
}
