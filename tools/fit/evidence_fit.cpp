// SPDX-License-Identifier: Apache-2.0

// C interface to the evidence of predictions for tools/fit/write_evidence.py, so that distances,
// expected errors and grades are computed in one place.
#include "sim/performance/evidence/evidence.hpp"

namespace {

tranche::EvidenceTable& table() {
  static tranche::EvidenceTable one;
  return one;
}

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
}
