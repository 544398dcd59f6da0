// SPDX-License-Identifier: Apache-2.0

// C interface to the training model for tools/fit/fit_training.py, so that the fit uses the shipped
// model.
#include <cstring>
#include <string>
#include <vector>

#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/plan/plan.hpp"
#include "sim/performance/validation/training_cases.hpp"
#include "sim/performance/validation/validate_training.hpp"

namespace {

struct State {
  std::vector<tranche::TrainingCase> cases;
  tranche::Catalogue catalogue;
  tranche::kernels::Coefficients coefficients{};
  std::vector<tranche::NamedCoefficient> named;
};

State& state() {
  static State one;
  return one;
}

std::string& plan_text() {
  static std::string text;
  return text;
}

}  // namespace

extern "C" {

void fit_open(const char* data_folder) {
  state().coefficients = tranche::read_coefficients(data_folder);
  state().catalogue = tranche::read_catalogue(data_folder);
  state().named = tranche::named_coefficients(state().coefficients);
}

int fit_add_cases(const char* file) {
  auto more = tranche::training_cases(tranche::read_csv(file), state().catalogue);
  for (tranche::TrainingCase& c : more)
    if (const tranche::ChipEntry* entry = state().catalogue.find_chip(c.chip))
      tranche::date_software(c, entry->available);
  state().cases.insert(state().cases.end(), more.begin(), more.end());
  return static_cast<int>(state().cases.size());
}

int fit_count() { return static_cast<int>(state().named.size()); }
const char* fit_name(int i) { return state().named[static_cast<std::size_t>(i)].name.c_str(); }
double fit_get(int i) { return *state().named[static_cast<std::size_t>(i)].value; }
void fit_set(int i, double value) { *state().named[static_cast<std::size_t>(i)].value = value; }
double fit_year(int i) { return state().cases[static_cast<std::size_t>(i)].job.software_year; }

// Tokens/s per chip of every case, 0 where a case is skipped. `parts`: six numbers per
// case, seconds of compute, network, bubble, host, optimizer, straggler.
void fit_predict(double* predicted, double* parts) {
  const std::size_t count = state().cases.size();
#pragma omp parallel for schedule(dynamic, 16)
  for (std::size_t i = 0; i < count; ++i) {
    const tranche::TrainingCase& c = state().cases[i];
    const auto chip = tranche::case_chip(state().catalogue, c.chip);
    predicted[i] = 0;
    if (!c.skipped.empty() || !chip) continue;
    const tranche::TrainingPrediction p = tranche::predict_training(c, *chip, state().coefficients);
    predicted[i] = p.tokens_per_s_per_chip;
    const double values[6] = {p.step.compute_s, p.step.network_s,   p.step.bubble_s,
                              p.step.host_s,    p.step.optimizer_s, p.step.straggler_s};
    std::memcpy(parts + 6 * i, values, sizeof values);
  }
}

// Tokens/s per chip of the fastest plan for the job and machine of a case, 0 if none fits.
// `year`: 0 for the software of the case, else that of a plan without any measured run.
// `fitting`: number of plans that fit.
double fit_best_plan(int i, double year, double* fitting) {
  const tranche::TrainingCase& c = state().cases[static_cast<std::size_t>(i)];
  const auto chip = tranche::case_chip(state().catalogue, c.chip);
  if (!c.skipped.empty() || !chip) return 0;
  std::vector<std::string> assumed;
  tranche::PlanQuestion question;
  question.model = c.model;
  question.job = c.job;
  if (year > 0) {
    question.job = {};
    question.job.sequence_length = c.job.sequence_length;
    question.job.global_batch = c.job.global_batch;
    question.job.precision = c.job.precision;
    question.job.software_year = year;
  }
  question.system = tranche::case_machine(c, *chip, assumed);
  question.chips = static_cast<std::int32_t>(tranche::kernels::chips(c.plan));
  question.keep = 1;
  question.device = tranche::kernels::ComputeDevice::cpu;
  const tranche::PlanAnswer answer = tranche::find_plans(question, state().coefficients);
  *fitting = static_cast<double>(answer.fitting);
  if (!answer.best.empty()) plan_text() = tranche::describe(answer.best.front().plan);
  return answer.best.empty() ? 0 : answer.best.front().tokens_per_s / question.chips;
}

// Layout of the last plan of fit_best_plan.
const char* fit_plan_text() { return plan_text().c_str(); }

// Assumptions for a case, for reports.
const char* fit_assumed(int i) {
  static std::string text;
  const tranche::TrainingCase& c = state().cases[static_cast<std::size_t>(i)];
  text = c.skipped;
  const auto chip = tranche::case_chip(state().catalogue, c.chip);
  if (!chip) return "unknown chip";
  for (const auto& a : tranche::predict_training(c, *chip, state().coefficients).assumed) {
    text += (text.empty() ? "" : "; ") + a;
  }
  return text.c_str();
}
}
