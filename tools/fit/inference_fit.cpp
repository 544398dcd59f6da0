// SPDX-License-Identifier: Apache-2.0

// Shared library for tools/fit/fit_inference.py: loads files of measured cases once, then predicts
// all of them for a given vector of coefficients.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "sim/input/csv_reader.hpp"
#include "sim/performance/validation/inference_cases.hpp"

namespace {

struct Session {
  std::vector<tranche::InferenceCase> cases;
  tranche::InferenceCoefficients coefficients;
};

Session session;

void copy_text(const std::string& text, char* out, int size) {
  std::strncpy(out, text.c_str(), static_cast<std::size_t>(size - 1));
  out[size - 1] = '\0';
}

}  // namespace

extern "C" {

// Adds the cases of a file; returns the number of all cases.
int load_cases(const char* path) {
  const auto more = tranche::read_inference_cases(tranche::read_csv(path),
                                                  tranche::read_catalogue(tranche::data_folder()));
  session.cases.insert(session.cases.end(), more.begin(), more.end());
  return static_cast<int>(session.cases.size());
}

int coefficient_count() {
  return static_cast<int>(tranche::named_coefficients(session.coefficients).size());
}

void coefficient(int index, char* name, int size, double* value) {
  const auto named = tranche::named_coefficients(session.coefficients);
  copy_text(named[static_cast<std::size_t>(index)].name, name, size);
  *value = *named[static_cast<std::size_t>(index)].value;
}

void describe(int index, char* out, int size) {
  const auto& c = session.cases[static_cast<std::size_t>(index)];
  copy_text(c.id + "\t" + std::string(tranche::serving_software_name(c.software)) + "\t" +
                std::string(tranche::chip_generation_name(c.chip.generation)) + "\t" + c.skipped,
            out, size);
}

void predict_all(const double* values, const unsigned char* wanted, double* out) {
  for (const auto& coefficient : tranche::named_coefficients(session.coefficients)) {
    *coefficient.value = *values++;
  }
  for (std::size_t i = 0; i < session.cases.size(); ++i) {
    std::string why;
    out[i] = 0.0;
    if (!session.cases[i].skipped.empty() || !wanted[i]) continue;
    out[i] = tranche::predict(session.cases[i], session.coefficients, why);
    if (!why.empty()) out[i] = 0.0;
  }
}
}
