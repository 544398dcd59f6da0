// SPDX-License-Identifier: Apache-2.0

// `tranche validate`: measured cases of every kind against the models.
#pragma once

#include <string>
#include <vector>

#include "kernels/models/chip/coefficients.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/validation/case_check.hpp"
#include "sim/performance/validation/case_result.hpp"
#include "sim/performance/validation/validate_inference.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {

// All inputs of predictions, read from the data folder.
struct ValidationInputs {
  Catalogue catalogue;
  kernels::Coefficients training;
  InferenceCoefficients inference;
  MemoryBoundModel memory_bound;
  EvidenceTable evidence;
  std::string data_folder;
};
ValidationInputs read_validation_inputs(const std::string& data_folder);

struct ValidatedFile {
  std::string file;
  CaseSchema schema = CaseSchema::training;
  std::vector<CaseResult> results;  // one per row, in order
  std::vector<ChipPair> pairs;      // H100-SXM to H200-SXM, inference only
};

// The shipped files of measured cases.
std::vector<std::string> measured_files(const std::string& data_folder);

// Predicts every row of every file. Throws InputError with all files that cannot be read, are no
// regular file, are empty or have none of the known sets of columns.
std::vector<ValidatedFile> validate_files(const std::vector<std::string>& files,
                                          const ValidationInputs& inputs);

// id, predicted, measured, unit, error_percent, status, low, high, grade, model, chip, layout.
// `low` and `high` are the 90 % interval in the unit of the row.
TextTable validation_table(const std::vector<ValidatedFile>& files);

// The same with the group of like cases, the question, the traits of each prediction and the
// nearest evidence.
TextTable validation_detail_table(const std::vector<ValidatedFile>& files);

// "none of 3 cases could be predicted; 2 of them: ..."; empty if one was.
std::string why_none(const std::vector<ValidatedFile>& files);

// Terminal report: by kind of case the coverage and errors, then errors by source, chip, precision
// and family or software, skipped rows with reasons, and assumptions.
std::string validation_summary(const std::vector<ValidatedFile>& files);

}  // namespace tranche
