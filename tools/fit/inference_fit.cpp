// A shared library for tools/fit/fit_inference.py: loads measured cases once, then
// predicts all of them for a given vector of coefficients.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "sim/input/csv_reader.hpp"
#include "sim/performance/inference_cases.hpp"

namespace {

struct Session {
  std::vector<tranche::InferenceCase> cases;
  tranche::InferenceCoefficients coefficients;
};

Session session;

template <class Visit>
void for_each_coefficient(tranche::InferenceCoefficients& all, Visit visit) {
  for (int g = 0; g < tranche::chip_generation_count; ++g) {
    const std::string prefix = "chip." +
                               std::string(tranche::chip_generation_name(
                                   static_cast<tranche::kernels::ChipGeneration>(g))) +
                               ".";
    tranche::kernels::for_each_chip_coefficient(
        all.chips[static_cast<std::size_t>(g)],
        [&](const char* name, double& value) { visit(prefix + name, value); });
  }
  for (int g = 0; g < tranche::serving_software_count; ++g) {
    const std::string prefix =
        "software." +
        std::string(tranche::serving_software_name(static_cast<tranche::ServingSoftware>(g))) + ".";
    tranche::kernels::for_each_software_coefficient(
        all.software[static_cast<std::size_t>(g)],
        [&](const char* name, double& value) { visit(prefix + name, value); });
  }
}

void copy_text(const std::string& text, char* out, int size) {
  std::strncpy(out, text.c_str(), static_cast<std::size_t>(size - 1));
  out[size - 1] = '\0';
}

}  // namespace

extern "C" {

int load_cases(const char* path) {
  session.cases = tranche::read_inference_cases(tranche::read_csv(path),
                                                tranche::read_catalogue(tranche::data_folder()));
  return static_cast<int>(session.cases.size());
}

int coefficient_count() {
  int count = 0;
  for_each_coefficient(session.coefficients, [&](const std::string&, double&) { ++count; });
  return count;
}

void coefficient(int index, char* name, int size, double* value) {
  int at = 0;
  for_each_coefficient(session.coefficients, [&](const std::string& n, double& v) {
    if (at++ != index) return;
    copy_text(n, name, size);
    *value = v;
  });
}

void describe(int index, char* out, int size) {
  const auto& c = session.cases[static_cast<std::size_t>(index)];
  copy_text(c.id + "\t" + std::string(tranche::serving_software_name(c.software)) + "\t" +
                std::string(tranche::chip_generation_name(c.chip.generation)) + "\t" + c.skipped,
            out, size);
}

void predict_all(const double* values, const unsigned char* wanted, double* out) {
  int at = 0;
  for_each_coefficient(session.coefficients,
                       [&](const std::string&, double& v) { v = values[at++]; });
  for (std::size_t i = 0; i < session.cases.size(); ++i) {
    std::string why;
    out[i] = 0.0;
    if (!session.cases[i].skipped.empty() || !wanted[i]) continue;
    out[i] = tranche::predict(session.cases[i], session.coefficients, why);
    if (!why.empty()) out[i] = 0.0;
  }
}
}
